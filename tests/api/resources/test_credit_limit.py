"""The credit limit over REST: read, set, removed, reached, overridden."""

from typing import Any

import pytest

from rooms.models import ClassOfService, Property, Stay
from tests import house
from tests.api.rest import Rest

pytestmark = pytest.mark.django_db

LAUNDRY: dict[str, Any] = {
    "stay": "R-Smith",
    "type": "other",
    "description": "Laundry",
    "amount": "106.00",
}
COLA: dict[str, Any] = {"stay": "R-Smith", "type": "minibar", "product": "123456789"}


@pytest.fixture(autouse=True)
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


def cny(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "CNY"}


def test_the_limit_of_a_stay_is_set_and_taken_away(pms: Rest) -> None:
    ClassOfService.objects.filter(name="standard").update(credit_limit=500)
    assert pms.get("stays/R-Smith/").body["credit_limit"] == cny("500.00")
    for sent, shown in (
        ({"credit_limit": "20.00"}, "20.00"),
        ({"credit_limit": cny("0.00")}, "0.00"),
        ({"notes": "VIP"}, "0.00"),
        ({"credit_limit": None}, "500.00"),
        ({"credit_limit": "20.00"}, "20.00"),
        ({"credit_limit": ""}, "500.00"),
    ):
        assert pms.put("stays/R-Smith/", sent).body["credit_limit"] == cny(shown), sent


@pytest.mark.parametrize("sent", [20, "1.005", "-5", "plenty", {"amount": "5"}, True])
def test_a_limit_that_is_no_amount_is_told_at_its_field(pms: Rest, sent: Any) -> None:
    answer = pms.put("stays/R-Smith/", {"credit_limit": sent})
    assert answer.status == 422
    assert [each["pointer"] for each in answer.body["errors"]] == ["/credit_limit"]


def test_a_stay_says_that_its_phone_is_barred(pms: Rest) -> None:
    pms.put("stays/R-Smith/", {"credit_limit": "106.00"})
    assert pms.get("stays/R-Smith/").body["phone_barred"] is False
    charge = pms.post("charges/", LAUNDRY)
    shown = pms.get("stays/R-Smith/").body
    assert (shown["phone_barred"], shown["balance"]) == (True, cny("106.00"))
    assert shown["phone"]["state"] == "pending"
    pms.post(f"charges/{charge.body['id']}/reverse/", {})
    assert pms.get("stays/R-Smith/").body["phone_barred"] is False


@pytest.mark.parametrize("body", [LAUNDRY, COLA])
def test_what_would_pass_the_limit_is_refused_unless_it_is_accepted(
    pms: Rest, body: dict[str, Any]
) -> None:
    pms.put("stays/R-Smith/", {"credit_limit": "10.00"})
    answer = pms.post("charges/", body)
    assert (answer.status, answer.body["code"]) == (409, "credit_limit_reached")
    assert pms.get("charges/").body["results"] == []
    assert pms.post("charges/", {**body, "accept_over_limit": True}).status == 201
