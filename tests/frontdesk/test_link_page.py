"""The page of the PBX link."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from frontdesk.charts.traffic import last_hour
from frontdesk.models import StaffMember
from hotelpbx.clock import now
from pbx import link, worker_heartbeat
from pbx.models import Command, PbxLink, Traffic
from pbx.reports import inbox
from pbx.simulator import Simulator
from rooms.models import AuditEntry, Property
from tests import house
from tests.frontdesk.people import Browser
from tests.house import at
from tests.support import attention_rows

pytestmark = pytest.mark.django_db


def staff(hotel: Property, role: str) -> Client:
    user = User.objects.create(username=role)
    StaffMember.objects.create(user=user, property=hotel, role=role)
    client = Browser()
    client.force_login(user)
    return client


@pytest.fixture
def max_(hotel: Property) -> Client:
    """The manager."""
    return staff(hotel, "manager")


@pytest.fixture
def row(hotel: Property) -> PbxLink:
    worker_heartbeat.record()
    return PbxLink.objects.create(
        pbx=attention_rows.pbx_of(hotel),
        token="t0ken-of-the-pbx",
        logged_in_at=now() - timedelta(hours=2, minutes=5),
        state="up",
        state_since=at("2026-05-04 16:30:00"),
        clock_difference=0.4,
        utc_offset_seconds=8 * 3600,
        used_at=now(),
        device_name="Yeastar S50",
        firmware="30.15.0.6",
        serial_number="369362089179",
        booted_at=at("2026-05-03 16:00:00"),
        last_report_at=at("2026-05-04 16:31:00"),
        records_until=at("2026-05-04 16:32:00"),
    )


def read(client: Client, query: str = "") -> str:
    """The page's text, with single spaces."""
    answer = client.get(f"/GRAND/pbx/{query}")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert "style=" not in page
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page).replace("\xa0", " "))


def test_it_says_how_the_link_is_in_hotel_time(max_: Client, row: PbxLink) -> None:
    text = read(max_)
    for words in (
        "PBX connected since 2026-05-05 00:30:00",
        "Device Yeastar S50",
        "Firmware 30.15.0.6",
        "Serial number 369362089179",
        "Last restart 2026-05-04 00:00",
        "Clock +0 s",
        "Zone Asia/Shanghai, reported as UTC+08:00",
        "Token 2 hours, 5 minutes old",
        "Last report 2026-05-05 00:31:00",
        "Call records fetched until 2026-05-05 00:32:00",
        "Parallel requests 4",
        "Pace full",
        "Commands 0 waiting, 0 failed",
    ):
        assert words in text, words
    assert "t0ken" not in max_.get("/GRAND/pbx/").content.decode()
    assert "secret" not in text


def test_it_says_what_is_not_well(max_: Client, row: PbxLink, hotel: Property) -> None:
    pbx = attention_rows.pbx_of(hotel)
    pbx.serial_number = "1234"
    pbx.save()
    PbxLink.objects.update(
        clock_difference=-95.2,
        utc_offset_seconds=-(3 * 3600 + 1800),
        reports_missing_since=at("2026-05-04 16:00:00"),
        pace_seconds=2.0,
        paused_until=now() + timedelta(seconds=60),
    )
    attention_rows.make(hotel, "failed_command")
    text = read(max_)
    for words in (
        "PBX sends no reports since 2026-05-05 00:00:00",
        "no other program logs in",
        "expected 1234",
        "PBX clock 95 s behind",
        "reported as UTC-03:30",
        "Parallel requests 1 of 4",
        "pauses of 2 s until",
        "Commands 0 waiting, 1 failed",
        "1 command needs a person.",
    ):
        assert words in text, words


def test_before_the_first_word_and_without_a_pbx(max_: Client, hotel: Property) -> None:
    assert "PBX not contacted yet" in read(max_)
    Property.objects.update(pbx=None)
    assert "This hotel has no PBX yet" in read(max_)
    answer = max_.post("/GRAND/pbx/try/", follow=True)
    assert "This hotel has no PBX" in answer.content.decode()


# --- commands and reports ---------------------------------------------------------------------


@pytest.fixture
def busy(hotel: Property, row: PbxLink) -> Property:
    """Two phones with commands, one failed; a report processed later, one parked."""
    house.check_in(hotel, "Smith", number="201")
    house.check_in(hotel, "Jones", number="202")
    attention_rows.make(hotel, "failed_command")
    attention_rows.make(hotel, "parked_report")
    inbox.store(attention_rows.pbx_of(hotel), b'{"action": "BootUp"}', None)
    return hotel


@pytest.mark.parametrize(
    ("query", "commands", "reports"),
    [
        ("", 3, 2),
        ("?commands=failed", 1, 2),
        ("?commands=waiting", 2, 2),
        ("?commands=waiting&extension=2202", 1, 2),
        ("?extension=2201", 2, 2),
        ("?extension=9999", 0, 2),
        ("?extension=%00%27&commands=nonsense&reports=nonsense", 0, 2),
        ("?reports=parked", 3, 1),
        ("?reports=waiting&commands=failed&extension=2201", 1, 1),
    ],
)
def test_commands_and_reports_can_be_narrowed(
    max_: Client, busy: Property, query: str, commands: int, reports: int
) -> None:
    page = max_.get(f"/GRAND/pbx/{query}").content.decode()
    parts = re.findall(r'<section class="card" id="(commands|reports)".*?</section>', page, re.S)
    assert parts == ["commands", "reports"]
    bodies = re.findall(r"<tbody>(.*?)</tbody>", page, re.S)[-2:]
    shown = [0 if "colspan" in body else body.count("<tr>") for body in bodies]
    assert shown == [commands, reports]


def test_many_commands_take_no_more_queries(max_: Client, busy: Property) -> None:
    read(max_)  # the first page of a session also notes that it is used
    with CaptureQueriesContext(connection) as few:
        read(max_)
    for number in range(100):
        attention_rows.make(busy, "failed_command", number)
        attention_rows.make(busy, "parked_report", number + 10)
    with CaptureQueriesContext(connection) as many:
        read(max_)
    assert len(many) == len(few) <= 16


# --- traffic ----------------------------------------------------------------------------------


def count(hotel: Property, minutes_ago: int, requests: int, errors: int = 0) -> None:
    minute = now().replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    Traffic.objects.create(
        pbx=attention_rows.pbx_of(hotel), minute=minute, requests=requests, errors=errors
    )


def test_the_last_hour_is_drawn(hotel: Property) -> None:
    for minutes_ago, requests, errors in ((0, 40, 10), (1, 1, 0), (59, 20, 20), (60, 99, 9)):
        count(hotel, minutes_ago, requests, errors)
    chart = last_hour(attention_rows.pbx_of(hotel), now())
    assert len(chart.bars) == 60
    assert (chart.requests, chart.errors, chart.busiest) == (61, 30, 40)
    assert [bar.requests for bar in chart.busy] == [40, 1, 20], "the latest first"
    last, first = chart.bars[-1], chart.bars[0]
    assert (last.height, last.y, last.error_height) == (100, 0, 25)
    assert (first.x, first.height, first.error_height) == (0, 50, 50)
    assert chart.bars[-2].height == 2, "little can be seen, too"
    assert last.x + last.width <= chart.width


def test_the_chart_is_told_in_words_too(max_: Client, row: PbxLink, hotel: Property) -> None:
    text = read(max_)
    assert "0 requests, at most 0 a minute · 0 failed" in text
    assert "Minute by minute" not in text
    count(hotel, 3, 12, 2)
    page = max_.get("/GRAND/pbx/").content.decode()
    assert page.count("<rect") == 2
    assert "12 in all, 2 failed, at most 12 in a minute." in page
    assert "Minute by minute" in page


# --- trying it --------------------------------------------------------------------------------


def test_a_manager_has_the_pbx_asked_at_once(
    max_: Client, hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the nudge leads to: the PBX is asked though no heartbeat is due."""
    pbx = attention_rows.pbx_of(hotel)
    with Simulator() as simulator:
        house.move_pbx(pbx, simulator.url)
        link.keep_alive(pbx)
        first = PbxLink.objects.get().used_at
        link.keep_alive(pbx)
        assert PbxLink.objects.get().used_at == first, "none is due"
        answer = max_.post("/GRAND/pbx/try/", follow=True)
        assert "The link is being tested" in answer.content.decode()
        link.keep_alive(pbx)
        assert PbxLink.objects.get().used_at != first
    entry = AuditEntry.objects.get(action="try the PBX link")
    assert (entry.actor, entry.subject) == ("manager", f"pbx:{pbx.name}")


def test_the_workers_are_woken_for_it(
    max_: Client, row: PbxLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[tuple[object, ...]] = []
    monkeypatch.setattr(
        "hotelpbx.task_queue.sending.enqueue", lambda *message: woken.append(message)
    )
    max_.post("/GRAND/pbx/try/")
    assert woken == [("pbx.tasks.keep_session", row.pbx_id)]


def test_only_managers_may_and_only_by_post(hotel: Property, max_: Client, row: PbxLink) -> None:
    clerk = staff(hotel, "clerk")
    assert "Test the link now" in read(max_)
    assert "Test the link now" not in read(clerk)
    assert clerk.post("/GRAND/pbx/try/").status_code == 404
    assert max_.get("/GRAND/pbx/try/").status_code == 405
    assert not AuditEntry.objects.filter(action="try the PBX link").exists()
    assert Command.objects.count() == 0
