"""The receiver: what it stores and how it answers."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError
from django.http import HttpResponse
from django.test import Client, override_settings
from pytest_django import Settings

from hotelpbx.http.client_address import networks_of
from pbx.models import Report
from rooms.models import Property
from tests.house import at

pytestmark = pytest.mark.django_db

MINIBAR: dict[str, Any] = {
    "action": "DTMF",
    "callid": "1777888800.149",
    "call": [{"ext": {"extid": "2201"}}],
    "infos": "778*123456789*2",
    "sn": "369462038851",
}


@pytest.fixture
def receiver() -> Iterator[Client]:
    """The receiver's port: its own URLs, no middleware."""
    with override_settings(ROOT_URLCONF="hotelpbx.receiver_urls", MIDDLEWARE=[]):
        yield Client(raise_request_exception=True)


def post(receiver: Client, hotel: Property, body: bytes | dict[str, Any], **extra: Any) -> Any:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    assert hotel.pbx is not None
    return receiver.generic(
        "POST",
        f"/reports/{hotel.pbx.report_secret}/",
        content,
        content_type="application/json",
        headers={"host": "192.168.5.150: 8260"},
        **extra,
    )


def test_a_report_is_stored_as_it_came(receiver: Client, hotel: Property) -> None:
    assert post(receiver, hotel, MINIBAR).status_code == 200
    report = Report.objects.get()
    assert json.loads(bytes(report.body)) == MINIBAR
    assert (report.action, report.callid, report.state) == ("DTMF", MINIBAR["callid"], "received")


def test_the_same_in_another_order_and_spacing_is_the_same(
    receiver: Client, hotel: Property
) -> None:
    post(receiver, hotel, MINIBAR)
    shuffled = dict(reversed(MINIBAR.items()))
    assert post(receiver, hotel, json.dumps(shuffled, indent=4).encode()).status_code == 200
    assert Report.objects.count() == 1


def test_states_without_a_call_are_never_the_same(receiver: Client, hotel: Property) -> None:
    for status in ("Busy", "Idle", "Busy"):
        body = {"action": "ExtensionStatus", "extension": "2201", "status": status}
        post(receiver, hotel, body)
    assert Report.objects.count() == 3


def test_an_entry_repeated_after_a_minute_is_kept_for_a_person(
    receiver: Client, hotel: Property
) -> None:
    with time_machine.travel(at("2026-05-04 10:00:00"), tick=False) as clock:
        post(receiver, hotel, MINIBAR)
        clock.shift(timedelta(seconds=60))
        post(receiver, hotel, MINIBAR)
        assert Report.objects.count() == 1
        clock.shift(timedelta(seconds=1))
        post(receiver, hotel, MINIBAR)
    first, again = Report.objects.order_by("pk")
    assert again.repeats == first
    assert again.fingerprint is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not json",
        b"[1, 2]",
        b'"text"',
        b"\xff\xfe\x00",
        b"[" * 100_000,
        b'{"action": "DTMF", "callid": ' + b"9" * 5000 + b"}",
        b'{"action": "DTMF" "callid": "1.1"}',
        b'{"action": "D\\u0000TMF", "callid": "1\\ud800"}',
    ],
)
def test_whatever_cannot_be_read_is_stored_aside_and_answered_200(
    receiver: Client, hotel: Property, body: bytes
) -> None:
    assert post(receiver, hotel, body).status_code == 200
    report = Report.objects.get()
    assert bytes(report.body) == body
    assert report.state in ("parked", "received")


def test_another_serial_number_is_stored_aside(receiver: Client, hotel: Property) -> None:
    assert hotel.pbx is not None
    hotel.pbx.serial_number = "111"
    hotel.pbx.save()
    assert post(receiver, hotel, MINIBAR).status_code == 200
    report = Report.objects.get()
    assert report.state == "parked"
    assert "369462038851" in report.reason


def test_a_report_without_serial_number_is_taken(receiver: Client, hotel: Property) -> None:
    """The manual's room status has none (L6152-L6159)."""
    assert hotel.pbx is not None
    hotel.pbx.serial_number = "111"
    hotel.pbx.save()
    post(receiver, hotel, {key: value for key, value in MINIBAR.items() if key != "sn"})
    assert Report.objects.get().state == "received"


@pytest.mark.parametrize(
    ("allowed", "source", "status"),
    [
        (["192.168.5.150"], "192.168.5.150", 200),
        (["192.168.5.0/24"], "192.168.5.150", 200),
        (["192.168.5.0/24"], "::ffff:192.168.5.150", 200),
        (["192.168.5.150"], "192.168.5.151", 403),
        (["2001:db8::/32"], "192.168.5.150", 403),
        ([], "203.0.113.9", 200),
    ],
)
def test_only_allowed_sources_may_report(
    receiver: Client, hotel: Property, allowed: list[str], source: str, status: int
) -> None:
    assert hotel.pbx is not None
    hotel.pbx.allowed_sources = allowed
    hotel.pbx.save()
    assert post(receiver, hotel, MINIBAR, REMOTE_ADDR=source).status_code == status
    assert Report.objects.count() == (status == 200)


@pytest.mark.parametrize(("proxy", "status"), [("10.0.0.1", 200), ("10.0.0.2", 403)])
def test_a_source_behind_a_proxy_counts_where_the_proxy_is_trusted(
    receiver: Client, hotel: Property, settings: Settings, proxy: str, status: int
) -> None:
    assert hotel.pbx is not None
    hotel.pbx.allowed_sources = ["192.168.5.150"]
    hotel.pbx.save()
    settings.TRUSTED_PROXIES = list(networks_of(["10.0.0.1"]))
    told = {"REMOTE_ADDR": proxy, "HTTP_X_FORWARDED_FOR": "192.0.2.1, 192.168.5.150"}
    assert post(receiver, hotel, MINIBAR, **told).status_code == status
    assert [each.source for each in Report.objects.all()] == ["192.168.5.150"] * (status == 200)


def test_a_wrong_secret_is_not_found(receiver: Client, hotel: Property) -> None:
    for path in ("/reports/wrong/", "/reports/%00/", "/reports/", "/", "/admin/"):
        assert receiver.post(path, b"{}", content_type="application/json").status_code == 404
    assert not Report.objects.exists()


def test_only_post_is_taken(receiver: Client, hotel: Property) -> None:
    assert hotel.pbx is not None
    answer = receiver.get(f"/reports/{hotel.pbx.report_secret}/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")


def test_the_last_slash_may_get_lost(receiver: Client, hotel: Property) -> None:
    assert hotel.pbx is not None
    path = f"/reports/{hotel.pbx.report_secret}"
    assert receiver.post(path, MINIBAR, content_type="application/json").status_code == 200


def test_a_report_of_more_than_a_mebibyte_is_too_large(receiver: Client, hotel: Property) -> None:
    assert post(receiver, hotel, b"x" * (1024 * 1024)).status_code == 200
    assert post(receiver, hotel, b"x" * (1024 * 1024 + 1)).status_code == 413


def test_without_the_database_the_pbx_is_asked_to_repeat(
    receiver: Client, hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> HttpResponse:
        raise DatabaseError("gone")

    monkeypatch.setattr("pbx.reports.receiver.store", away)
    assert post(receiver, hotel, MINIBAR).status_code == 503


def test_the_port_says_that_it_lives(receiver: Client) -> None:
    assert receiver.get("/healthz").status_code == 200
