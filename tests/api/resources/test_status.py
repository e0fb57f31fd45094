"""``status/``: the checks, and the resulting state."""

import socket
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import LazySettings

from hotelpbx.clock import now
from hotelpbx.task_queue import broker
from pbx import worker_heartbeat
from pbx.models import Command, PbxLink, Report, WorkerHeartbeat
from pbx.reports import inbox
from rooms.models import Property
from tests import house
from tests.api.rest import Rest
from tests.house import at

pytestmark = pytest.mark.django_db

NOON = at("2026-05-04 12:00:00")
YESTERDAY = at("2026-05-03 12:00:00")


@pytest.fixture
def healthy(hotel: Property) -> PbxLink:
    """Workers are at work, the PBX answers, its clock is right."""
    worker_heartbeat.record()
    assert hotel.pbx is not None
    link, _ = PbxLink.objects.update_or_create(
        pbx=hotel.pbx,
        defaults={"state": "up", "state_since": now(), "clock_difference": 0.4},
    )
    return link


def look(pms: Rest) -> tuple[str, dict[str, Any]]:
    """The state of the whole, and the checks by name."""
    answer = pms.get("status/")
    assert answer.status == 200
    return answer.body["state"], {check["name"]: check for check in answer.body["checks"]}


def test_all_is_well(pms: Rest, healthy: PbxLink) -> None:
    state, checks = look(pms)
    assert list(checks) == [
        "database",
        "broker",
        "workers",
        "pbx_link",
        "pbx_clock",
        "reports_backlog",
        "commands_backlog",
    ]
    assert {check["state"] for check in checks.values()} == {"ok"}
    assert state == "ok"


@pytest.mark.parametrize("seconds", [None, 61])
def test_without_a_sign_of_life_the_workers_are_down(
    pms: Rest, healthy: PbxLink, seconds: int | None
) -> None:
    if seconds is None:
        WorkerHeartbeat.objects.all().delete()
    else:
        WorkerHeartbeat.objects.update(beaten_at=now() - timedelta(seconds=seconds))
    state, checks = look(pms)
    assert (checks["workers"]["state"], state) == ("down", "down")
    assert (checks["workers"]["since"] is None) == (seconds is None)


@pytest.mark.parametrize(
    ("link", "expected"),
    [("up", "ok"), ("unknown", "degraded"), ("down", "down"), ("refused", "down")],
)
def test_the_link_to_the_pbx(pms: Rest, healthy: PbxLink, link: str, expected: str) -> None:
    PbxLink.objects.update(state=link, last_error="The PBX says no.")
    state, checks = look(pms)
    assert checks["pbx_link"]["state"] == expected
    assert state == ("ok" if expected == "ok" else "degraded"), "the desk works without the PBX"


@pytest.mark.parametrize(
    ("fields", "expected", "words", "since"),
    [
        ({"reports_missing_since": NOON}, "degraded", "no reports since 2026-05-04 20:00", NOON),
        ({"used_at": NOON}, "degraded", "check the workers", NOON),
        ({"pace_seconds": 2.0}, "ok", "slow down (10025)", YESTERDAY),
        ({"state": "down"}, "down", "The PBX says no.", YESTERDAY),
        (
            {"state": "refused", "locked_until": at("2099-05-04 12:00:00")},
            "down",
            "The PBX says no. It is tried again after 2099-05-04 20:00, hotel time.",
            YESTERDAY,
        ),
        ({"state": "refused", "locked_until": NOON}, "down", "The PBX says no.", YESTERDAY),
    ],
)
def test_the_link_in_plain_words(
    pms: Rest,
    healthy: PbxLink,
    fields: dict[str, Any],
    expected: str,
    words: str,
    since: datetime,
) -> None:
    PbxLink.objects.update(last_error="The PBX says no.", state_since=YESTERDAY, used_at=now())
    PbxLink.objects.update(**fields)
    link = look(pms)[1]["pbx_link"]
    assert link["state"] == expected
    assert words in link["detail"]
    assert link["since"] == since.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.mark.parametrize(
    ("difference", "expected"),
    [(60.0, "ok"), (-60.0, "ok"), (61.0, "degraded"), (-3600.0, "degraded"), (None, "degraded")],
)
def test_the_clock_of_the_pbx(
    pms: Rest, healthy: PbxLink, difference: float | None, expected: str
) -> None:
    PbxLink.objects.update(clock_difference=difference)
    state, checks = look(pms)
    assert (checks["pbx_clock"]["state"], state) == (expected, expected)


def test_a_property_without_a_pbx(pms: Rest, healthy: PbxLink, hotel: Property) -> None:
    Property.objects.update(pbx=None)
    state, checks = look(pms)
    assert (state, checks["pbx_link"]["state"]) == ("degraded", "degraded")


@pytest.mark.parametrize(("seconds", "expected"), [(50, "ok"), (70, "degraded")])
def test_reports_that_wait(
    pms: Rest, healthy: PbxLink, hotel: Property, seconds: int, expected: str
) -> None:
    assert hotel.pbx is not None
    inbox.store(hotel.pbx, b'{"action": "BootUp"}', None)
    Report.objects.update(received_at=now() - timedelta(seconds=seconds))
    _, checks = look(pms)
    assert checks["reports_backlog"]["state"] == expected
    assert (checks["reports_backlog"]["since"] is None) == (expected == "ok")


@pytest.mark.parametrize(
    ("state", "seconds", "expected"),
    [
        ("waiting", 70, "ok"),
        ("waiting", 80, "degraded"),
        ("in_flight", 80, "degraded"),
        ("failed", 0, "degraded"),
        ("done", 80, "ok"),
    ],
)
def test_phone_work_that_waits_or_failed(
    pms: Rest, healthy: PbxLink, hotel: Property, state: str, seconds: int, expected: str
) -> None:
    house.check_in(hotel, "Smith")
    Command.objects.update(state=state, created_at=now() - timedelta(seconds=seconds))
    _, checks = look(pms)
    assert checks["commands_backlog"]["state"] == expected


# --- the broker ------------------------------------------------------------------------------


Elsewhere = Callable[[str], None]


@pytest.fixture
def elsewhere(settings: LazySettings) -> Iterator[Elsewhere]:
    """Puts the broker at another address."""

    def put(url: str) -> None:
        settings.REDIS_URL = url
        broker._client.cache_clear()

    yield put
    broker._client.cache_clear()


def test_the_broker_away_leaves_the_desk_at_work(
    pms: Rest, healthy: PbxLink, elsewhere: Elsewhere
) -> None:
    elsewhere("redis://127.0.0.1:1/0")
    state, checks = look(pms)
    assert (checks["broker"]["state"], state) == ("down", "degraded")


@pytest.fixture
def deaf_redis() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_broker_that_hangs_holds_nobody_up(
    pms: Rest, healthy: PbxLink, elsewhere: Elsewhere, deaf_redis: int
) -> None:
    elsewhere(f"redis://127.0.0.1:{deaf_redis}/0")
    began = time.monotonic()
    _, checks = look(pms)
    assert checks["broker"]["state"] == "down"
    assert time.monotonic() - began < 5
