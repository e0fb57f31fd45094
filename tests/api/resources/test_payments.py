"""``stays/{reference}/payments/``, ``…/refund/``, and payments in the folio."""

from typing import Any

import pytest

from billing.folio import settlement
from billing.ledger import posting
from billing.models import Payment
from rooms.models import AuditEntry, Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.api.resources.test_charges import cny
from tests.api.rest import Rest, issue
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db

PATH = "stays/R-Smith/payments/"
CARD: dict[str, Any] = {"amount": "20.00", "method": "card", "reference": "Slip 77"}


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, who owes 45.00."""
    stay = house.check_in(hotel, "Smith")
    posting.charge_other(stay, yuan("45.00"), "Laundry", actor=CLERK)
    return stay


def test_a_payment_is_recorded(pms: Rest, alice: Stay) -> None:
    answer = pms.post(PATH, CARD)
    assert answer.status == 201
    shown = {name: value for name, value in answer.body.items() if name != "received_at"}
    assert shown == {
        "id": Payment.objects.get().pk,
        "sequence": 1,
        "stay": "R-Smith",
        "method": "card",
        "amount": cny("20.00"),
        "reference": "Slip 77",
        "received_by": "PMS",
        "reason": "",
        "reverses": None,
    }
    assert pms.get("stays/R-Smith/").body["balance"] == cny("25.00")
    assert AuditEntry.objects.get(action="payment").actor == "PMS"


def test_the_folio_shows_payments_totals_and_parts(pms: Rest, alice: Stay) -> None:
    pms.post(PATH, {**CARD, "amount": "45.00"})
    settlement.settle(alice, actor=CLERK)
    lifecycle.check_out(alice, actor=CLERK)
    posting.charge_other(alice, yuan("8.00"), "Water", actor=CLERK)
    folio = pms.get("stays/R-Smith/folio/").body
    assert (folio["total"], folio["payments"]) == (cny("53.00"), cny("45.00"))
    assert folio["balance"] == cny("8.00")
    assert folio["totals"] == [{"type": "other", "amount": cny("53.00")}]
    assert [each["amount"] for each in folio["receipts"]] == [cny("45.00")]
    parts = [(part["title"], part["number"], part["total"]) for part in folio["parts"]]
    assert parts == [("main", 1, cny("45.00")), ("late", None, cny("8.00"))]
    assert [id_ for part in folio["parts"] for id_ in part["charges"]] == [
        line["id"] for line in folio["lines"]
    ]
    assert folio["parts"][0]["settled_at"].endswith("Z")


def test_nothing_is_paid_twice(pms: Rest, alice: Stay) -> None:
    body = {**CARD, "amount": "45.00"}
    assert pms.post(PATH, body).status == 201
    again = pms.post(PATH, body)
    assert (again.status, again.code, again.pointers) == (409, "invalid_transition", ["/amount"])
    assert pms.post(PATH, {**body, "in_advance": True}).status == 201
    assert pms.get("stays/R-Smith/").body["balance"] == cny("-45.00")


def test_a_payment_is_reversed_once_and_the_list_has_both(pms: Rest, alice: Stay) -> None:
    paid = pms.post(PATH, CARD).body
    address = f"{PATH}{paid['id']}/reverse/"
    answer = pms.post(address, {"reason": "Wrong guest"})
    assert (answer.status, answer.body["amount"]) == (201, cny("-20.00"))
    assert (answer.body["reverses"], answer.body["reason"]) == (paid["id"], "Wrong guest")
    assert pms.post(address, {"reason": "Again"}).code == "invalid_transition"
    assert [each["sequence"] for each in pms.pages(PATH)] == [1, 2]


def test_what_was_paid_too_much_goes_back(pms: Rest, alice: Stay) -> None:
    pms.post(PATH, {**CARD, "amount": "50.00", "in_advance": True})
    body = {"amount": "5.00", "method": "cash", "reason": "Deposit not used"}
    answer = pms.post("stays/R-Smith/refund/", body)
    assert (answer.status, answer.body["amount"]) == (201, cny("-5.00"))
    assert pms.post("stays/R-Smith/refund/", body).code == "invalid_transition"
    assert pms.get("stays/R-Smith/").body["balance"] == cny("0.00")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"amount": "-5.00"}, "/amount"),
        ({"amount": "0"}, "/amount"),
        ({"amount": "1.005"}, "/amount"),
        ({"amount": 5}, "/amount"),
        ({"amount": {"amount": "5.00", "currency": "EUR"}}, "/amount"),
        ({"method": "gold"}, "/method"),
        ({"reference": 7}, "/reference"),
        ({"in_advance": "yes"}, "/in_advance"),
        ({"reason": "none"}, "/reason"),
    ],
)
def test_a_bad_payment_is_told(
    pms: Rest, alice: Stay, change: dict[str, Any], pointer: str
) -> None:
    answer = pms.post(PATH, {**CARD, **change})
    assert (answer.status, answer.code, answer.pointers) == (422, "validation_error", [pointer])
    assert not Payment.objects.exists()


def test_reversals_and_refunds_need_a_reason(pms: Rest, alice: Stay) -> None:
    paid = pms.post(PATH, CARD).body
    assert pms.post(f"{PATH}{paid['id']}/reverse/").pointers == ["/reason"]
    body = {"amount": "5.00", "method": "cash", "reason": " "}
    assert pms.post("stays/R-Smith/refund/", body).pointers == ["/reason"]


def test_payments_of_nobody_and_of_another_stay(pms: Rest, hotel: Property, alice: Stay) -> None:
    paid = pms.post(PATH, CARD).body
    house.check_in(hotel, "Jones", number="202")
    assert pms.get("stays/R-Nobody/payments/").code == "stay_not_found"
    other = pms.post(f"stays/R-Jones/payments/{paid['id']}/reverse/", {"reason": "x"})
    assert (other.status, other.code) == (404, "not_found")
    reserved = house.reserve(hotel, "Brown", number="203")
    answer = pms.post(f"stays/{reserved.reference}/payments/", CARD)
    assert (answer.status, answer.code) == (409, "stay_not_in_house")


def test_the_scopes_are_those_of_charges(hotel: Property, alice: Stay) -> None:
    reader = Rest(hotel, issue(hotel, "charges:read"))
    assert reader.get(PATH).status == 200
    assert reader.post(PATH, CARD).status == 403
    assert Rest(hotel, issue(hotel, "stays:read")).get(PATH).status == 403


def test_a_pms_checks_out_whatever_is_owed(pms: Rest, alice: Stay) -> None:
    assert pms.post("stays/R-Smith/check-out/").status == 200
    folio = pms.get("stays/R-Smith/folio/").body
    assert folio["parts"][0]["number"] == 1
    assert folio["balance"] == cny("45.00")
