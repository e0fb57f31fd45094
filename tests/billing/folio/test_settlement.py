"""Early settlement, check-out, and late charges."""

from importlib import import_module

import pytest
from django.apps import apps

from billing.folio import settlement
from billing.folio.statement import Folio, folio_of
from billing.ledger import payments, posting
from billing.models import Settlement
from hotelpbx.refusals import Refusal
from pbx.models import Command
from rooms.models import AuditEntry, Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK, yuan
from wakeups.models import WakeUpCall

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


def charge(stay: Stay, amount: str, text: str = "Laundry") -> None:
    posting.charge_other(stay, yuan(amount), text, actor=CLERK)


def pay(stay: Stay) -> None:
    payments.take(stay, folio_of(stay).balance, "card", actor=CLERK)


def shown(folio: Folio) -> list[tuple[str, int | None, str]]:
    """Title, number and total of each part."""
    return [(part.title, part.number, str(part.total)) for part in folio.parts]


def test_an_empty_folio_is_one_open_part(alice: Stay) -> None:
    assert shown(folio_of(alice)) == [("main", None, "0.00")]


def test_a_guest_settles_in_the_evening_and_leaves_in_the_morning(alice: Stay) -> None:
    charge(alice, "45.00")
    pay(alice)
    settlement.settle(alice, actor=CLERK)
    assert shown(folio_of(alice)) == [("main", 1, "45.00")]
    charge(alice, "8.00", "Water at breakfast")
    assert shown(folio_of(alice)) == [("main", 1, "45.00"), ("supplement", None, "8.00")]
    with pytest.raises(Refusal, match=r"8\.00 CNY is still owed"):
        settlement.check_out(alice, actor=CLERK)
    alice.refresh_from_db()
    assert alice.status == Stay.Status.IN_HOUSE
    pay(alice)
    settlement.check_out(alice, actor=CLERK)
    assert shown(folio_of(alice)) == [("main", 1, "45.00"), ("supplement", 2, "8.00")]
    charge(alice, "6.00", "Call")
    folio = folio_of(alice)
    assert shown(folio)[2] == ("late", None, "6.00")
    assert folio.parts[0].settled_at is not None
    pay(alice)
    settlement.settle(alice, actor=CLERK)
    charge(alice, "3.00", "Another call")
    folio = folio_of(alice)
    assert shown(folio)[2:] == [("late", 3, "6.00"), ("late", None, "3.00")]
    assert [line for part in folio.parts for line in part.lines] == list(folio.lines)
    assert sum(part.total for part in folio.parts) == folio.total == yuan("62.00")


def test_settling_leaves_phone_wake_up_calls_and_room_as_they_are(
    hotel: Property, alice: Stay
) -> None:
    from wakeups.booking import calls
    from wakeups.booking.requests import WakeUpRequest

    tomorrow = hotel.local_now().date() + (alice.departure - alice.arrival)
    wake_up = WakeUpRequest(
        date=tomorrow, time=hotel.local_now().time().replace(second=0, microsecond=0)
    )
    call = calls.create(alice, wake_up, actor=CLERK)
    charge(alice, "45.00")
    pay(alice)
    before = list(Command.objects.order_by("pk").values())
    settlement.settle(alice, actor=CLERK)
    assert list(Command.objects.order_by("pk").values()) == before
    call.refresh_from_db()
    assert call.status in WakeUpCall.OPEN
    assert house.room(hotel, "201").occupancy_status == "occupied"


def test_nothing_new_is_not_settled_again(alice: Stay) -> None:
    with pytest.raises(Refusal, match="no lines since the last settlement"):
        settlement.settle(alice, actor=CLERK)
    charge(alice, "45.00")
    pay(alice)
    settlement.settle(alice, actor=CLERK)
    with pytest.raises(Refusal, match="no lines since the last settlement"):
        settlement.settle(alice, actor=CLERK)
    assert Settlement.objects.count() == 1


def test_what_is_owed_needs_a_reason_and_the_reason_lasts(alice: Stay) -> None:
    charge(alice, "45.00")
    with pytest.raises(Refusal, match="say who pays"):
        settlement.settle(alice, actor=CLERK, reason="  ")
    settled = settlement.settle(alice, actor=CLERK, reason="ACME pays")
    assert (settled.balance, settled.reason) == (yuan("45.00"), "ACME pays")
    charge(alice, "8.00", "Water")
    with pytest.raises(Refusal, match="still owed"):
        settlement.check_out(alice, actor=CLERK)
    payments.take(alice, yuan("8.00"), "cash", actor=CLERK)
    assert settlement.check_out(alice, actor=CLERK).status == Stay.Status.CHECKED_OUT


def test_a_guest_is_let_go_with_an_open_balance_for_a_recorded_reason(alice: Stay) -> None:
    charge(alice, "45.00")
    settlement.check_out(alice, actor=CLERK, reason="ACME pays")
    settled = Settlement.objects.get()
    assert (settled.title, settled.balance, settled.reason) == ("main", yuan("45.00"), "ACME pays")
    entry = AuditEntry.objects.get(action="leave unpaid")
    assert entry.after == {"balance": "45.00 CNY", "reason": "ACME pays"}


def test_what_was_paid_too_much_is_not_forgotten_at_the_check_out(alice: Stay) -> None:
    payments.take(alice, yuan("50.00"), "cash", actor=CLERK, in_advance=True)
    with pytest.raises(Refusal, match="overpaid"):
        settlement.check_out(alice, actor=CLERK)
    payments.refund(alice, yuan("50.00"), "cash", actor=CLERK, reason="Not used")
    settlement.check_out(alice, actor=CLERK)
    assert not Settlement.objects.exists(), "an empty folio uses no number"


def test_a_pms_checks_out_whatever_is_owed_and_the_folio_is_fixed(alice: Stay) -> None:
    charge(alice, "45.00")
    lifecycle.check_out(alice, actor=CLERK)
    charge(alice, "8.00", "Water")
    folio = folio_of(alice)
    assert shown(folio) == [("main", 1, "45.00"), ("late", None, "8.00")]
    assert folio.balance == yuan("53.00")


def test_checking_out_twice_settles_once(alice: Stay) -> None:
    charge(alice, "45.00")
    for _ in range(2):
        settlement.check_out(alice, actor=CLERK, reason="ACME pays")
    assert Settlement.objects.count() == 1


def test_a_line_of_a_settled_part_is_reversed_on_the_next_one(alice: Stay) -> None:
    charge(alice, "45.00")
    pay(alice)
    settlement.settle(alice, actor=CLERK)
    posting.reverse(alice.charges.get(), actor=CLERK, reason="Not hers")
    folio = folio_of(alice)
    assert shown(folio) == [("main", 1, "45.00"), ("supplement", None, "-45.00")]
    assert folio.overpaid == yuan("45.00")


def test_totals_by_kind_add_up_to_the_folio(hotel: Property, alice: Stay) -> None:
    charge(alice, "45.00")
    cola = hotel.minibar_products.get(code="123456789")
    posting.charge_minibar(alice, cola, 2, actor=CLERK)
    charge(alice, "5.00", "Stamps")
    folio = folio_of(alice)
    assert [(each.kind, each.words, str(each.amount)) for each in folio.totals] == [
        ("minibar", "Minibar", "30.00"),
        ("other", "Other", "50.00"),
    ]
    assert sum(each.amount for each in folio.totals) == folio.total


def test_settlements_are_numbered_through_the_hotel(hotel: Property, alice: Stay) -> None:
    bob = house.check_in(hotel, "Jones", number="202")
    for stay in (alice, bob):
        charge(stay, "5.00")
        pay(stay)
        settlement.check_out(stay, actor=CLERK)
    assert list(Settlement.objects.values_list("number", flat=True)) == [1, 2]


def test_who_left_before_there_were_settlements_gets_one(alice: Stay) -> None:
    """As rows looked before the migration: checked out, late charges, no settlement."""
    charge(alice, "45.00")
    lifecycle.check_out(alice, actor=CLERK)
    charge(alice, "8.00", "Water")
    Settlement.objects.all().delete()
    counter = alice.property.posting_counter
    counter.last_settlement = 0
    counter.save()
    import_module("billing.migrations.0002_folio").settle_what_was_left(apps, None)
    assert shown(folio_of(alice)) == [("main", 1, "45.00"), ("late", None, "8.00")]
    counter.refresh_from_db()
    assert counter.last_settlement == 1
