"""``/metrics``, and unknown addresses."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from hotelpbx.clock import now
from hotelpbx.http.client_address import networks_of
from hotelpbx.task_queue import broker
from pbx import worker_heartbeat
from pbx.models import Command, PbxLink, Report, Traffic, WorkerHeartbeat
from pbx.reports import inbox
from rooms.models import Phone, Property
from tests import house
from tests.support import attention_rows

pytestmark = pytest.mark.django_db


def ago(seconds: float) -> Any:
    return now() - timedelta(seconds=seconds)


def scrape() -> dict[str, dict[tuple[str, ...], float]]:
    """The samples of each metric by the values of their labels, in alphabetical order."""
    answer = Client().get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(answer.content.decode()):
        assert family.name.startswith("hotelpbx_"), family
        assert family.documentation.endswith((".", "speed.")), family
        assert family.type == "gauge"
        for sample in family.samples:
            values = tuple(sample.labels[name] for name in sorted(sample.labels))
            found.setdefault(sample.name.removeprefix("hotelpbx_"), {})[values] = sample.value
    return found


@pytest.fixture(autouse=True)
def broker_of_its_own() -> Iterator[None]:
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
        state_since=ago(100),
        clock_difference=-1.25,
        used_at=ago(30),
        last_report_at=ago(40),
        token="a-token-of-the-pbx",
    )


def test_all_is_well(link: PbxLink) -> None:
    found = scrape()
    here = ("GRAND",)
    assert found["database_up"] == found["broker_up"] == {(): 1}
    assert 0 <= found["worker_pulse_age_seconds"][()] < 10
    assert found["pbx_link_state"][("GRAND", "up")] == 1
    assert sum(found["pbx_link_state"].values()) == 1
    assert found["pbx_clock_difference_seconds"] == {here: -1.25}
    assert 30 <= found["pbx_heartbeat_age_seconds"][here] < 40
    assert 40 <= found["pbx_last_report_age_seconds"][here] < 50
    assert 100 <= found["pbx_state_age_seconds"][here] < 110
    for name in (
        "reports_waiting", "oldest_report_age_seconds", "commands_waiting",
        "oldest_command_age_seconds", "pbx_reports_missing_seconds", "pbx_pause_seconds",
        "pbx_requests_per_minute", "pbx_errors_per_minute",
    ):  # fmt: skip
        assert found[name] == {here: 0}, name
    states = {labels for labels, value in found["check_state"].items() if value}
    assert {(check, state) for check, _, state in states} == {
        (name, "ok")
        for name in (
            "database", "broker", "workers", "pbx_link", "pbx_clock", "reports_backlog",
            "commands_backlog",
        )
    }  # fmt: skip
    assert found["phones"][("GRAND", "unknown")] == 3
    assert set(found["attention_items"].values()) == {0}


def test_nothing_is_well(link: PbxLink, hotel: Property, settings: LazySettings) -> None:
    WorkerHeartbeat.objects.update(beaten_at=ago(3600))
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    house.check_in(hotel, "Smith")
    Command.objects.update(created_at=ago(500))
    inbox.store(attention_rows.pbx_of(hotel), b'{"action": "BootUp"}', None)
    Report.objects.update(received_at=ago(700))
    for kind in attention_rows.KINDS:
        attention_rows.make(hotel, kind)
    Phone.objects.filter(extension="2202").update(status="unavailable")
    PbxLink.objects.update(state="refused", reports_missing_since=ago(900), pace_seconds=4)
    minute = now().replace(second=0, microsecond=0)
    for back, requests in ((0, 7), (1, 50), (2, 9)):
        Traffic.objects.create(
            pbx=attention_rows.pbx_of(hotel),
            minute=minute - timedelta(minutes=back),
            requests=requests,
            errors=requests // 10,
        )
    found, here = scrape(), ("GRAND",)
    assert found["broker_up"] == {(): 0}
    assert found["worker_pulse_age_seconds"][()] >= 3600
    assert found["pbx_link_state"][("GRAND", "refused")] == 1
    assert found["commands_waiting"] == found["reports_waiting"] == {here: 1}
    assert 500 <= found["oldest_command_age_seconds"][here] < 520
    assert 700 <= found["oldest_report_age_seconds"][here] < 720
    assert 900 <= found["pbx_reports_missing_seconds"][here] < 920
    assert found["pbx_pause_seconds"] == {here: 4}
    if now().replace(second=0, microsecond=0) == minute:
        assert found["pbx_requests_per_minute"] == {here: 50}, "the last whole minute"
        assert found["pbx_errors_per_minute"] == {here: 5}
    assert found["phones"][("GRAND", "unavailable")] == 1
    assert found["attention_items"] == {(kind, "GRAND"): 1 for kind in attention_rows.KINDS}
    assert found["check_state"][("workers", "GRAND", "down")] == 1
    assert found["check_state"][("workers", "GRAND", "ok")] == 0


def test_nobody_and_no_secret_is_in_it(link: PbxLink, hotel: Property) -> None:
    house.check_in(hotel, "Wolfeschlegel")
    for kind in attention_rows.KINDS:
        attention_rows.make(hotel, kind)
    text = Client().get("/metrics").content.decode()
    pbx = attention_rows.pbx_of(hotel)
    for word in ("Wolfeschlegel", "2201", "119", pbx.report_secret, pbx.url, "a-token", "secret"):
        assert word not in text, word


PROXY = {"HTTP_X_FORWARDED_FOR": "192.0.2.7"}


@pytest.mark.parametrize(
    ("asked", "allowed", "proxies", "status"),
    [
        ({"REMOTE_ADDR": "127.0.0.1"}, [], [], 200),
        ({"REMOTE_ADDR": "::1"}, [], [], 200),
        ({"REMOTE_ADDR": "::ffff:127.0.0.1"}, [], [], 200),
        ({"REMOTE_ADDR": "192.0.2.7"}, [], [], 403),
        ({"REMOTE_ADDR": "192.0.2.7"}, ["192.0.2.0/24"], [], 200),
        ({"REMOTE_ADDR": "198.51.100.7"}, ["192.0.2.0/24"], [], 403),
        # A proxy on this machine is not the one who asks, named or not.
        ({"REMOTE_ADDR": "127.0.0.1", **PROXY}, [], [], 403),
        ({"REMOTE_ADDR": "127.0.0.1", **PROXY}, ["192.0.2.0/24"], [], 403),
        ({"REMOTE_ADDR": "127.0.0.1", **PROXY}, [], ["127.0.0.1"], 403),
        ({"REMOTE_ADDR": "127.0.0.1", **PROXY}, ["192.0.2.0/24"], ["127.0.0.1"], 200),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_FORWARDED": "for=192.0.2.7"}, [], [], 403),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_REAL_IP": "192.0.2.7"}, [], [], 403),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "127.0.0.1"}, [], [], 403),
        ({"REMOTE_ADDR": ""}, [], [], 403),
    ],
)
def test_who_may_read_the_names_of_the_properties(
    link: PbxLink,
    settings: LazySettings,
    asked: dict[str, Any],
    allowed: list[str],
    proxies: list[str],
    status: int,
) -> None:
    settings.METRICS_ALLOWED_NETWORKS = list(networks_of(allowed))
    settings.TRUSTED_PROXIES = list(networks_of(proxies))
    answer = Client().get("/metrics", **asked)
    assert answer.status_code == status
    assert (b"GRAND" in answer.content) == (status == 200)


def test_each_property_has_its_own(
    link: PbxLink,
    hotel: Property,
    tmp_path: Path,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    other = house.build(tmp_path, code="OTHER")
    attention_rows.make(hotel, "parked_report")
    with django_assert_max_num_queries(1 + 2 * 3):
        found = scrape()
    waiting = found["attention_items"]
    assert (waiting[("parked_report", "GRAND")], waiting[("parked_report", "OTHER")]) == (1, 0)
    assert found["pbx_link_state"][("OTHER", "unknown")] == 1
    assert (other.code,) not in found["pbx_clock_difference_seconds"], "it is not known"


def test_without_a_property_there_is_little_to_tell(db: None) -> None:
    assert scrape() == {"database_up": {(): 1}, "broker_up": {(): 1}}


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_a_metric(hotel: Property) -> None:
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    try:
        assert scrape() == {"database_up": {(): 0}, "broker_up": {(): 1}}
    finally:
        connection.close()
    assert scrape()["database_up"] == {(): 1}, "it is back"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_it_is_only_read(db: None, method: str) -> None:
    assert Client().generic(method, "/metrics").status_code == 405


@pytest.mark.parametrize(
    "path", ["/api/", "/api/v2/properties/GRAND/rooms/", "/api/v1", "/api/x", "/api/v1/x/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_program_that_has_lost_its_way_is_answered_as_one(
    db: None, method: str, path: str
) -> None:
    answer = Client(enforce_csrf_checks=True).generic(method, path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")
    assert answer.json()["code"] == "not_found"
