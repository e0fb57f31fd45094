"""Calls that were never reported are charged once, to the stay that had the room."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from billing.models import Call, Charge
from hotelpbx.clock import now
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from pbx.simulator.server import Settings
from rooms.models import Occupancy, Property, Stay
from tests import house

pytestmark = pytest.mark.django_db


@pytest.fixture
def exchange() -> Iterator[Simulator]:
    with Simulator(Settings(extensions=["2201", "2202", "2203"])) as simulator:
        yield simulator


@pytest.fixture
def hotel(db: None, tmp_path: Path, exchange: Simulator) -> Property:
    return house.build(tmp_path, url=exchange.url)


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """In house since yesterday."""
    stay = house.check_in(hotel, "Smith")
    Occupancy.objects.filter(stay=stay).update(since=now() - timedelta(days=1))
    return stay


def listed(exchange: Simulator, began: datetime) -> dict[str, str]:
    """A call of 61 s in the PBX's list: 1.16 yuan."""
    local = began.astimezone(exchange.state.clock.zone)
    record = {
        "callid": house.callid(began),
        "timestart": f"{local:%Y-%m-%d %H:%M:%S}",
        "callfrom": "2201",
        "callto": "90215551234",
        "callduraction": "75",
        "talkduraction": "61",
        "desttrunkname": "SPS",
        "status": "ANSWERED",
        "type": "Outbound",
    }
    exchange.state.records.append(record)
    return record


def backfill(since: datetime, *more: str) -> str:
    out = StringIO()
    call_command("backfill_calls", "GRAND", "--since", since.isoformat(), *more, stdout=out)
    return out.getvalue()


def test_missing_calls_are_added_and_charged_once(
    hotel: Property, exchange: Simulator, alice: Stay
) -> None:
    hour = timedelta(hours=1)
    listed(exchange, now() - 3 * hour)
    reported = listed(exchange, now() - 2 * hour)
    assert hotel.pbx is not None
    body = repr({"action": "NewCdr", **reported, "sn": exchange.state.serial}).replace("'", '"')
    inbox.store(hotel.pbx, body.encode(), "192.168.5.150")
    process_reports(hotel.pbx)
    assert "1 calls were missing" in backfill(now() - 6 * hour)
    assert "0 calls were missing" in backfill(now() - 6 * hour)
    assert [charge.stay for charge in Charge.objects.all()] == [alice, alice]
    assert Call.objects.count() == 2


def test_only_the_period_is_looked_at(hotel: Property, exchange: Simulator, alice: Stay) -> None:
    hour = timedelta(hours=1)
    for age in (10, 5, 1):
        listed(exchange, now() - age * hour)
    backfill(now() - 6 * hour, "--until", (now() - 3 * hour).isoformat())
    assert Call.objects.count() == 1


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["NONE", "--since", "2026-05-01"], "no property NONE"),
        (["GRAND", "--since", "yesterday"], "yesterday"),
        (["GRAND", "--since", "2026-05-02", "--until", "2026-05-01"], "earlier"),
        (["GRAND", "--since", "2099-01-01"], "earlier"),
        (["GRAND", "--since", "2999-01-01"], "in the years from 2000 to 2100"),
    ],
)
def test_what_cannot_be_is_said(hotel: Property, arguments: list[str], complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("backfill_calls", *arguments)


def test_a_pbx_that_refuses_is_told(hotel: Property, exchange: Simulator) -> None:
    exchange.faults.add(Fault("errno", "cdr/get_random", "20015", times=0))
    with pytest.raises(CommandError, match="does not give its list"):
        backfill(now() - timedelta(hours=1))
