"""Careless or hostile requests: methods, headers, URLs, bytes."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from api.requests.bodies import LARGEST_BODY
from billing.models import Charge
from rooms.models import Property, Stay
from tests import house
from tests.api.client import Pms
from tests.api.errors.test_problems import is_problem
from wakeups.models import WakeUpCall

pytestmark = pytest.mark.django_db


def test_head_wants_the_scope_of_get(hotel: Property) -> None:
    stranger = Pms(hotel, "status:read")
    stranger.call("HEAD", "rooms/201/")
    assert stranger.answer.status_code == 403
    assert "ETag" not in stranger.answer
    pms = Pms(hotel, "rooms:read")
    pms.call("HEAD", "rooms/201/")
    assert (pms.answer.status_code, pms.answer["ETag"]) == (200, '"1"')


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "DELETE", "BREW"])
def test_other_verbs_are_refused(hotel: Property, method: str) -> None:
    pms = Pms(hotel)
    pms.call(method, "rooms/")
    assert is_problem(pms, 405, "method_not_allowed")
    assert pms.answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path",
    ["rooms/%00/", "stays/R-Smith%00/", "stays/%00/folio/", "charges/" + "9" * 5000 + "/reverse/"],
)
def test_an_impossible_address_is_not_there(hotel: Property, path: str) -> None:
    pms = Pms(hotel)
    pms.call("POST" if "reverse" in path else "GET", path)
    assert is_problem(pms, 404, "not_found")


def test_an_unknown_address_needs_no_browser_token(db: None) -> None:
    browserlike = Client(enforce_csrf_checks=True)
    answer = browserlike.post("/api/v1/nowhere/")
    assert (answer.status_code, answer["Content-Type"]) == (404, "application/problem+json")


@pytest.mark.parametrize("header", ["", "Bearer", "Basic YTpi", "Bearer \xff", "Bearer a b"])
def test_a_bad_key_is_no_key(hotel: Property, header: str) -> None:
    pms = Pms(hotel)
    pms.call("GET", "rooms/", Authorization=header)
    assert is_problem(pms, 401, "not_authenticated")


@pytest.mark.parametrize(("query", "accept"), [("", "text/html"), ("?format=xml", "*/*")])
def test_the_answer_is_json_whatever_is_asked_for(hotel: Property, query: str, accept: str) -> None:
    pms = Pms(hotel)
    assert pms.call("GET", f"rooms/{query}", Accept=accept)[0] == 200
    assert pms.answer["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("rooms/201/", {"housekeeping_status": "\ud800"}, "/housekeeping_status"),
        ("rooms/201/", {"\ud800": "clean"}, "/?"),
        ("rooms/201/", {"a/b~c": "clean"}, "/a~1b~0c"),
    ],
)
def test_half_a_character_is_told_and_not_stumbled_over(
    hotel: Property, path: str, body: Any, pointer: str
) -> None:
    pms = Pms(hotel)
    pms.call("PATCH", path, body)
    assert is_problem(pms, 422, "validation_error")
    assert [each["pointer"] for each in pms.answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize("raw", [b"null", b'""', b"0", b"[]", b'"x"', b'{"sharing": {}}'])
def test_a_body_is_an_object(hotel: Property, raw: bytes) -> None:
    house.reserve(hotel, "Smith")
    pms = Pms(hotel)
    pms.call("POST", "stays/R-Smith/check-in/", raw=raw)
    assert is_problem(pms, 422, "validation_error")
    assert Stay.objects.get().status == "reserved"


def test_an_act_needs_no_body(hotel: Property) -> None:
    """As ``curl -X POST -d ''`` sends it."""
    house.reserve(hotel, "Smith")
    pms = Pms(hotel)
    form = "application/x-www-form-urlencoded"
    status, stay = pms.call("POST", "stays/R-Smith/check-in/", content_type=form)
    assert (status, stay["status"]) == (200, "in_house")


def test_a_huge_body_is_not_read(hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    pms = Pms(hotel)
    pms.call("PUT", "stays/R-Smith/", raw=b'{"notes": "' + b"x" * LARGEST_BODY + b'"}')
    assert is_problem(pms, 400, "parse_error")


@pytest.mark.parametrize(
    "amount", ["1_0", " 5", "５", "1e2", "+5", "", "0x5", "5.001", "-5", "0", True, None, []]
)
def test_money_is_written_in_one_way(hotel: Property, amount: Any) -> None:
    house.check_in(hotel, "Smith")
    pms = Pms(hotel)
    body = {"stay": "R-Smith", "type": "other", "description": "X", "amount": amount}
    pms.post("charges/", body)
    assert is_problem(pms, 422, "validation_error")
    assert not Charge.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("time", "7:00"),
        ("time", "07:0"),
        ("time", "07:00:00"),
        ("time", "24:00"),
        ("date", "2026-W53-5"),
        ("date", "2026-1-1"),
        ("until", "2099-01-01"),
        ("weekdays", "mon"),
        ("weekdays", ["mon", 1]),
        ("recurrence", ["daily"]),
        ("repeats", 2.0),
        ("confirm", "true"),
        ("stay", None),
    ],
)
def test_a_wake_up_call_is_written_in_one_way(hotel: Property, field: str, value: Any) -> None:
    stay = house.check_in(hotel, "Smith")
    body = {"stay": "R-Smith", "date": stay.departure.isoformat(), "time": "07:00", field: value}
    pms = Pms(hotel)
    pms.post("wake-up-calls/", body)
    assert is_problem(pms, 422, "validation_error")
    assert pms.answer.json()["errors"][0]["pointer"].startswith(f"/{field}")
    assert not WakeUpCall.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_database_that_went_away_is_told_as_such(hotel: Property) -> None:
    pms = Pms(hotel)
    with pytest.raises(OperationalError), connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    try:
        pms.get("rooms/")
        assert is_problem(pms, 503, "unavailable")
    finally:
        connection.close()
    assert pms.get("rooms/")[0] == 200, "it is back"
