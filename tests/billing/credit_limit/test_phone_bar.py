"""A phone bar from the call record to the simulated PBX, over HTTP."""

import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from billing.ledger import posting
from pbx import outbox
from pbx.delivery import deliver_due
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from pbx.simulator import Simulator
from pbx.simulator.server import Settings
from rooms.models import Property, Stay
from rooms.operations import attention
from rooms.phones.provisioning import command_subject
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK, yuan
from tests.pbx.delivery.lanes import later, phone

pytestmark = pytest.mark.django_db

_ROUTES = {"local": "9", "national": "90", "help": "1"}


@pytest.fixture
def exchange() -> Iterator[Simulator]:
    settings = Settings(extensions=["2201", "2202", "2203"], routes=_ROUTES)
    with Simulator(settings) as simulator:
        yield simulator


@pytest.fixture
def grand(db: None, exchange: Simulator, tmp_path: Path) -> Property:
    return house.build(tmp_path, url=exchange.url)


@pytest.fixture
def alice(grand: Property) -> Stay:
    """A guest who may owe 30."""
    stay = house.check_in(grand, "Smith")
    details = StayDetails(credit_limit=Decimal(30))
    return reservations.save_stay(grand, stay.reference, details, actor=CLERK)[0]


def deliver(hotel: Property) -> None:
    assert hotel.pbx is not None
    deliver_due(hotel.pbx)


def may_call(exchange: Simulator, number: str = "2201") -> tuple[set[str], str]:
    """Routes and restriction of a phone on the PBX."""
    found = phone(exchange, number)
    return set(found.routes), found.settings["callrestriction"]


def test_a_call_record_bars_the_phone_and_a_reversal_frees_it(
    grand: Property, alice: Stay, exchange: Simulator
) -> None:
    deliver(grand)
    assert may_call(exchange) == ({"local", "national"}, "off")
    _an_hour(grand)
    deliver(grand)
    assert may_call(exchange) == (set(), "on")
    posting.reverse(alice.charges.get(), actor=CLERK)
    deliver(grand)
    assert may_call(exchange) == ({"local", "national"}, "off")


def test_the_bar_moves_with_the_guest_and_the_old_phone_is_free(
    grand: Property, alice: Stay, exchange: Simulator
) -> None:
    _an_hour(grand)
    lifecycle.move(alice, house.room(grand, "202"), actor=CLERK)
    house.check_in(grand, "Jones")
    deliver(grand)
    assert may_call(exchange, "2202") == (set(), "on")
    assert may_call(exchange) == ({"local", "national"}, "off")


def test_a_barred_phone_keeps_the_way_to_help(
    grand: Property, alice: Stay, exchange: Simulator
) -> None:
    Property.objects.update(emergency_routes=["help"])
    _an_hour(grand)
    deliver(grand)
    assert may_call(exchange) == ({"help"}, "off")


def test_a_pbx_that_keeps_the_routes_is_a_matter_for_a_person(
    grand: Property, alice: Stay, exchange: Simulator
) -> None:
    """T12: how routes are cleared is unsaid. The restriction holds; the desk is told."""
    deliver(grand)
    exchange.state.route_mode = "ignore"
    _an_hour(grand)
    deliver(grand)
    assert may_call(exchange) == ({"local", "national"}, "on")
    (item,) = attention.items(grand, ["failed_command"])
    assert "shows “local, national”" in item.detail


def test_a_pbx_that_is_away_bars_when_it_is_back(
    grand: Property, alice: Stay, exchange: Simulator
) -> None:
    assert grand.pbx is not None
    deliver(grand)
    url = grand.pbx.url
    house.move_pbx(grand.pbx, "http://127.0.0.1:9")
    _an_hour(grand)
    deliver(grand)
    assert (
        outbox.states_by_subject([command_subject(alice)])[command_subject(alice)].state
        == "pending"
    )
    house.move_pbx(grand.pbx, url)
    later(grand.pbx)
    assert may_call(exchange) == (set(), "on")


def _an_hour(hotel: Property) -> None:
    """The PBX reports an outside call of an hour, for 36.50."""
    assert hotel.pbx is not None
    record = {
        "action": "NewCdr",
        "callid": house.callid(),
        "timestart": hotel.local_now().strftime("%Y-%m-%d %H:%M:%S"),
        "callfrom": "2201",
        "callto": "9010123456",
        "callduraction": "3610",
        "talkduraction": "3600",
        "srctrunkname": "",
        "dsttrcunkname": "out",
        "status": "ANSWERED",
        "type": "Outbound",
        "sn": "",
    }
    inbox.store(hotel.pbx, json.dumps(record).encode(), None)
    process_reports(hotel.pbx)
    assert hotel.charges.filter(amount=yuan("36.50")).exists()
