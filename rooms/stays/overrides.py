"""What speaks against a reservation or a check-in that could be done all the same.

Another stay has the room on some of the nights, or the dates are hardly meant. It is refused until
a person, or a program, says that it is meant so; that and the reason are in the audit trail.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from django.db.models import Q

from hotelpbx.refusals import FieldFault, Refusal, RefusalKind
from rooms.audit import Actor, note
from rooms.models import Room, Stay

# Longer than this, and one of the dates is a slip.
MAX_LENGTH: Final = timedelta(days=365)
# Nobody books further ahead.
MAX_LEAD: Final = timedelta(days=3650)
# After midnight the guests of yesterday still arrive.
_EARLIEST: Final = timedelta(days=1)

Subject = Literal["overlap", "dates"]


@dataclass
class OverrideRequired(Refusal):
    """Refused unless it is meant so.

    :param subject: what is asked about
    :param tokens: what exactly, so that a yes holds for nothing else
    :param in_the_way: whose stays are in the way
    """

    subject: Subject = "dates"
    tokens: frozenset[str] = frozenset()
    conflicting_stays: tuple[Stay, ...] = ()


@dataclass(frozen=True)
class Override:
    """What is meant so, and why.

    :param shown: the tokens of the questions that a person has seen; None: whatever there is
    """

    subjects: frozenset[Subject] = field(default=frozenset())
    reason: str = ""
    shown: frozenset[str] | None = None

    def covers(self, question: OverrideRequired) -> bool:
        """Whether the question is answered."""
        seen = self.shown is None or question.tokens <= self.shown
        return question.subject in self.subjects and seen


NO_OVERRIDE: Final = Override()
OVERRIDE_ALL: Final = Override(frozenset({"overlap", "dates"}))


def raise_unless_overridden(
    question: OverrideRequired | None, stay: Stay, override: Override, actor: Actor
) -> None:
    """Go on where the question is answered, and write down that it was.

    :raises Question: it is not
    """
    if question is None:
        return
    if not override.covers(question):
        raise question
    details = {"although": question.detail, "reason": override.reason}
    note(stay.property, actor, "override", f"stay:{stay.reference}", after=details)


def check_overlap(
    room: Room | None,
    first: date,
    last: date,
    *,
    stay: Stay | None = None,
    known: Collection[Stay] = (),
) -> OverrideRequired | None:
    """Who else has the room between two dates. The lock on the room is held.

    :param stay: whose room it is to be
    :param known: who was in its way before, so that nothing is asked twice
    """
    others = [
        other for other in conflicting_stays(room, first, last, stay=stay) if other not in known
    ]
    if room is None or not others:
        return None
    words = "; ".join(_words(other) for other in others)
    return OverrideRequired(
        "room_occupied",
        f"Room {room.number} is not free from {first} to {last}: {words}. "
        "Choose another room or other dates.",
        subject="overlap",
        tokens=frozenset(f"stay {other.pk} {other.arrival} {other.departure}" for other in others),
        conflicting_stays=tuple(others),
    )


def conflicting_stays(
    room: Room | None, first: date, last: date, *, stay: Stay | None = None
) -> list[Stay]:
    """The other stays that have the room on a night between two dates, or on the same one day."""
    if room is None:
        return []
    nights = Q(arrival__lt=last, departure__gt=first) | Q(arrival=first, departure=last)
    rows = Stay.objects.filter(
        nights, room=room, status__in=(Stay.Status.RESERVED, Stay.Status.IN_HOUSE)
    )
    rows = rows.exclude(pk=stay.pk) if stay is not None else rows
    return list(rows.prefetch_related("guests").order_by("arrival", "pk"))


def check_dates(
    arrival: date, departure: date, today: date, *, typed: bool = False
) -> OverrideRequired | None:
    """Dates that are hardly meant.

    :param typed: the arrival is a person's: before yesterday it is a slip. A program that is
        connected later tells of guests who came long ago.
    """
    if departure < today:
        return _odd("/departure", arrival, departure, f"The departure {departure} has passed.")
    if departure - arrival > MAX_LENGTH:
        nights = (departure - arrival).days
        return _odd("/departure", arrival, departure, f"The stay has {nights} nights.")
    if arrival - today > MAX_LEAD:
        return _odd("/arrival", arrival, departure, f"The arrival {arrival} is years away.")
    if typed and today - arrival > _EARLIEST:
        return _odd("/arrival", arrival, departure, f"The arrival {arrival} has passed.")
    return None


def departure_override(stay: Stay, words: str) -> OverrideRequired:
    """The dates of a stay that exists do not fit what is to be done."""
    return _odd("", stay.arrival, stay.departure, words, kind="conflict")


def _odd(
    pointer: str, arrival: date, departure: date, words: str, *, kind: RefusalKind = "invalid"
) -> OverrideRequired:
    return OverrideRequired(
        "validation_error" if kind == "invalid" else "invalid_transition",
        words,
        kind,
        (FieldFault(pointer, words),) if pointer else (),
        subject="dates",
        tokens=frozenset({f"dates {arrival} {departure}"}),
    )


def _words(stay: Stay) -> str:
    status = Stay.Status(stay.status).label.lower()
    return f"stay {stay.reference}, {stay.arrival} to {stay.departure}, {status}"
