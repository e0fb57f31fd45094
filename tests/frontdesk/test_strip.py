"""The status strip: calm when all is well, a short phrase for each thing that is not."""

import socket
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from frontdesk.models import StaffMember
from hotelpbx.clock import now
from hotelpbx.task_queue import broker
from hotelpbx.task_queue.cached_status import cached_broker_status
from pbx import worker_heartbeat
from pbx.models import Command, PbxLink, Report, WorkerHeartbeat
from pbx.reports import inbox
from rooms.models import Phone, Property
from tests import house
from tests.support import attention_rows

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def broker_of_its_own(settings: LazySettings) -> Iterator[None]:
    """Another test's broker is none of ours."""
    broker._client.cache_clear()
    yield
    broker._client.cache_clear()


@pytest.fixture
def link(hotel: Property) -> PbxLink:
    """All is well."""
    worker_heartbeat.record()
    return PbxLink.objects.create(
        pbx=attention_rows.pbx_of(hotel),
        state="up",
        state_since=now(),
        clock_difference=0.4,
        used_at=now(),
    )


@pytest.fixture
def clara(hotel: Property) -> Client:
    return clerk(hotel)


def clerk(hotel: Property) -> Client:
    user = User.objects.create(username="clara")
    StaffMember.objects.create(user=user, property=hotel, role="clerk")
    client = Client()
    client.force_login(user)
    return client


def look(client: Client) -> str:
    answer = client.get("/GRAND/strip/", headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


def test_all_is_well(clara: Client, link: PbxLink) -> None:
    strip = look(clara)
    assert 'class="strip ok"' in strip
    assert "PBX connected" in strip
    assert "Nothing needs attention" in strip
    assert "remark" not in strip


def ago(**span: float) -> Any:
    return now() - timedelta(**span)


@pytest.mark.parametrize(
    ("fields", "tone", "words"),
    [
        ({"state": "down"}, "down", "PBX does not answer"),
        ({"state": "refused"}, "down", "PBX refuses the login"),
        ({"state": "unknown"}, "degraded", "PBX not contacted yet"),
        ({"clock_difference": 75}, "degraded", "PBX clock 75 s ahead"),
        ({"clock_difference": -61.2}, "degraded", "PBX clock 61 s behind"),
        ({"clock_difference": 59}, "ok", "PBX connected"),
        ({"utc_offset_seconds": 28800}, "ok", "PBX connected"),
        ({"utc_offset_seconds": 3600}, "degraded", "PBX zone is UTC+1"),
        ({"utc_offset_seconds": -12600}, "degraded", "PBX zone is UTC-3:30"),
        ({"reports_missing_since": "now"}, "degraded", "PBX sends no reports"),
        ({"used_at": "long ago"}, "degraded", "PBX not contacted since"),
        ({"pace_seconds": 2.0}, "ok", "PBX connected"),
    ],
)
def test_the_link(
    clara: Client, link: PbxLink, fields: dict[str, Any], tone: str, words: str
) -> None:
    instants = {"now": now(), "long ago": ago(minutes=7)}
    PbxLink.objects.update(**{name: instants.get(each, each) for name, each in fields.items()})
    strip = look(clara)
    assert f'class="strip {tone}"' in strip
    assert words in strip


def test_workers_and_broker_that_are_away(
    clara: Client, link: PbxLink, settings: LazySettings
) -> None:
    WorkerHeartbeat.objects.update(beaten_at=ago(seconds=61))
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    broker._client.cache_clear()
    strip = look(clara)
    assert 'class="strip down"' in strip
    assert "No worker is running" in strip
    assert "Redis is down" in strip


def test_a_broker_that_hangs_is_not_asked_at_each_poll(settings: LazySettings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        deaf.settimeout(0)
        settings.REDIS_URL = f"redis://127.0.0.1:{deaf.getsockname()[1]}/0"
        broker._client.cache_clear()
        assert [cached_broker_status() for _ in range(3)] == [False, False, False]
        deaf.accept()[0].close()
        with pytest.raises(BlockingIOError):
            deaf.accept()


def test_backlogs(clara: Client, link: PbxLink, hotel: Property) -> None:
    inbox.store(attention_rows.pbx_of(hotel), b'{"action": "BootUp"}', None)
    house.check_in(hotel, "Smith")
    assert "remark" not in look(clara), "they are fresh"
    Report.objects.update(received_at=ago(seconds=70))
    Command.objects.update(created_at=ago(seconds=80))
    strip = look(clara)
    local = Command.objects.all()[0].created_at.astimezone(hotel.zone)
    assert "Reports waiting since" in strip
    assert "Phone commands waiting since" in strip
    assert f"{local:%H:%M}" in strip


@pytest.mark.parametrize(
    ("statuses", "words"),
    [
        ([], ""),
        (["idle", "unknown", "busy"], ""),
        (["unavailable"], "1 phone is unregistered"),
        (["unavailable", "malfunction", "idle"], "2 phones are unregistered"),
    ],
)
def test_phones_that_cannot_be_called(
    clara: Client, link: PbxLink, statuses: list[str], words: str
) -> None:
    for phone, status in zip(Phone.objects.all(), statuses, strict=False):
        Phone.objects.filter(pk=phone.pk).update(status=status)
    strip = look(clara)
    assert 'class="strip ok"' in strip
    assert ("unregistered" in strip) == bool(words)
    assert words in strip
    if words:
        assert "/GRAND/?show=phones" in strip
        rack = clara.get("/GRAND/?show=phones").content.decode()
        assert rack.count('class="tile') == statuses.count("unavailable") + statuses.count(
            "malfunction"
        )


def test_urgent_things_stand_on_it_emergencies_first_and_not_too_many(
    clara: Client, link: PbxLink, hotel: Property
) -> None:
    house.check_in(hotel, "Smith")
    attention_rows.make(hotel, "parked_report")
    for number in range(1, 8):
        attention_rows.make(hotel, "wake_up_alarm", number)
    attention_rows.make(hotel, "emergency_call")
    strip = look(clara)
    assert strip.count('role="alert"') == 5
    assert strip.index("Emergency number 119") < strip.index("Wake-up call at")
    assert "3 more" in strip
    assert "9 need attention" in strip
    assert "oops" not in strip


def test_it_takes_few_queries_however_much_there_is(
    clara: Client,
    link: PbxLink,
    hotel: Property,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    look(clara)
    with django_assert_max_num_queries(7):  # who is it, which desk: four of them
        look(clara)
    house.check_in(hotel, "Smith")
    for number in range(1, 20):
        for kind in attention_rows.KINDS:
            attention_rows.make(hotel, kind, number)
    with django_assert_max_num_queries(12):
        look(clara)


def test_a_page_without_a_strip_does_not_pay_for_it(hotel: Property) -> None:
    user = User.objects.create(username="rosa")
    StaffMember.objects.create(user=user, property=hotel, role="housekeeping")
    rosa = Client()
    rosa.force_login(user)
    with CaptureQueriesContext(connection) as captured:
        assert rosa.get("/GRAND/housekeeping/").status_code == 200
    assert not [each for each in captured if "pbx_workerpulse" in each["sql"]]


# --- the database -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_database_that_went_away_is_told_in_place_of_the_last_strip(hotel: Property) -> None:
    client = clerk(hotel)
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    try:
        strip = look(client)
        assert 'class="strip down"' in strip
        assert "cannot be read" in strip
        assert "Nothing needs attention" not in strip
    finally:
        connection.close()
    assert "Nothing needs attention" in look(client), "it is back"


@pytest.mark.django_db(transaction=True)
def test_trouble_with_the_strip_alone_does_not_fail_the_page(hotel: Property) -> None:
    client = clerk(hotel)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE pbx_workerpulse RENAME TO elsewhere")
    try:
        page = client.get("/GRAND/arrivals/")
        assert page.status_code == 200
        assert "cannot be read" in page.content.decode()
        assert "<h1>" in page.content.decode()
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE elsewhere RENAME TO pbx_workerpulse")


def test_housekeeping_reads_no_guest_on_the_strip(hotel: Property, link: PbxLink) -> None:
    house.check_in(hotel, "Smith")
    for kind in ("emergency_call", "wake_up_alarm"):
        attention_rows.make(hotel, kind)
    assert "Smith" in look(clerk(hotel))
    user = User.objects.create(username="rosa")
    StaffMember.objects.create(user=user, property=hotel, role="housekeeping")
    rosa = Client()
    rosa.force_login(user)
    strip = look(rosa)
    assert "Up to date" in strip
    assert "Smith" not in strip
    assert "alert" not in strip
