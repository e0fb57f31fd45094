"""Charges, reversals, tax and the folio."""

from decimal import Decimal

import pytest

from billing.folio.statement import folio_of
from billing.ledger import lines, posting
from billing.ledger.balances import balances
from billing.models import Charge
from events.models import Event
from hotelpbx.refusals import Refusal
from rooms.models import Property
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db


def test_a_charge_with_the_tax_in_it(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    charge = posting.charge_other(stay, yuan("106.00"), "Laundry", actor=CLERK)
    assert (charge.amount, charge.tax) == (yuan("106.00"), yuan("6.00"))
    assert Event.objects.get(type="charge.created").data["amount"] == {
        "amount": "106.00",
        "currency": "CNY",
    }


def test_a_charge_with_the_tax_on_top(hotel: Property) -> None:
    hotel.tax_included = False
    hotel.save()
    stay = house.check_in(hotel, "Smith")
    posting.charge_other(stay, yuan("100.00"), "Laundry", actor=CLERK)
    shown = folio_of(stay)
    assert (shown.subtotal, shown.tax, shown.total) == (yuan("100"), yuan("6"), yuan("106"))


@pytest.mark.parametrize(
    ("amount", "tax"),
    [("10.00", "0.57"), ("0.09", "0.01"), ("0.08", "0.00"), ("33.33", "1.89")],
)
def test_the_tax_is_rounded_half_up_at_the_line(hotel: Property, amount: str, tax: str) -> None:
    """10.00 / 1.06 = 9.4339… → 9.43, so 0.57; 0.09 / 1.06 = 0.0849 → 0.08, so 0.01."""
    assert lines.tax_of(yuan(amount), hotel) == yuan(tax)


def test_posting_numbers_follow_each_other(hotel: Property) -> None:
    alice = house.check_in(hotel, "Smith")
    bob = house.check_in(hotel, "Jones", number="202")
    for stay in (alice, bob, alice):
        posting.charge_other(stay, yuan("1.00"), "Stamp", actor=CLERK)
    assert list(Charge.objects.values_list("sequence", flat=True)) == [1, 2, 3]


def test_a_charge_is_reversed_once(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    charge = posting.charge_other(stay, yuan("15.00"), "Broken glass", actor=CLERK)
    reversal = posting.reverse(charge, actor=CLERK, reason="It was cracked before")
    assert (reversal.amount, reversal.tax, reversal.reverses) == (
        -charge.amount,
        -charge.tax,
        charge,
    )
    for again in (charge, reversal):
        with pytest.raises(Refusal) as refusal:
            posting.reverse(again, actor=CLERK)
        assert refusal.value.code == "invalid_transition"
    assert folio_of(stay).balance == 0


def test_a_charge_after_check_out_is_late_and_on_the_same_folio(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    lifecycle.check_out(stay, actor=CLERK)
    charge = posting.charge_other(stay, yuan("8.00"), "Water", actor=CLERK)
    assert charge.late
    assert balances([stay]) == {stay.pk: yuan("8.00")}


def test_a_reservation_has_no_folio_yet(hotel: Property) -> None:
    stay = house.reserve(hotel, "Smith")
    with pytest.raises(Refusal) as refusal:
        posting.charge_other(stay, yuan("8.00"), "Water", actor=CLERK)
    assert refusal.value.code == "stay_not_in_house"


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.005", "1000000000"])
def test_an_amount_that_cannot_be_is_refused(hotel: Property, amount: str) -> None:
    stay = house.check_in(hotel, "Smith")
    with pytest.raises(Refusal) as refusal:
        posting.charge_other(stay, Decimal(amount), "Something", actor=CLERK)
    assert refusal.value.faults[0].pointer == "/amount"
    assert not Charge.objects.exists()


def test_the_folio_adds_up(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    product = hotel.minibar_products.get(code="123456789")
    posting.charge_minibar(stay, product, 2, actor=CLERK)
    posting.charge_other(stay, yuan("12.34"), "Laundry", actor=CLERK)
    shown = folio_of(stay)
    assert shown.subtotal + shown.tax == shown.total == yuan("42.34")
    assert shown.lines[0].description == "Cola × 2"
