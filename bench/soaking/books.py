"""Writing the stays of a season to the database, and reading the resulting folios."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

from bench.soaking.expected import Books, Name
from bench.soaking.guests import FOREVER, Hold, Season
from bench.soaking.hotel import CODE, EMERGENCY, ZONE

_STATES: Final = {"unclaimed": "unclaimed_entries", "repeated": "repeated_entries"}


def save_season(season: Season) -> None:
    """Save every stay with its occupancies, as check-in, move and check-out would."""
    from rooms.models import ClassOfService, Guest, Occupancy, Property, Room, Stay

    hotel = Property.objects.get(code=CODE)
    rooms = {room.number: room for room in Room.objects.filter(property=hotel)}
    classes = {each.name: each for each in ClassOfService.objects.filter(property=hotel)}
    held: dict[str, list[Hold]] = {}
    for hold in season.holds:
        held.setdefault(hold.stay, []).append(hold)
    Stay.objects.bulk_create(
        Stay(
            property=hotel,
            reference=name,
            class_of_service=classes[season.class_of[name]],
            **_life(holds, rooms),
        )
        for name, holds in held.items()
    )
    stays = {stay.reference: stay for stay in Stay.objects.filter(property=hotel)}
    Guest.objects.bulk_create(Guest(stay=stay, last_name=name) for name, stay in stays.items())
    Occupancy.objects.bulk_create(
        Occupancy(
            stay=stays[hold.stay],
            room=rooms[hold.room],
            since=_at(hold.since),
            until=None if hold.until == FOREVER else _at(hold.until),
            sharing=hold.shares,
        )
        for hold in season.holds
    )


def _life(holds: list[Hold], rooms: dict[str, Any]) -> dict[str, Any]:
    since, until = _at(holds[0].since), holds[-1].until
    here = until == FOREVER
    left = None if here else _at(until)
    return {
        "status": "in_house" if here else "checked_out",
        "room": rooms[holds[-1].room] if here else None,
        "arrival": since.astimezone(ZONE).date(),
        "departure": (left or since).astimezone(ZONE).date(),
        "checked_in_at": since,
        "checked_out_at": left,
        "created_at": since,
    }


def _at(instant: int) -> datetime:
    return datetime.fromtimestamp(instant, UTC)


def read() -> Books:
    """The charges and calls in the database, read through the folios."""
    from billing.folio.statement import folio_of
    from billing.models import MinibarEntry
    from pbx.models import Report
    from rooms.models import EmergencyCall, Stay

    books = Books()
    for stay in Stay.objects.filter(property__code=CODE).select_related("property"):
        folio = folio_of(stay)
        books.folios[stay.reference] = _cents(folio.total)
        books.charges[stay.reference] = len(folio.lines)
    _read_calls(books)
    entries = MinibarEntry.objects.filter(property__code=CODE)
    for callid, product, quantity, state in entries.values_list(
        "callid", "product__code", "quantity", "state"
    ):
        if state in _STATES:
            getattr(books, _STATES[state])[callid, product, quantity] += 1
    calls = EmergencyCall.objects.filter(property__code=CODE, number=EMERGENCY)
    books.emergencies.update(calls.values_list("callid", flat=True))
    parked = Report.objects.filter(state="parked").values_list("body", flat=True)
    books.parked.update(map(bytes, parked))
    return books


def _read_calls(books: Books) -> None:
    from billing.models import Call

    for call in Call.objects.filter(property__code=CODE).iterator():
        other = call.call_from if call.direction == "inbound" else call.call_to
        name: Name = (call.callid, other, call.talk_seconds)
        books.legs[name] += 1
        if call.unclaimed:
            books.unclaimed_calls[name] += 1
        elif call.rating == "unrated":
            books.unrated_calls[name] += 1


def _cents(amount: Decimal) -> int:
    whole = amount * 100
    if whole != int(whole):
        raise ValueError(f"{amount} is not a whole number of cents")
    return int(whole)


def inconsistencies() -> Iterator[str]:
    """Violated invariants of each property: gapless numbers, one event per charge."""
    from django.db.models import Count, Max, Min

    from billing.models import Charge
    from events.models import Event
    from rooms.models import AuditEntry

    span = {"first": Min("sequence"), "last": Max("sequence"), "count": Count("pk")}
    found = Charge.objects.aggregate(**span)
    count = found["count"]
    if (found["first"], found["last"]) != (1, count):
        yield f"posting numbers {found['first']} to {found['last']} for {count} charges"
    told = Event.objects.filter(type="charge.created")
    sequences = Counter(told.values_list("data__sequence", flat=True))
    if sequences != Counter(range(1, count + 1)):
        yield f"{told.count()} events charge.created for {count} charges"
    if noted := Event.objects.filter(sequence__isnull=True).count():
        yield f"{noted} events have no number"
    trail = AuditEntry.objects.filter(action="charge").count()
    if trail != count:
        yield f"{trail} audit entries for {count} charges"
