"""Mistakes are reported as problem documents, and never cause a 500."""

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from api.models import ApiKey
from rooms.housekeeping import update_room
from rooms.models import Property, Stay
from tests import house
from tests.api.client import Pms
from tests.house import CLERK

pytestmark = pytest.mark.django_db

# method, path, the scope that it needs
ENDPOINTS = [
    ("GET", "rooms/", "rooms:read"),
    ("GET", "rooms/201/", "rooms:read"),
    ("PATCH", "rooms/201/", "rooms:write"),
    ("GET", "stays/", "stays:read"),
    ("GET", "stays/R-Smith/", "stays:read"),
    ("PUT", "stays/R-Smith/", "stays:write"),
    ("POST", "stays/R-Smith/check-in/", "stays:write"),
    ("POST", "stays/R-Smith/check-out/", "stays:write"),
    ("POST", "stays/R-Smith/move/", "stays:write"),
    ("POST", "stays/R-Smith/cancel/", "stays:write"),
    ("POST", "stays/R-Smith/no-show/", "stays:write"),
    ("GET", "stays/R-Smith/folio/", "charges:read"),
    ("GET", "stays/R-Smith/payments/", "charges:read"),
    ("POST", "stays/R-Smith/payments/", "charges:write"),
    ("POST", "stays/R-Smith/payments/1/reverse/", "charges:write"),
    ("POST", "stays/R-Smith/refund/", "charges:write"),
    ("GET", "wake-up-calls/", "wakeups:read"),
    ("POST", "wake-up-calls/", "wakeups:write"),
    ("GET", "wake-up-calls/1/", "wakeups:read"),
    ("PATCH", "wake-up-calls/1/", "wakeups:write"),
    ("DELETE", "wake-up-calls/1/", "wakeups:write"),
    ("GET", "charges/", "charges:read"),
    ("POST", "charges/", "charges:write"),
    ("POST", "charges/1/reverse/", "charges:write"),
    ("POST", "charges/1/acknowledgement/", "charges:write"),
    ("GET", "calls/", "charges:read"),
    ("GET", "events/", "events:read"),
    ("GET", "attention/", "status:read"),
    ("POST", "attention/parked_report:1/resolve/", "charges:write"),
    ("GET", "status/", "status:read"),
]


def is_problem(pms: Pms, status: int, code: str) -> bool:
    body = pms.answer.json()
    assert pms.answer["Content-Type"] == "application/problem+json"
    assert set(body) == {"type", "title", "status", "detail", "code", "request_id", "errors"}
    assert body["request_id"] == pms.answer["X-Request-ID"]
    found = (pms.answer.status_code, body["status"], body["code"])
    assert found == (status, status, code), body
    return True


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_every_endpoint_wants_its_scope(
    hotel: Property, method: str, path: str, scope: str
) -> None:
    others = [each for each in sorted({each for _, _, each in ENDPOINTS}) if each != scope]
    pms = Pms(hotel, *others)
    pms.call(method, path, {})
    assert is_problem(pms, 403, "permission_denied")
    assert scope in pms.answer.json()["detail"]
    stranger = Client(raise_request_exception=False).generic(method, pms.root + path)
    assert stranger.status_code == 401
    assert stranger["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "scope"), ENDPOINTS)
def test_another_property_is_not_there(
    hotel: Property, tmp_path: Path, method: str, path: str, scope: str
) -> None:
    other = house.build(tmp_path, code="OTHER")
    pms = Pms(hotel, code=other.code)
    pms.call(method, path, {})
    assert is_problem(pms, 404, "property_not_found")


@pytest.mark.parametrize(
    ("method", "path", "code"),
    [
        ("GET", "rooms/999/", "room_not_found"),
        ("GET", "stays/none/", "stay_not_found"),
        ("POST", "stays/none/check-in/", "stay_not_found"),
        ("GET", "wake-up-calls/99/", "wake_up_call_not_found"),
        ("POST", "charges/99/reverse/", "charge_not_found"),
        ("POST", "charges/99999999999999999999/reverse/", "charge_not_found"),
        ("POST", "attention/parked_report:9/resolve/", "not_found"),
        ("GET", "nothing/", "not_found"),
        ("GET", "/api/v1/nowhere/", "not_found"),
    ],
)
def test_what_is_not_there(hotel: Property, method: str, path: str, code: str) -> None:
    pms = Pms(hotel)
    pms.call(method, path, {"action": "replay"} if "attention" in path else None)
    assert is_problem(pms, 404, code)


def test_conflicts_with_the_state_have_their_codes(hotel: Property) -> None:
    pms = Pms(hotel)
    house.check_in(hotel, "Smith")
    house.reserve(hotel, "Jones")
    house.reserve(hotel, "Brown", number="202")
    house.reserve(hotel, "Black", number="203")
    update_room(house.room(hotel, "202"), actor=CLERK, housekeeping_status="dirty")
    update_room(house.room(hotel, "203"), actor=CLERK, availability_status="out_of_order")
    for path, code in (
        ("stays/R-Jones/check-in/", "room_occupied"),
        ("stays/R-Brown/check-in/", "room_not_ready"),
        ("stays/R-Black/check-in/", "room_out_of_order"),
        ("stays/R-Jones/check-out/", "stay_not_in_house"),
        ("stays/R-Smith/cancel/", "invalid_transition"),
    ):
        pms.post(path)
        assert is_problem(pms, 409, code)
    wanted = {"stay": "R-Smith", "date": "2020-01-01", "time": "07:00"}
    pms.post("wake-up-calls/", wanted)
    assert is_problem(pms, 409, "wake_up_in_past")
    wanted["date"] = Stay.objects.get(reference="R-Smith").departure.isoformat()
    pms.post("wake-up-calls/", wanted)
    pms.post("wake-up-calls/", wanted)
    assert is_problem(pms, 409, "wake_up_exists")


HOSTILE: list[tuple[str, str, Any, str]] = [
    ("PUT", "stays/X/", {"guests": "Alice"}, "/guests"),
    ("PUT", "stays/X/", {"guests": []}, "/guests"),
    ("PUT", "stays/X/", {"guests": [{"title": "Ms"}]}, "/guests/0/last_name"),
    ("PUT", "stays/X/", {"guests": [{"last_name": 5}]}, "/guests/0/last_name"),
    ("PUT", "stays/X/", {"guests": [{"last_name": "A\x00B"}]}, "/guests/0/last_name"),
    ("PUT", "stays/X/", {"guests": [{"last_name": "\ud800"}]}, "/guests/0/last_name"),
    ("PUT", "stays/X/", {"guests": [{"last_name": "x" * 200}]}, "/guests/0/last_name"),
    ("PUT", "stays/X/", {"guests": [{"last_name": "A", "vip": "yes"}]}, "/guests/0/vip"),
    ("PUT", "stays/X/", {"guests": [{"last_name": "A", "age": 9}]}, "/guests/0/age"),
    ("PUT", "stays/X/", {"arrival": 5}, "/arrival"),
    ("PUT", "stays/X/", {"arrival": "2026-02-30"}, "/arrival"),
    ("PUT", "stays/X/", {"arrival": "9999-12-31"}, "/arrival"),
    ("PUT", "stays/X/", {"guests": [{"last_name": "A"}]}, "/departure"),
    ("PUT", "stays/X/", {"room": "999"}, "/room"),
    ("PUT", "stays/X/", {"class_of_service": "royal"}, "/class_of_service"),
    ("PUT", "stays/X/", {"gests": []}, "/gests"),
    ("PUT", "stays/X/", [], ""),
    ("PUT", "stays/R-Smith/", {"group": "A/B"}, "/group"),
    ("POST", "stays/R-Smith/check-in/", {"sharing": 1}, "/sharing"),
    ("POST", "stays/R-Smith/move/", {}, "/to_room"),
    ("POST", "stays/R-Smith/move/", {"to_room": "999"}, "/to_room"),
    ("PATCH", "rooms/201/", {"occupancy_status": "vacant"}, "/occupancy_status"),
    ("PATCH", "rooms/201/", {"housekeeping_status": "shiny"}, "/housekeeping_status"),
    ("POST", "wake-up-calls/", {"stay": "R-Smith"}, "/date"),
    ("POST", "wake-up-calls/", {"stay": "none", "date": "2026-05-04", "time": "07:00"}, "/stay"),
    ("POST", "wake-up-calls/", {"stay": "R-Smith", "date": "2026-05-04", "time": "7"}, "/time"),
    ("POST", "wake-up-calls/", {"stay": "R-Smith", "date": "2026-05-04", "time": "07:00",
                                "repeats": True}, "/repeats"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "other", "description": "X",
                          "amount": 5.5}, "/amount"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "other", "description": "X",
                          "amount": "NaN"}, "/amount"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "other", "description": "X",
                          "amount": {"amount": "5", "currency": "EUR"}}, "/amount"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "other", "description": "X",
                          "amount": "1e30"}, "/amount"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "other", "amount": "5.00"}, "/description"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "call", "amount": "5.00"}, "/type"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "minibar", "product": "12"}, "/product"),
    ("POST", "charges/", {"stay": "R-Smith", "type": "minibar", "product": "0012",
                          "quantity": 10**30}, "/quantity"),
    ("POST", "attention/parked_report:1/resolve/", {"action": "ignore"}, "/action"),
    ("GET", "stays/?status=lost", None, "?status"),
    ("GET", "charges/?limit=0", None, "?limit"),
    ("GET", "charges/?limit=many", None, "?limit"),
    ("GET", "events/?after=-1", None, "?after"),
    ("GET", "events/?after=99999999999999999999", None, "?after"),
    ("GET", "calls/?since=yesterday", None, "?since"),
    ("GET", "calls/?since=2026-13-45T99:00:00Z", None, "?since"),
    ("GET", "stays/?room=%00", None, "?room"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path", "body", "pointer"), HOSTILE)
def test_bad_content_is_named_and_changes_nothing(
    hotel: Property, method: str, path: str, body: Any, pointer: str
) -> None:
    house.reserve(hotel, "Smith")
    pms = Pms(hotel)
    pms.call(method, path, body)
    assert pms.answer.status_code == 422, pms.answer.content
    problem = pms.answer.json()
    assert pointer in [each["pointer"] for each in problem["errors"]]
    assert is_problem(pms, 422, problem["code"])
    assert Stay.objects.count() == 1


@pytest.mark.parametrize(
    ("raw", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "parse_error"),
        (b"\xff\xfe", "application/json", 400, "parse_error"),
        (b"[" * 100_000, "application/json", 400, "parse_error"),
        (b'{"a": ' + b"9" * 5000 + b"}", "application/json", 400, "parse_error"),
        (b"a=1", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
        (b"<a/>", "text/xml", 415, "unsupported_media_type"),
    ],
)
def test_what_is_no_json_is_told_as_such(
    hotel: Property, raw: bytes, content_type: str, status: int, code: str
) -> None:
    house.reserve(hotel, "Smith")
    pms = Pms(hotel)
    pms.call("POST", "stays/R-Smith/check-in/", raw=raw, content_type=content_type)
    assert is_problem(pms, status, code)


def test_a_method_that_is_not_there(hotel: Property) -> None:
    pms = Pms(hotel)
    pms.call("DELETE", "rooms/")
    assert is_problem(pms, 405, "method_not_allowed")
    assert "GET" in pms.answer["Allow"]


def test_a_revoked_key_is_unknown(hotel: Property) -> None:
    from hotelpbx.clock import now

    pms = Pms(hotel)
    assert pms.get("rooms/")[0] == 200
    ApiKey.objects.update(revoked_at=now())
    pms.get("rooms/")
    assert is_problem(pms, 401, "not_authenticated")


def test_the_callers_request_id_comes_back(hotel: Property) -> None:
    pms = Pms(hotel)
    pms.call("GET", "rooms/999/", raw=b"", **{"X-Request-ID": "pms-4711-abc"})
    assert pms.answer.json()["request_id"] == "pms-4711-abc"
    pms.call("GET", "rooms/999/", raw=b"", **{"X-Request-ID": "<script>"})
    assert "<" not in pms.answer.json()["request_id"]


def test_a_key_is_printed_once_alone_on_the_last_line(hotel: Property) -> None:
    out = StringIO()
    call_command("create_api_key", "GRAND", "pms", "--scope", "rooms:read", stdout=out)
    key = out.getvalue().splitlines()[-1]
    assert ApiKey.objects.get(digest=ApiKey.digest_of(key)).scopes == ["rooms:read"]
    assert key not in str(list(hotel.audit_entries.values_list("after", flat=True)))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["NOWHERE", "pms", "--scope", "rooms:read"], "no property NOWHERE"),
        (["GRAND", "pms", "--scope", "rooms:eat"], "no scope rooms:eat"),
        (["GRAND", "pms"], "at least one --scope"),
        (["GRAND", " ", "--scope", "rooms:read"], "a name of 1 to 64"),
    ],
)
def test_a_key_that_cannot_be_made(hotel: Property, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("create_api_key", *arguments)
    assert not ApiKey.objects.exists()


def test_the_schema_is_valid_and_the_page_shows_every_operation(db: None, tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "s.yaml"))
    schema = Client().get("/api/v1/schema/").json()
    assert schema["openapi"].startswith("3.1")
    page = Client().get("/api/v1/docs/")
    text = page.content.decode()
    assert "<script" not in text
    for path, methods in schema["paths"].items():
        if path.startswith("/api/v1/properties/"):
            assert path in text
            assert "default" in next(iter(methods.values()))["responses"]
