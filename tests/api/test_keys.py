"""Keys and their scopes: who may ask what."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from api.models import SCOPES, ApiKey
from hotelpbx.clock import now
from hotelpbx.http.client_address import networks_of
from rooms.models import Property
from tests import house
from tests.api.operations import Operation, operations
from tests.api.rest import Rest, issue

pytestmark = pytest.mark.django_db

ALL = operations()


def test_every_operation_is_in_the_matrix() -> None:
    assert len(ALL) == 33
    assert {each.scope for each in ALL} == set(SCOPES) - {"webhooks:manage"}


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_without_the_scope_an_operation_is_forbidden(hotel: Property, operation: Operation) -> None:
    others = [scope for scope in SCOPES if scope != operation.scope]
    lacking = Rest(hotel, issue(hotel, *others))
    answer = lacking.send(operation.method, operation.path, operation.body)
    assert (answer.status, answer.code) == (403, "permission_denied")
    assert operation.scope in answer.body["detail"]


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_with_the_scope_alone_an_operation_is_allowed(
    hotel: Property, operation: Operation
) -> None:
    having = Rest(hotel, issue(hotel, operation.scope))
    answer = having.send(operation.method, operation.path, operation.body)
    assert answer.status not in (401, 403, 405, 500)


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_without_a_key_there_is_no_answer(hotel: Property, operation: Operation) -> None:
    answer = Rest(hotel).send(operation.method, operation.path, operation.body)
    assert (answer.status, answer.code) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("operation", ALL, ids=str)
def test_another_hotel_is_not_there(hotel: Property, tmp_path: Path, operation: Operation) -> None:
    house.build(tmp_path, code="OTHER", url="http://127.0.0.1:10")
    stranger = Rest(hotel, issue(hotel), code="OTHER")
    answer = stranger.send(operation.method, operation.path, operation.body)
    assert (answer.status, answer.code) == (404, "property_not_found")


def test_a_stay_of_another_hotel_is_not_there(pms: Rest, tmp_path: Path) -> None:
    other = house.build(tmp_path, code="OTHER", url="http://127.0.0.1:10", rooms=("901",))
    house.check_in(other, "Smith", number="901")
    assert pms.get("stays/R-Smith/").code == "stay_not_found"
    assert pms.get("rooms/901/").code == "room_not_found"
    assert pms.pages("stays/") == []
    charge = Rest(other, issue(other)).post(
        "charges/", {"stay": "R-Smith", "type": "minibar", "product": "0012"}
    )
    assert pms.post(f"charges/{charge.body['id']}/reverse/").code == "charge_not_found"


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer hpx_wrong", "Basic YTpi", "Bearer a b", "\x00", "Bearer é", "x"],
)
def test_a_key_that_is_none(hotel: Property, header: str) -> None:
    stranger = Rest(hotel)
    stranger.headers = {"Authorization": header}
    answer = stranger.get("rooms/")
    assert (answer.status, answer.code) == (401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_the_scheme_is_read_whatever_its_case(hotel: Property) -> None:
    pms = Rest(hotel)
    pms.headers = {"Authorization": f"bearer  {issue(hotel)} "}
    assert pms.get("rooms/").status == 200


def test_a_revoked_key_opens_nothing(hotel: Property, pms: Rest) -> None:
    assert pms.get("rooms/").status == 200
    ApiKey.objects.update(revoked_at=now())
    assert pms.get("rooms/").status == 401


def test_looking_at_the_head_needs_the_scope_too(hotel: Property) -> None:
    lacking = Rest(hotel, issue(hotel, "stays:read"))
    assert (
        lacking._client.head(f"{lacking.root}rooms/201/", headers=lacking.headers).status_code
        == 403
    )
    having = Rest(hotel, issue(hotel, "rooms:read"))
    answer = having._client.head(f"{having.root}rooms/201/", headers=having.headers)
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["ETag"]


def test_the_key_s_last_use_is_noted_once_a_minute(hotel: Property, pms: Rest) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        pms.get("rooms/")
        first = ApiKey.objects.get().last_used_at
        assert first is not None
        clock.shift(timedelta(seconds=59))
        pms.get("rooms/")
        assert ApiKey.objects.get().last_used_at == first
        clock.shift(timedelta(seconds=2))
        pms.get("rooms/")
        assert ApiKey.objects.get().last_used_at == first + timedelta(seconds=61)


def test_only_a_digest_of_the_key_is_kept(hotel: Property) -> None:
    key = issue(hotel)
    row = ApiKey.objects.get()
    stored = " ".join(str(getattr(row, field.attname)) for field in ApiKey._meta.concrete_fields)
    assert key not in stored
    assert key.startswith(row.prefix)
    assert len(row.prefix) < len(key) / 4


def test_a_refused_request_leaves_a_line_that_says_who_and_what(
    hotel: Property, caplog: pytest.LogCaptureFixture, settings: Settings
) -> None:
    settings.TRUSTED_PROXIES = list(networks_of(["10.0.0.1"]))
    client = Client(
        REMOTE_ADDR="10.0.0.1",
        HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.9",
        HTTP_AUTHORIZATION="Bearer hpx_of-somebody",
    )
    path = "/api/v1/properties/GRAND/stays/R%0AFAKE/?token=s3cret"
    answer = client.put(path, {}, headers={"X-Request-ID": "night-17"})
    assert answer.status_code == 401
    (line,) = [record.getMessage() for record in caplog.records]
    assert line == (
        "401 PUT /api/v1/properties/GRAND/stays/R%0AFAKE/ from 203.0.113.9, request night-17: "
        "This key is unknown, or has been revoked."
    )


def test_a_key_that_may_not_is_named_without_its_secret(
    hotel: Property, caplog: pytest.LogCaptureFixture
) -> None:
    key = issue(hotel, "rooms:read")
    Rest(hotel, key).get("stays/")
    (line,) = [record.getMessage() for record in caplog.records]
    assert line.startswith("403 GET /api/v1/properties/GRAND/stays/ from 127.0.0.1, request ")
    assert ", key PMS (" in line
    assert key not in line
