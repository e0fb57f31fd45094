"""Payments, refunds, and what is owed after them."""

from decimal import Decimal

import pytest

from billing.folio.statement import folio_of
from billing.ledger import payments, posting
from billing.ledger.balances import balance_of, balances
from billing.models import Payment
from events.models import Event
from hotelpbx.refusals import Refusal
from rooms.models import AuditEntry, Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, who owes 45.00 for laundry."""
    stay = house.check_in(hotel, "Smith")
    posting.charge_other(stay, yuan("45.00"), "Laundry", actor=CLERK)
    return stay


def refused(code: str = "invalid_transition") -> "pytest.RaisesExc[Refusal]":
    return pytest.raises(Refusal, check=lambda refusal: refusal.code == code)


def test_a_payment_is_recorded_with_who_took_it_and_lowers_the_balance(alice: Stay) -> None:
    paid = payments.take(alice, yuan("20.00"), "card", actor=CLERK, reference="Slip 77")
    assert (paid.sequence, paid.received_by, paid.reference) == (1, "clara", "Slip 77")
    folio = folio_of(alice)
    assert folio.subtotal + folio.tax == folio.total == yuan("45.00")
    assert (folio.payments, folio.balance) == (yuan("20.00"), yuan("25.00"))
    assert folio.receipts == (paid,)
    assert balances([alice]) == {alice.pk: yuan("25.00")}
    told = Event.objects.get(type="payment.created").data
    assert told["amount"] == {"amount": "20.00", "currency": "CNY"}
    entry = AuditEntry.objects.get(action="payment")
    assert (entry.actor, entry.subject) == ("clara", "stay:R-Smith")


def test_more_than_is_owed_is_taken_only_in_advance(alice: Stay) -> None:
    with refused():
        payments.take(alice, yuan("45.01"), "cash", actor=CLERK)
    assert not Payment.objects.exists()
    payments.take(alice, yuan("100.00"), "cash", actor=CLERK, in_advance=True)
    assert balance_of(alice) == yuan("-55.00")
    with refused():
        payments.take(alice, yuan("0.01"), "cash", actor=CLERK)


def test_a_mistaken_payment_is_reversed_once_and_with_a_reason(alice: Stay) -> None:
    paid = payments.take(alice, yuan("45.00"), "card", actor=CLERK)
    with refused("validation_error"):
        payments.reverse(paid, actor=CLERK, reason=" ")
    back = payments.reverse(paid, actor=CLERK, reason="Wrong room")
    assert (back.amount, back.method, back.reverses) == (yuan("-45.00"), "card", paid)
    assert balance_of(alice) == yuan("45.00")
    for again in (paid, back):
        with refused():
            payments.reverse(again, actor=CLERK, reason="Again")
    assert folio_of(alice).reversed_payments == {paid.pk}
    assert Event.objects.filter(type="payment.reversed").count() == 1


def test_what_was_overpaid_goes_back_and_not_a_cent_more(alice: Stay) -> None:
    with refused():
        payments.refund(alice, yuan("1.00"), "cash", actor=CLERK, reason="Kind")
    payments.take(alice, yuan("45.00"), "cash", actor=CLERK)
    posting.charge_other(alice, yuan("5.00"), "Stamps", actor=CLERK)
    charge = alice.charges.get(description="Laundry")
    posting.reverse(charge, actor=CLERK, reason="Ruined")
    assert folio_of(alice).overpaid == yuan("40.00")
    with refused():
        payments.refund(alice, yuan("40.01"), "cash", actor=CLERK, reason="Ruined")
    with refused("validation_error"):
        payments.refund(alice, yuan("40.00"), "cash", actor=CLERK, reason="")
    given = payments.refund(alice, yuan("40.00"), "cash", actor=CLERK, reason="Ruined")
    assert given.is_refund
    assert balance_of(alice) == 0
    assert Payment.objects.count() == 2


def test_a_refund_by_mistake_is_reversed_like_a_payment(alice: Stay) -> None:
    payments.take(alice, yuan("50.00"), "cash", actor=CLERK, in_advance=True)
    given = payments.refund(alice, yuan("5.00"), "cash", actor=CLERK, reason="Change")
    payments.reverse(given, actor=CLERK, reason="He left it")
    assert balance_of(alice) == yuan("-5.00")


@pytest.mark.parametrize("amount", ["0", "-1.00", "1.005", "1000000000"])
def test_an_amount_that_cannot_be_is_refused(alice: Stay, amount: str) -> None:
    for act in (payments.take, payments.refund):
        extra = {"reason": "x"} if act is payments.refund else {"in_advance": True}
        with refused("validation_error"):
            act(alice, Decimal(amount), "cash", actor=CLERK, **extra)
    assert not Payment.objects.exists()


@pytest.mark.parametrize("method", ["", "gold", "CASH"])
def test_a_method_that_is_none_is_refused(alice: Stay, method: str) -> None:
    with refused("validation_error"):
        payments.take(alice, yuan("1.00"), method, actor=CLERK)


def test_a_reservation_pays_nothing_and_who_has_left_still_can(hotel: Property) -> None:
    stay = house.reserve(hotel, "Smith")
    with refused("stay_not_in_house"):
        payments.take(stay, yuan("8.00"), "cash", actor=CLERK, in_advance=True)
    stay = lifecycle.check_in(stay, actor=CLERK, accept_dirty=True)
    lifecycle.check_out(stay, actor=CLERK)
    posting.charge_other(stay, yuan("8.00"), "Water", actor=CLERK)
    payments.take(stay, yuan("8.00"), "other", actor=CLERK, reference="Transfer")
    assert balance_of(stay) == 0


def test_payments_have_numbers_of_their_own_and_charges_keep_theirs(alice: Stay) -> None:
    payments.take(alice, yuan("1.00"), "cash", actor=CLERK)
    posting.charge_other(alice, yuan("1.00"), "Stamp", actor=CLERK)
    with refused():
        payments.take(alice, yuan("99.00"), "cash", actor=CLERK)
    payments.take(alice, yuan("1.00"), "cash", actor=CLERK)
    assert list(Payment.objects.values_list("sequence", flat=True)) == [1, 2]
    assert list(alice.charges.values_list("sequence", flat=True)) == [1, 2]


@pytest.mark.parametrize(
    ("currency", "amount", "too_fine"), [("JPY", "500", "0.5"), ("KWD", "1.255", "1.2555")]
)
def test_payments_have_the_decimals_of_their_currency(
    hotel: Property, currency: str, amount: str, too_fine: str
) -> None:
    hotel.currency = currency
    hotel.save()
    stay = house.check_in(hotel, "Smith")
    posting.charge_other(stay, Decimal(amount), "Laundry", actor=CLERK)
    with refused("validation_error"):
        payments.take(stay, Decimal(too_fine), "cash", actor=CLERK)
    payments.take(stay, Decimal(amount), "cash", actor=CLERK)
    assert str(folio_of(stay).payments) == amount
    assert folio_of(stay).balance == 0
