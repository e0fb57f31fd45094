"""``charges/`` and ``stays/{reference}/folio/``"""

from pathlib import Path
from typing import Any

import pytest

from billing.ledger import posting
from billing.models import Charge
from rooms.models import AuditEntry, Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.api.rest import Rest, issue
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db

LAUNDRY: dict[str, Any] = {
    "stay": "R-Smith",
    "type": "other",
    "description": "Laundry",
    "amount": {"amount": "106.00", "currency": "CNY"},
}
COLA: dict[str, Any] = {"stay": "R-Smith", "type": "minibar", "product": "123456789"}


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def test_something_is_charged_by_hand(pms: Rest, alice: Stay) -> None:
    answer = pms.post("charges/", LAUNDRY)
    assert answer.status == 201
    shown = {name: value for name, value in answer.body.items() if not name.endswith("_at")}
    assert shown == {
        "id": Charge.objects.get().pk,
        "sequence": 1,
        "type": "other",
        "stay": "R-Smith",
        "room": "201",
        "description": "Laundry",
        "amount": cny("106.00"),
        "tax": cny("6.00"),
        "late": False,
        "reverses": None,
        "origin": None,
        "call": None,
        "minibar": None,
        "acknowledgement": "pending",
    }
    assert AuditEntry.objects.get(action="charge").actor == "PMS"


def test_the_minibar_has_the_hotel_s_prices(pms: Rest, alice: Stay) -> None:
    answer = pms.post("charges/", {**COLA, "quantity": 2})
    assert answer.status == 201
    assert answer.body["amount"] == cny("30.00")
    assert answer.body["minibar"] == {"product": "123456789", "quantity": 2}
    assert pms.post("charges/", {**COLA, "product": "0012"}).body["amount"] == cny("8.00")


def test_an_amount_may_be_a_text_alone(pms: Rest, alice: Stay) -> None:
    assert pms.post("charges/", {**LAUNDRY, "amount": "0.5"}).body["amount"] == cny("0.50")


def test_what_comes_after_the_check_out_is_late(pms: Rest, alice: Stay) -> None:
    lifecycle.check_out(alice, actor=CLERK)
    assert pms.post("charges/", COLA).body["late"] is True


def test_a_mistake_is_reversed_once(pms: Rest, alice: Stay) -> None:
    charge = pms.post("charges/", {**COLA, "quantity": 2}).body
    answer = pms.post(f"charges/{charge['id']}/reverse/", {"reason": "Not opened"})
    assert answer.status == 201
    assert answer.body["reverses"] == charge["id"]
    assert (answer.body["amount"], answer.body["tax"]) == (cny("-30.00"), cny("-1.70"))
    assert answer.body["minibar"] == {"product": "123456789", "quantity": -2}
    for id_ in (charge["id"], answer.body["id"]):
        again = pms.post(f"charges/{id_}/reverse/")
        assert (again.status, again.code) == (409, "invalid_transition")
    assert pms.get("stays/R-Smith/").body["balance"] == cny("0.00")


def test_the_pms_says_whether_it_took_a_charge(pms: Rest, alice: Stay) -> None:
    charge = pms.post("charges/", COLA).body
    address = f"charges/{charge['id']}/acknowledgement/"
    answer = pms.post(address, {"status": "rejected", "reason": "Folio is closed"})
    assert (answer.status, answer.body["acknowledgement"]) == (200, "rejected")
    assert pms.post(address, {"status": "accepted"}).body["acknowledgement"] == "accepted"


def test_the_list_can_be_narrowed(pms: Rest, hotel: Property, alice: Stay) -> None:
    house.check_in(hotel, "Jones", number="202")
    pms.post("charges/", LAUNDRY)
    pms.post("charges/", COLA)
    pms.post("charges/", {**COLA, "stay": "R-Jones"})
    first = Charge.objects.get(sequence=1).pk
    pms.post(f"charges/{first}/acknowledgement/", {"status": "accepted"})

    def sequences(**query: str) -> list[int]:
        return [charge["sequence"] for charge in pms.pages("charges/", **query)]

    assert sequences() == [1, 2, 3]
    assert sequences(stay="R-Smith") == [1, 2]
    assert sequences(type="minibar") == [2, 3]
    assert sequences(acknowledged="false") == [2, 3]
    assert sequences(acknowledged="true") == [1]
    assert sequences(stay="R-Jones", type="other") == []


# --- refused ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "code", "pointers"),
    [
        ({**LAUNDRY, "amount": 10.5}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": 10}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": True}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": None}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "0"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "-1.00"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "1.005"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "100000000"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "1e3"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "1_000"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "١٢"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": "NaN"}, "validation_error", ["/amount"]),
        ({**LAUNDRY, "amount": {"amount": "1.00"}}, "validation_error", ["/amount"]),
        (
            {**LAUNDRY, "amount": {"amount": "1.00", "currency": "EUR"}},
            "validation_error",
            ["/amount"],
        ),
        (
            {**LAUNDRY, "amount": {"amount": 1.5, "currency": "CNY"}},
            "validation_error",
            ["/amount"],
        ),
        ({**LAUNDRY, "description": "  "}, "validation_error", ["/description"]),
        ({**LAUNDRY, "product": "0012"}, "validation_error", ["/product"]),
        (
            {"stay": "R-Smith", "type": "other"},
            "validation_error",
            ["/description", "/amount"],
        ),
        ({**COLA, "product": "12"}, "validation_error", ["/product"]),
        ({**COLA, "product": 12}, "validation_error", ["/product"]),
        ({**COLA, "quantity": 0}, "validation_error", ["/quantity"]),
        ({**COLA, "quantity": 100}, "validation_error", ["/quantity"]),
        ({**COLA, "quantity": "2"}, "validation_error", ["/quantity"]),
        ({**COLA, "amount": "1.00"}, "validation_error", ["/amount"]),
        ({"stay": "R-Smith", "type": "minibar"}, "validation_error", ["/product"]),
        ({**COLA, "type": "call"}, "validation_error", ["/type"]),
        ({**COLA, "stay": "R-Nobody"}, "stay_not_found", ["/stay"]),
        ({}, "validation_error", ["/stay", "/type"]),
    ],
)
def test_what_cannot_be_charged_is_refused(
    pms: Rest, alice: Stay, body: dict[str, Any], code: str, pointers: list[str]
) -> None:
    answer = pms.post("charges/", body)
    assert (answer.status, answer.code, answer.pointers) == (422, code, pointers)
    assert not Charge.objects.exists()


def test_a_number_for_an_amount_is_told_why(pms: Rest, alice: Stay) -> None:
    answer = pms.post("charges/", {**LAUNDRY, "amount": 10.5})
    assert "as a text" in answer.body["errors"][0]["detail"]


def test_a_reservation_has_no_folio_to_charge(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    answer = pms.post("charges/", COLA)
    assert (answer.status, answer.code) == (409, "stay_not_in_house")


@pytest.mark.parametrize("number", ["0", "999999", "9" * 30])
def test_a_charge_that_is_not_there(pms: Rest, number: str) -> None:
    for act, body in (("reverse", {}), ("acknowledgement", {"status": "accepted"})):
        answer = pms.post(f"charges/{number}/{act}/", body)
        assert (answer.status, answer.code) == (404, "charge_not_found")


@pytest.mark.parametrize("body", [{}, {"status": "pending"}, {"status": "accepted", "why": ""}])
def test_an_acknowledgement_says_one_of_two(pms: Rest, alice: Stay, body: dict[str, Any]) -> None:
    charge = pms.post("charges/", COLA).body
    assert pms.post(f"charges/{charge['id']}/acknowledgement/", body).status == 422


# --- the folio -------------------------------------------------------------------------------


def test_the_folio_adds_up(pms: Rest, alice: Stay) -> None:
    pms.post("charges/", LAUNDRY)
    pms.post("charges/", {**COLA, "quantity": 3})
    folio = pms.get("stays/R-Smith/folio/").body
    assert [line["amount"] for line in folio["lines"]] == [cny("106.00"), cny("45.00")]
    assert (folio["subtotal"], folio["tax"]) == (cny("142.45"), cny("8.55"))
    assert (folio["total"], folio["payments"]) == (cny("151.00"), cny("0.00"))
    assert folio["balance"] == cny("151.00")


def test_an_empty_folio_owes_nothing(pms: Rest, hotel: Property) -> None:
    house.reserve(hotel, "Smith")
    folio = pms.get("stays/R-Smith/folio/").body
    assert (folio["lines"], folio["balance"]) == ([], cny("0.00"))


def test_the_folio_of_nobody(pms: Rest) -> None:
    assert pms.get("stays/R-Nobody/folio/").code == "stay_not_found"


@pytest.mark.parametrize(
    ("currency", "amount", "shown"), [("JPY", "1200", "1200"), ("KWD", "1.234", "1.234")]
)
def test_money_has_the_decimals_of_its_currency(
    tmp_path: Path, currency: str, amount: str, shown: str, db: None
) -> None:
    abroad = house.build(tmp_path, code="ABROAD")
    Property.objects.filter(pk=abroad.pk).update(currency=currency)
    abroad.refresh_from_db()
    stay = house.check_in(abroad, "Smith")
    posting.charge_other(stay, yuan(amount), "Taxi", actor=CLERK)
    folio = Rest(abroad, issue(abroad)).get("stays/R-Smith/folio/").body
    assert folio["total"] == {"amount": shown, "currency": currency}
