"""``attention/``: items, and resolving them."""

from typing import Any

import pytest

from billing.models import MinibarEntry, MinibarProduct
from hotelpbx.clock import now
from pbx.models import Command, Report
from pbx.reports import inbox
from rooms.models import AuditEntry, EmergencyCall, Property
from tests import house
from tests.api.resources.test_calls import dial
from tests.api.rest import Rest, issue
from tests.support import attention_rows

pytestmark = pytest.mark.django_db


def item(pms: Rest, kind: str) -> dict[str, Any]:
    """The only item, which is of that kind."""
    (found,) = pms.pages("attention/")
    assert found["kind"] == kind
    return dict(found)


def test_nothing_needs_a_person(pms: Rest) -> None:
    assert pms.get("attention/").body == {"results": [], "next": None}


def test_an_unclaimed_call_is_given_to_a_stay(pms: Rest, hotel: Property) -> None:
    call = dial(hotel)
    house.check_in(hotel, "Smith")
    waiting = item(pms, "unclaimed_call")
    assert waiting["id"] == f"unclaimed_call:{call.pk}"
    assert waiting["room"] == "201"
    assert waiting["since"] == call.started_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert set(waiting["actions"]) == {"assign", "discard"}
    answer = pms.post(
        f"attention/{waiting['id']}/resolve/", {"action": "assign", "stay": "R-Smith"}
    )
    assert answer.status == 200
    assert answer.body == {"id": waiting["id"], "action": "assign"}
    assert pms.pages("attention/") == []
    assert pms.get("stays/R-Smith/").body["balance"]["amount"] == "1.46"
    entry = AuditEntry.objects.get(action="attention assign")
    assert (entry.actor, entry.after) == ("PMS", {"stay": "R-Smith", "reason": ""})


def test_a_call_may_be_charged_to_nobody(pms: Rest, hotel: Property) -> None:
    dial(hotel)
    id_ = item(pms, "unclaimed_call")["id"]
    assert pms.post(f"attention/{id_}/resolve/", {"action": "discard"}).pointers == ["/reason"]
    discarded = {"action": "discard", "reason": "A test call"}
    assert pms.post(f"attention/{id_}/resolve/", discarded).status == 200
    assert pms.pages("attention/") == []


def test_a_parked_report_shows_its_body_and_is_replayed(pms: Rest, hotel: Property) -> None:
    assert hotel.pbx is not None
    inbox.store(hotel.pbx, b'{"action": oops', "192.0.2.1")
    waiting = item(pms, "parked_report")
    assert (waiting["body"], waiting["room"]) == ('{"action": oops', None)
    answer = pms.post(f"attention/{waiting['id']}/resolve/", {"action": "replay"})
    assert answer.status == 200
    assert Report.objects.get().state == Report.State.RECEIVED


def test_a_failed_command_is_tried_again(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    Command.objects.update(state=Command.State.FAILED, last_error="No such extension.")
    waiting = item(pms, "failed_command")
    assert waiting["room"] == "201"
    assert pms.post(f"attention/{waiting['id']}/resolve/", {"action": "retry"}).status == 200
    assert Command.objects.get().state == Command.State.WAITING


def test_an_emergency_call_is_acknowledged(pms: Rest, hotel: Property) -> None:
    EmergencyCall.objects.create(
        property=hotel,
        room=house.room(hotel, "202"),
        extension="2202",
        callid="1777888800.1",
        number="119",
        started_at=now(),
    )
    waiting = item(pms, "emergency_call")
    assert "room 202" in waiting["detail"]
    address = f"attention/{waiting['id']}/resolve/"
    assert pms.post(address, {"action": "acknowledge"}).status == 200
    again = pms.post(address, {"action": "acknowledge"})
    assert (again.status, again.code) == (404, "not_found")


def test_a_minibar_entry_is_counted_for_the_stay_a_person_names(pms: Rest, hotel: Property) -> None:
    alice = house.check_in(hotel, "Smith")
    entry = MinibarEntry.objects.create(
        property=hotel,
        report_id=1,
        callid="1777888800.1",
        extension="2201",
        room=house.room(hotel, "201"),
        product=MinibarProduct.objects.get(property=hotel, code="0012"),
        quantity=2,
        occurred_at=now(),
        state=MinibarEntry.State.UNCLAIMED,
    )
    entry.suggestions.set([alice])
    waiting = item(pms, "unclaimed_minibar")
    assert waiting["suggestions"] == ["R-Smith"]
    pms.post(f"attention/{waiting['id']}/resolve/", {"action": "assign", "stay": "R-Smith"})
    (charge,) = pms.pages("charges/")
    assert charge["minibar"] == {"product": "0012", "quantity": 2}


def test_the_oldest_comes_first(pms: Rest, hotel: Property) -> None:
    assert hotel.pbx is not None
    dial(hotel, at=house.at("2026-01-02 00:00:00"))
    inbox.store(hotel.pbx, b"oops", None)
    Report.objects.update(received_at=house.at("2026-01-01 00:00:00"))
    assert [item["kind"] for item in pms.pages("attention/")] == [
        "parked_report",
        "unclaimed_call",
    ]


# --- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decision", "status", "code", "pointers"),
    [
        ({}, 422, "validation_error", ["/action"]),
        ({"action": "forget"}, 422, "validation_error", ["/action"]),
        ({"action": "acknowledge"}, 422, "validation_error", ["/action"]),
        ({"action": "assign"}, 422, "validation_error", ["/stay"]),
        ({"action": "assign", "stay": "R-Nobody"}, 422, "stay_not_found", ["/stay"]),
        ({"action": "assign", "stay": "R-Jones"}, 409, "stay_not_in_house", []),
        ({"action": "discard", "reason": " "}, 422, "validation_error", ["/reason"]),
        ({"action": "discard", "raeson": "x"}, 422, "validation_error", ["/raeson"]),
    ],
)
def test_a_decision_that_cannot_be(
    pms: Rest,
    hotel: Property,
    decision: dict[str, Any],
    status: int,
    code: str,
    pointers: list[str],
) -> None:
    house.reserve(hotel, "Jones")
    dial(hotel)
    id_ = item(pms, "unclaimed_call")["id"]
    answer = pms.post(f"attention/{id_}/resolve/", decision)
    assert (answer.status, answer.code, answer.pointers) == (status, code, pointers)
    assert item(pms, "unclaimed_call")["id"] == id_, "it still waits"


@pytest.mark.parametrize(
    "id_", ["unclaimed_call:0", "unclaimed_call:x", "unclaimed_call", "x:1", ":", "%00", "a:9" * 9]
)
def test_an_item_that_is_not_there(pms: Rest, id_: str) -> None:
    decision = {"action": "discard", "reason": "x"}
    answer = pms.post(f"attention/{id_}/resolve/", decision)
    assert (answer.status, answer.code) == (404, "not_found")


def test_a_key_for_the_status_alone_reads_nothing_of_guests(pms: Rest, hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    for kind in attention_rows.KINDS:
        attention_rows.make(hotel, kind)
    told = str(pms.get("attention/").body)
    known = ("Smith", "9075512345678", "oops")
    assert all(word in told for word in known)
    watcher = Rest(hotel, issue(hotel, "status:read"))
    items = watcher.pages("attention/")
    assert {each["kind"] for each in items} == set(attention_rows.KINDS)
    assert not any(word in str(items) for word in known)
    assert {(each["body"], *each["suggestions"]) for each in items} == {("",)}
    assert watcher.post(f"attention/{items[0]['id']}/resolve/", {"action": "discard"}).status == 403
    both = Rest(hotel, issue(hotel, "status:read", "stays:read"))
    assert all(word in str(both.get("attention/").body) for word in known)
