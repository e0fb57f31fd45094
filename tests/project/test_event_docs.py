"""docs/events.md has every type of event, and what its data is."""

import re
from pathlib import Path
from typing import Final

import pytest

from billing.ledger import posting
from events.models import Event
from pbx.models import Command
from pbx.outbox import finish
from rooms.housekeeping import update_room
from rooms.models import Property
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK, yuan
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest

ROOT: Final = Path(__file__).parents[2]
_FAMILIES: Final = "stay|room|charge|payment|wake_up_call|emergency_call|pbx_link|resync|endpoint"
_TYPE: Final = re.compile(rf'"((?:{_FAMILIES})\.[a-z_]+)"')


def documented() -> dict[str, set[str]]:
    """The names in the data of each type, with references to other rows followed."""
    page = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([a-z_.]+)` \|[^|]*\| (.*) \|$", page, re.MULTILINE)
    found: dict[str, set[str]] = {}
    last = ""
    for kind, words in rows:
        quoted = re.findall(r"`([^`]+)`", words)
        base = re.match(r"as `([^`]+)`", words)
        names = {name for text in quoted for name in text.split() if "." not in name}
        if base:
            names |= found[base[1]]
        elif words.startswith("the same"):
            names |= found[last]
        found[kind] = names
        last = kind
    return found


def test_the_types_are_those_of_the_code() -> None:
    code = "".join(
        path.read_text(encoding="utf-8")
        for layer in ("rooms", "wakeups", "billing")
        for path in (ROOT / layer).rglob("*.py")
        if "migrations" not in path.parts
    )
    types = {each for each in _TYPE.findall(code) if not each.startswith("room.phone")}
    assert types == set(documented())


@pytest.mark.django_db
def test_the_data_is_what_is_documented(hotel: Property) -> None:
    lifecycle.cancel(house.reserve(hotel, "Brown"), actor=CLERK)
    lifecycle.no_show(house.reserve(hotel, "Green"), actor=CLERK)
    stay = house.check_in(hotel, "Smith")
    finish(Command.objects.latest("pk"), Command.State.FAILED)
    tomorrow = stay.departure
    time = hotel.local_now().time().replace(second=0, microsecond=0)
    call = calls.create(stay, WakeUpRequest(date=tomorrow, time=time), actor=CLERK)
    calls.cancel(call, actor=CLERK)
    lifecycle.move(stay, house.room(hotel, "202"), actor=CLERK)
    update_room(house.room(hotel, "203"), actor=CLERK, housekeeping_status="dirty")
    update_room(house.room(hotel, "203"), actor=CLERK, availability_status="out_of_order")
    update_room(house.room(hotel, "203"), actor=CLERK, service_request="make_up_room")
    charge = posting.charge_other(stay, yuan("10.00"), "Laundry", actor=CLERK)
    posting.reverse(charge, actor=CLERK)
    lifecycle.check_out(stay, actor=CLERK)
    known, seen = documented(), set()
    for event in Event.objects.all():
        optional = {"staff"}
        assert set(event.data) - optional == known[event.type] - optional, event.type
        seen.add(event.type)
    assert len(seen) >= 13, seen
