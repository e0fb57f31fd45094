"""The effect of payments and transfers on the credit limit and the refill list."""

from decimal import Decimal

import pytest

from billing import refill
from billing.analytics import SUBJECTS, Period
from billing.ledger import payments, posting, transfers
from billing.models import Charge
from rooms.models import Property, Stay
from rooms.stays import reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db


def guest(hotel: Property, name: str, limit: str, *, sharing: bool = False) -> Stay:
    """Somebody in room 201 who may owe so much."""
    stay = house.check_in(hotel, name, sharing=sharing)
    details = StayDetails(credit_limit=Decimal(limit))
    return reservations.save_stay(hotel, stay.reference, details, actor=CLERK)[0]


def barred(stay: Stay) -> bool:
    return Stay.objects.get(pk=stay.pk).phone_barred


def laundry(stay: Stay, amount: str) -> Charge:
    return posting.charge_other(stay, yuan(amount), "Laundry", actor=CLERK)


def test_a_payment_lifts_the_bar_and_its_reversal_brings_it_back(hotel: Property) -> None:
    alice = guest(hotel, "Smith", "100")
    laundry(alice, "100.00")
    assert barred(alice)
    payment = payments.take(alice, yuan("0.01"), "cash", actor=CLERK)
    assert not barred(alice)
    payments.reverse(payment, actor=CLERK, reason="Counted wrongly")
    assert barred(alice)


def test_a_deposit_gives_credit_to_a_guest_without_any(hotel: Property) -> None:
    alice = guest(hotel, "Smith", "0")
    assert barred(alice)
    payments.take(alice, yuan("50.00"), "cash", actor=CLERK, in_advance=True)
    assert not barred(alice)
    laundry(alice, "50.00")
    assert barred(alice)


def test_giving_the_deposit_back_bars_again(hotel: Property) -> None:
    alice = guest(hotel, "Smith", "0")
    payments.take(alice, yuan("50.00"), "cash", actor=CLERK, in_advance=True)
    payments.refund(alice, yuan("50.00"), "cash", actor=CLERK, reason="Wants it back")
    assert barred(alice)


def test_a_line_that_changes_its_folio_frees_the_one_and_bars_the_other(hotel: Property) -> None:
    alice, bob = guest(hotel, "Smith", "100"), guest(hotel, "Jones", "100", sharing=True)
    charge = laundry(alice, "100.00")
    transfers.transfer([charge], bob, actor=CLERK)
    assert (barred(alice), barred(bob)) == (False, True)


def test_sharing_a_line_equally_frees_its_stay(hotel: Property) -> None:
    alice, bob = guest(hotel, "Smith", "100"), guest(hotel, "Jones", "50", sharing=True)
    transfers.split_equally([laundry(alice, "100.00")], [bob], actor=CLERK)
    assert (barred(alice), barred(bob)) == (False, True)


@pytest.mark.parametrize("is_ticked", [True, False])
def test_a_bottle_whose_line_changes_its_folio_is_missing_once_or_not_at_all(
    hotel: Property, is_ticked: bool
) -> None:
    alice, bob = guest(hotel, "Smith", "100"), guest(hotel, "Jones", "100", sharing=True)
    water = hotel.minibar_products.get(code="0012")
    charge = posting.charge_minibar(alice, water, 2, actor=CLERK)
    if is_ticked:
        (shelf,) = refill.rooms_to_refill(hotel)
        refill.mark_refilled(shelf.room, shelf.marks, actor=CLERK)
        charge.refresh_from_db()
    transfers.split_equally([charge], [bob], actor=CLERK)
    found = [shelf.lines for shelf in refill.rooms_to_refill(hotel)]
    assert found == ([] if is_ticked else [[("Water", 2)]])


def test_a_line_that_changes_its_folio_changes_no_report(hotel: Property) -> None:
    alice, bob = guest(hotel, "Smith", "100"), guest(hotel, "Jones", "100", sharing=True)
    water = hotel.minibar_products.get(code="0012")
    charge = posting.charge_minibar(alice, water, 2, actor=CLERK)
    today = hotel.local_now().date()
    period = Period(today, today, hotel.zone)
    before = {of: subject.report(hotel, period, "day") for of, subject in SUBJECTS.items()}
    transfers.transfer([charge], bob, actor=CLERK)
    after = {of: subject.report(hotel, period, "day") for of, subject in SUBJECTS.items()}
    assert before == after
    assert after["minibar"].total == {"items": 2, "amount": yuan("16.00")}
