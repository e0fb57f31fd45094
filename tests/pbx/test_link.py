"""A PBX that restarts without a report, and what is read when it is back."""

from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings

from hotelpbx.clock import now
from pbx import link
from pbx.models import Pbx, PbxLink
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from rooms.models import Phone, Property
from rooms.phones.statuses import record_status
from tests import house
from tests.pbx.delivery.lanes import requests
from tests.support.attention_rows import pbx_of

pytestmark = pytest.mark.django_db


def passed(seconds: float) -> None:
    """Shift all times of the link into the past."""
    ago = now() - timedelta(seconds=seconds)
    PbxLink.objects.update(heartbeat_at=ago, used_at=ago, logged_in_at=ago, state_since=ago)


def reboot(exchange: Simulator, **body: Any) -> None:
    exchange.control._reboot({"report": False, **body})


def test_it_is_looked_at_every_thirty_seconds_or_more_often() -> None:
    every: Any = settings.CELERY_BEAT_SCHEDULE["keep-sessions"]["schedule"]
    # Whoever comes a moment too early looks the next time.
    assert timedelta(seconds=every) + link.CHECK_INTERVAL <= timedelta(seconds=30)


def test_a_restart_without_a_word_is_noticed_by_the_next_look(
    exchange: Simulator, pbx: Pbx
) -> None:
    link.keep_alive(pbx)
    reboot(exchange)
    passed(15)
    link.keep_alive(pbx)
    assert exchange.sessions.reporting() is None
    passed(20)
    link.keep_alive(pbx)
    assert exchange.sessions.reporting() is not None
    row = PbxLink.objects.get()
    assert row.state == PbxLink.State.UP
    assert row.logged_in_at is not None
    assert now() - row.logged_in_at < timedelta(seconds=10)
    assert requests(exchange, "login") == 2


def test_a_look_is_no_heartbeat(exchange: Simulator, pbx: Pbx) -> None:
    link.keep_alive(pbx)
    before = requests(exchange, "heartbeat")
    passed(25)
    link.keep_alive(pbx)
    assert requests(exchange, "heartbeat") == before
    passed(125)
    link.keep_alive(pbx)
    assert requests(exchange, "heartbeat") == before + 1
    assert requests(exchange, "extensionlist/query") == 1, "once for the login"


def test_a_wrong_password_is_not_tried_more_often_for_it(exchange: Simulator, pbx: Pbx) -> None:
    link.keep_alive(pbx)
    exchange.sessions.password = "changed on the PBX"
    reboot(exchange)
    for _ in range(8):
        passed(200)
        link.keep_alive(pbx)
    assert requests(exchange, "login") == 2
    assert PbxLink.objects.get().state == PbxLink.State.REFUSED


@pytest.fixture
def phone(exchange: Simulator, hotel: Property) -> Phone:
    """The phone of room 201, linked, and busy according to the last report."""
    house.move_pbx(pbx_of(hotel), exchange.url)
    link.keep_alive(pbx_of(hotel))
    phone = hotel.phones.get(extension="2201")
    record_status(phone, Phone.Status.BUSY, now())
    return phone


def test_statuses_are_read_anew_after_a_restart(exchange: Simulator, phone: Phone) -> None:
    pbx = pbx_of(phone.property)
    passed(25)
    link.keep_alive(pbx)
    phone.refresh_from_db()
    assert phone.status == "busy", "no login, no reason to ask"
    reboot(exchange)
    passed(25)
    link.keep_alive(pbx)
    phone.refresh_from_db()
    assert phone.status == "idle"
    others = Phone.objects.exclude(pk=phone.pk).values_list("extension", "status")
    assert set(others) == {("2202", "idle"), ("2203", "idle")}


def test_a_later_report_counts_more_than_the_list(exchange: Simulator, phone: Phone) -> None:
    record_status(phone, Phone.Status.HOLD, now() + timedelta(seconds=1))
    PbxLink.objects.update(state=PbxLink.State.DOWN)
    link.keep_alive(pbx_of(phone.property))
    phone.refresh_from_db()
    assert phone.status == "hold"
    # And a report that waited counts less than what is known by now.
    record_status(phone, Phone.Status.RINGING, now() - timedelta(minutes=5))
    phone.refresh_from_db()
    assert phone.status == "hold"


def test_a_list_that_fails_keeps_the_link_from_nothing(exchange: Simulator, phone: Phone) -> None:
    exchange.faults.add(Fault("garbage", "extensionlist/query", times=0))
    PbxLink.objects.update(state=PbxLink.State.DOWN)
    link.keep_alive(pbx_of(phone.property))
    assert PbxLink.objects.get().state == PbxLink.State.UP
