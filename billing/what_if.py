"""What if: what past calls would have cost with other tariffs. Nothing is written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from billing.calls.quotes import effective_answer, quote
from billing.models import Call
from billing.models.calls import UNANSWERED
from billing.rating import Outcome, Rating, Tariff, UnratedReason
from billing.tariff_book import Book
from rooms.models import Property

_EVER: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CHUNK: Final = 2000
_EXAMPLES: Final = 5
NO_RATE: Final = "(no rate)"


@dataclass(frozen=True)
class Proposal:
    """Tariffs to be tried.

    :ivar book: its editions apply whenever the call was made
    :ivar classes: class of service → tariff, where it differs from the stored one
    :ivar only: compare only calls that this edition rates; None: all calls
    :ivar single_tariff: rate each call by the book's first tariff, whatever its class
    """

    book: Book
    classes: Mapping[str, str] = field(default_factory=dict)
    only: Tariff | None = None
    single_tariff: bool = False


@dataclass
class Line:
    """The calls to one destination and their prices, before allowances."""

    destination: str
    calls: int = 0
    old: Decimal = Decimal(0)
    new: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        return self.new - self.old


@dataclass
class Comparison:
    """The costs of a period with the present and with the proposed tariffs.

    :ivar lines: by destination of the new tariffs, the greatest difference first
    :ivar total: of all lines
    :ivar unrated: calls without a rate in the new tariffs; ``examples`` has some numbers
    :ivar unrated_before: calls that are unrated now
    """

    lines: list[Line]
    total: Line
    unrated: int = 0
    unrated_before: int = 0
    examples: list[str] = field(default_factory=list)


class _Row(NamedTuple):
    call_to: str
    started_at: datetime
    talk_seconds: int
    status: str
    counted_as_answered: bool
    trunk: str
    amount: Decimal
    allowance_amount: Decimal
    rating: str
    class_name: str | None
    class_tariff: str | None


def with_edition(book: Book, edition: Tariff, *, for_all: bool = False) -> Proposal:
    """A proposal in which ``edition`` replaces its tariff's editions, or rates all calls."""
    edition = without_start(edition)
    editions = {**book.editions, edition.name: (edition,)}
    if for_all:
        edition = replace(edition, trunks=frozenset())
        return Proposal(Book(0, edition.name, {edition.name: (edition,)}), single_tariff=True)
    return Proposal(Book(0, book.first, editions), only=edition)


def without_start(edition: Tariff) -> Tariff:
    """The same edition, applying to all past calls."""
    return replace(edition, effective_from=_EVER)


def compare(
    property_: Property, proposal: Proposal, since: datetime, until: datetime
) -> Comparison:
    """Rate the guests' calls from ``since`` to before ``until`` with the proposed tariffs.

    The calls are streamed: memory use grows with the destinations, not with the calls.
    """
    found = Comparison([], Line(""))
    lines: dict[str, Line] = {}
    for row in _rows(property_, since, until):
        rating = _quote(property_, proposal, row)
        if rating is None or rating.reason == UnratedReason.NO_STATUS:
            continue  # not rated by this edition, or it is unknown whether it was answered
        destination = NO_RATE if rating.outcome == Outcome.UNRATED else _destination(rating)
        line = lines.setdefault(destination, Line(destination))
        for each in (line, found.total):
            each.calls += 1
            each.old += row.amount + row.allowance_amount
            each.new += rating.amount or 0
        found.unrated_before += row.rating == Call.Rating.UNRATED
        if destination == NO_RATE:
            found.unrated += 1
            if len(found.examples) < _EXAMPLES and row.call_to not in found.examples:
                found.examples.append(row.call_to)
    found.lines = sorted(lines.values(), key=lambda line: (-abs(line.difference), line.destination))
    return found


def _quote(property_: Property, proposal: Proposal, row: _Row) -> Rating | None:
    tariff = proposal.classes.get(row.class_name or "", row.class_tariff or "")
    if proposal.single_tariff:
        tariff = ""
    if proposal.only is not None:
        editions = proposal.book.editions_for(tariff, row.trunk, row.started_at)
        if not any(edition is proposal.only for edition in editions):
            return None
    return quote(
        property_,
        proposal.book,
        row.call_to,
        row.started_at,
        row.talk_seconds,
        answer=effective_answer(row.status, counted=row.counted_as_answered),
        tariff=tariff,
        trunk=row.trunk,
    )


def _destination(rating: Rating) -> str:
    return rating.description or (f"{rating.prefix}…" if rating.prefix else "(any)")


def _rows(property_: Property, since: datetime, until: datetime) -> Iterator[_Row]:
    """Answered calls of guests' phones, without those that a person has dismissed."""
    rows: Any = (
        Call.objects.filter(
            property=property_,
            direction=Call.Direction.OUTBOUND,
            started_at__gte=since,
            started_at__lt=until,
            talk_seconds__gt=0,
            dismissed_reason="",
        )
        .exclude(UNANSWERED)
        .exclude(room=None, stay=None, unclaimed=False)
        .order_by("started_at", "pk")
        .values_list(
            "call_to",
            "started_at",
            "talk_seconds",
            "status",
            "counted_as_answered",
            "trunk",
            "amount",
            "allowance_amount",
            "rating",
            "stay__class_of_service__name",
            "stay__class_of_service__tariff",
        )
    )
    return map(_Row._make, rows.iterator(chunk_size=_CHUNK))
