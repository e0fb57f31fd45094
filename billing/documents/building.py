"""Building the printable document of a folio."""

from collections.abc import Iterator
from decimal import Decimal

from billing.documents.document import FolioDocument, Letterhead, Sum
from billing.documents.formatting import Formatter
from billing.documents.lines import parts
from billing.documents.receipts import receipts
from billing.documents.taxes import tax_sum
from billing.documents.text import printable
from billing.documents.wording import Words, words_in
from billing.folio.statement import Folio
from hotelpbx.clock import now
from rooms.logo import logo_of
from rooms.models import Property, Room, Stay


def folio_document(folio: Folio, language: str) -> FolioDocument:
    """The document of ``folio``, printed now, in ``language``, one of ``LANGUAGES``."""
    words = words_in(language)
    formatter = Formatter(folio, words)
    details = [*_details(folio.stay, words), *_allowance(formatter)]
    return FolioDocument(
        code=words.code,
        title=words.folio,
        reference=printable(folio.stay.reference),
        letterhead=_letterhead(folio.stay.property, words),
        details=details,
        sections=[*parts(formatter), *receipts(formatter)],
        by_kind=(words.by_kind, list(_kinds(formatter))),
        sums=list(_sums(formatter)),
        printed=words.printed.format(at=formatter.local(now())),
        page=words.page,
    )


def _letterhead(property_: Property, words: Words) -> Letterhead:
    lines = [printable(line) for line in property_.address.splitlines()]
    if property_.tax_number:
        lines.append(f"{words.tax_number} {printable(property_.tax_number)}")
    return Letterhead(printable(property_.name), lines, logo_of(property_))


def _details(stay: Stay, words: Words) -> Iterator[tuple[str, str]]:
    """Labels and values, alternately for the left and the right column."""
    guests = [printable(str(guest)) for guest in stay.guests.all()]
    rooms = _rooms(stay)
    yield words.guests if len(guests) > 1 else words.guest, ", ".join(guests) or "–"
    yield words.arrival, stay.arrival.isoformat()
    numbers = ", ".join(printable(room.number) for room in rooms)
    yield words.rooms if len(rooms) > 1 else words.room, numbers or "–"
    yield words.departure, stay.departure.isoformat()
    yield words.reference, printable(stay.reference)
    if stay.group is not None:
        yield words.group, printable(stay.group.code)


def _allowance(formatter: Formatter) -> Iterator[tuple[str, str]]:
    """The allowance of the class of service, and its use."""
    account, words = formatter.folio.allowance, formatter.words
    if account is None:
        return
    spared = f"{formatter.money(account.used.amount)} {formatter.folio.currency}"
    if account.minutes is not None:
        told = words.free_minutes.format(
            used=account.used_clock, given=f"{account.minutes}:00", spared=spared
        )
    else:
        told = words.free_amount.format(
            used=spared, given=formatter.money(account.amount or Decimal(0))
        )
    yield words.free_calls, told


def _rooms(stay: Stay) -> list[Room]:
    """The rooms of the stay so far, in order; before check-in the assigned room."""
    held = stay.occupancies.select_related("room").order_by("since", "pk")
    rooms = list(dict.fromkeys(occupancy.room for occupancy in held))
    return rooms or ([stay.room] if stay.room else [])


def _kinds(formatter: Formatter) -> Iterator[Sum]:
    for each in formatter.folio.totals:
        words = formatter.words.kinds.get(each.kind, each.words)
        yield Sum(words, formatter.money(each.amount))


def _sums(formatter: Formatter) -> Iterator[Sum]:
    words, folio = formatter.words, formatter.folio
    yield Sum(words.subtotal, formatter.money(folio.subtotal))
    yield tax_sum(folio, words, formatter.money(folio.tax))
    yield Sum(f"{words.total} {folio.currency}", formatter.money(folio.total), strong=True)
    if folio.receipts:
        yield Sum(words.payments, formatter.money(folio.payments))
    owed = words.credit if folio.balance < 0 else words.balance
    yield Sum(f"{owed} {folio.currency}", formatter.money(abs(folio.balance)), strong=True)
