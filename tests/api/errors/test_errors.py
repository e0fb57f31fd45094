"""Every error is a problem document, whatever went wrong."""

import io
import logging
import re
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client

from api.errors.codes import CODES
from events.models import Event
from rooms.models import Property, Room
from tests import house
from tests.api.operations import Operation, operations, with_a_body
from tests.api.rest import Rest, issue

pytestmark = pytest.mark.django_db

CHECK_IN: Final = "/api/v1/properties/GRAND/stays/R-Smith/check-in/"


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/",
        "/api/v1/nothing/",
        "/api/v1/properties/",
        "/api/v1/properties/GRAND/",
        "/api/v1/properties/GRAND/nothing/",
        "/api/v1/properties/GRAND/rooms",
        "/api/v1/properties/GRAND/rooms/201/x/",
        "/api/v1/properties/GRAND/charges/x/reverse/",
        "/api/v1/properties/GRAND/a%0Ab/",
        "/api/v1/properties/GRAND/%00/",
        "/api/v1/properties/GRAND/%FF/",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE"])
def test_an_address_that_does_not_exist(pms: Rest, method: str, path: str) -> None:
    answer = pms.send(method, path)
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_missing_slash_is_told(pms: Rest) -> None:
    assert "slash" in pms.get("rooms").body["detail"]


@pytest.mark.parametrize("path", sorted({each.path for each in operations()}))
def test_a_method_that_an_address_does_not_know(pms: Rest, path: str) -> None:
    known = {each.method for each in operations() if each.path == path}
    methods = {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND"}
    for method in methods - known:
        answer = pms.send(method, path)
        assert (answer.status, answer.code) == (405, "method_not_allowed")
        allowed = {each.strip() for each in answer.headers["Allow"].split(",")}
        assert allowed - {"HEAD"} == known


# --- bodies that cannot be read --------------------------------------------------------------

UNREADABLE = [
    b"{",
    b"hello",
    b'{"room": }',
    b"\xff\xfe",
    b'{"room": "\xff"}',
    b"[" * 100_000,
    b'{"room": NaN}',
    b'{"room": -Infinity}',
    b'{"room": "201", "room": "202"}',
    b'{"guests": [{"vip": true, "vip": false}]}',
    b'{"quantity": ' + b"9" * 5000 + b"}",
    b'{"notes": "' + b"x" * 1024 * 1024 + b'"}',
    b"\xef\xbb\xbf\xef\xbb\xbf{}",
]


@pytest.mark.parametrize("body", UNREADABLE, ids=lambda body: body[:24].decode("latin-1"))
def test_a_body_that_cannot_be_read(pms: Rest, hotel: Property, body: bytes) -> None:
    house.reserve(hotel, "Smith")
    answer = pms.send("POST", "stays/R-Smith/check-in/", body)
    assert (answer.status, answer.code) == (400, "parse_error")
    assert pms.get("stays/R-Smith/").body["status"] == "reserved"


@pytest.mark.parametrize(
    "kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", ""]
)
def test_a_body_of_another_kind(pms: Rest, hotel: Property, kind: str) -> None:
    house.reserve(hotel, "Smith")
    body = b'{"room": "202"}'
    answer = pms.send("POST", "stays/R-Smith/check-in/", body, content_type=kind)
    assert (answer.status, answer.code) == (415, "unsupported_media_type")


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON"])
def test_json_by_its_other_names(pms: Rest, hotel: Property, kind: str) -> None:
    house.reserve(hotel, "Smith")
    body = b'\xef\xbb\xbf{"room": "202"}'
    answer = pms.send("POST", "stays/R-Smith/check-in/", body, content_type=kind)
    assert answer.body["room"] == "202"


def test_a_body_may_come_in_chunks(hotel: Property) -> None:
    """Then it has no length; gunicorn ends its stream (``wsgi.input_terminated``)."""
    house.reserve(hotel, "Smith")
    chunked: dict[str, Any] = {
        "CONTENT_TYPE": "application/json",
        "HTTP_AUTHORIZATION": f"Bearer {issue(hotel)}",
        "HTTP_TRANSFER_ENCODING": "chunked",
        "wsgi.input": io.BytesIO(b'{"room": "202"}'),
        "wsgi.input_terminated": True,
    }
    answer = Client().generic("POST", CHECK_IN, **chunked)
    assert answer.json()["room"] == "202"


@pytest.mark.parametrize("operation", with_a_body(), ids=str)
def test_a_body_that_is_no_object(
    furnished: tuple[Rest, dict[str, str]], operation: Operation
) -> None:
    pms, ids = furnished
    operation = operation.within(ids)
    for body in (b"[]", b"[{}]", b'"text"', b"7", b"true", b"null"):
        answer = pms.send(operation.method, operation.path, body)
        assert (answer.status, answer.code) == (422, "validation_error"), body
        assert answer.pointers == [""]


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "nonsense", "*/*", ""])
def test_there_is_one_form_of_answer(hotel: Property, accept: str) -> None:
    pms = Rest(hotel, issue(hotel))
    pms.headers["Accept"] = accept
    assert pms.get("rooms/").content_type == "application/json"
    assert pms.get("rooms/999/").content_type == "application/problem+json"


# --- request ids -----------------------------------------------------------------------------


@pytest.mark.parametrize("given", ["6f0a2c1d-9b8e-4f7a", "a", "x" * 64, "PMS_7.1"])
def test_the_caller_s_request_id_is_kept(hotel: Property, given: str) -> None:
    pms = Rest(hotel, issue(hotel))
    pms.headers["X-Request-ID"] = given
    assert pms.get("rooms/").headers["X-Request-ID"] == given
    assert pms.get("rooms/999/").body["request_id"] == given
    assert pms.get("nothing/").body["request_id"] == given


@pytest.mark.parametrize("given", ["", "x" * 65, "a b", "<script>", "é"])
def test_a_request_id_that_is_not_sane_is_replaced(hotel: Property, given: str) -> None:
    pms = Rest(hotel, issue(hotel))
    pms.headers["X-Request-ID"] = given
    ours = pms.get("rooms/").headers["X-Request-ID"]
    assert re.fullmatch(r"[0-9a-f]{32}", ours)
    assert pms.get("rooms/").headers["X-Request-ID"] != ours


# --- breakdowns ------------------------------------------------------------------------------


def test_a_fault_of_the_program_is_told_without_its_insides(
    pms: Rest, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("secret insides")

    monkeypatch.setattr("api.resources.rooms.render", broken)
    answer = pms.get("rooms/")
    assert (answer.status, answer.code) == (500, "internal_error")
    assert "insides" not in str(answer.body)
    (record,) = [each for each in caplog.records if each.name == "api.errors.problems"]
    assert answer.body["request_id"] in record.getMessage()
    assert record.exc_info is not None
    assert record.levelno == logging.ERROR


def test_a_fault_after_the_change_undoes_the_change(
    pms: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError

    with monkeypatch.context() as patched:
        patched.setattr("api.resources.rooms.render", broken)
        assert pms.patch("rooms/201/", {"housekeeping_status": "dirty"}).status == 500
    assert pms.get("rooms/201/").body["housekeeping_status"] == "clean"
    assert not Event.objects.exists()


def test_two_who_do_the_same_at_one_moment_collide(
    pms: Rest, hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    def second(*args: object) -> None:
        Room.objects.create(property=hotel, number="201")

    house.reserve(hotel, "Smith")
    with monkeypatch.context() as patched:
        patched.setattr("api.resources.stay_actions.render", second)
        answer = pms.post("stays/R-Smith/check-in/")
    assert (answer.status, answer.code) == (409, "invalid_transition")
    assert pms.get("stays/R-Smith/").body["status"] == "reserved"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_is_told_as_such(
    pms: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.close()
    with monkeypatch.context() as away:
        away.setitem(connection.settings_dict, "HOST", "127.0.0.1")
        away.setitem(connection.settings_dict, "PORT", "1")
        for operation in operations():
            answer = pms.send(operation.method, operation.path, operation.body)
            assert (answer.status, answer.code) == (503, "unavailable"), operation
            assert answer.headers["Retry-After"] == "5"
    assert pms.get("rooms/").status == 200


def test_every_code_is_one_of_the_contract() -> None:
    contract = {
        "parse_error",
        "validation_error",
        "not_authenticated",
        "permission_denied",
        "not_found",
        "property_not_found",
        "room_not_found",
        "stay_not_found",
        "wake_up_call_not_found",
        "charge_not_found",
        "job_not_found",
        "method_not_allowed",
        "unsupported_media_type",
        "room_occupied",
        "room_not_ready",
        "room_out_of_order",
        "stay_not_in_house",
        "invalid_transition",
        "wake_up_in_past",
        "wake_up_exists",
        "credit_limit_reached",
        "precondition_failed",
        "rate_limited",
        "unavailable",
    }
    assert set(CODES) - contract == {"internal_error"}
    assert contract <= set(CODES)


def test_no_cookie_opens_the_api_and_none_is_set(hotel: Property) -> None:
    client = Client(enforce_csrf_checks=True)
    key = {"Authorization": f"Bearer {issue(hotel)}"}
    answer = client.patch(
        "/api/v1/properties/GRAND/rooms/201/",
        b'{"housekeeping_status": "dirty"}',
        content_type="application/json",
        headers=key,
    )
    assert answer.status_code == 200
    assert not answer.cookies
    unknown = client.post("/api/v1/nothing/", b"{}", content_type="application/json")
    assert unknown.status_code == 404
