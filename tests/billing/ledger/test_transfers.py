"""Transferring lines: whole, in part, in equal shares."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from billing.folio import settlement
from billing.folio.statement import folio_of
from billing.ledger import lines, posting, transfers
from billing.ledger.balances import balance_of
from billing.models import Call, Charge
from events.models import Event
from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from rooms.models import AuditEntry, Property, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


@pytest.fixture
def bob(hotel: Property, alice: Stay) -> Stay:
    """Who shares the room with her."""
    return house.check_in(hotel, "Jones", sharing=True)


def charge(stay: Stay, amount: str, text: str = "Laundry") -> Charge:
    return posting.charge_other(stay, Decimal(amount), text, actor=CLERK)


def amounts(charges: Sequence[Charge]) -> list[tuple[str, str, str]]:
    return [(line.stay.reference, str(line.amount), str(line.tax)) for line in charges]


def in_group(stay: Stay, group: str) -> Stay:
    details = StayDetails(group=group)
    return reservations.save_stay(stay.property, stay.reference, details, actor=CLERK)[0]


def test_a_whole_line_changes_the_folio(alice: Stay, bob: Stay) -> None:
    wrong = charge(alice, "106.00")
    (new,) = transfers.transfer([wrong], bob, actor=CLERK, reason="His shirts")
    assert (new.stay, new.origin, new.amount, new.tax) == (bob, wrong, wrong.amount, wrong.tax)
    assert (new.description, new.reason) == ("Laundry", "His shirts")
    assert (new.occurred_at, new.room) == (wrong.occurred_at, wrong.room)
    assert (balance_of(alice), balance_of(bob)) == (yuan("0"), yuan("106.00"))
    assert [line.description for line in folio_of(alice).lines] == [
        "Laundry",
        "To R-Jones: Laundry",
    ]


def test_both_folios_tell_of_it_in_trail_and_events(alice: Stay, bob: Stay) -> None:
    wrong = charge(alice, "106.00")
    Event.objects.all().delete()
    transfers.transfer([wrong], bob, actor=CLERK, reason="His shirts")
    told = [(each.type, each.data["stay"]) for each in Event.objects.order_by("position")]
    assert told == [("charge.reversed", "R-Smith"), ("charge.created", "R-Jones")]
    assert Event.objects.get(type="charge.created").data["origin"] == wrong.pk
    trail = AuditEntry.objects.filter(actor="clara")
    assert trail.get(action="transfer charge").subject == "stay:R-Smith"
    assert trail.get(action="take charge over").subject == "stay:R-Jones"


def test_an_amount_of_a_line_goes_and_the_rest_stays(alice: Stay, bob: Stay) -> None:
    whole = charge(alice, "100.00")
    made = transfers.transfer_part(whole, bob, yuan("33.33"), actor=CLERK)
    assert amounts(made) == [("R-Smith", "66.67", "3.77"), ("R-Jones", "33.33", "1.89")]
    assert made[0].tax + made[1].tax == whole.tax == yuan("5.66")
    assert made[1].description == "Laundry (share of 100.00 CNY)"
    for amount in ("0", "-1.00", "100.00", "100.01", "0.001"):
        with pytest.raises(Refusal):
            transfers.transfer_part(made[0], bob, Decimal(amount), actor=CLERK)


@pytest.mark.parametrize(
    ("currency", "included", "amount", "shares"),
    [
        ("CNY", True, "100.00", [("33.33", "1.89"), ("33.34", "1.88"), ("33.33", "1.89")]),
        ("CNY", False, "100.00", [("33.33", "2.00"), ("33.34", "2.00"), ("33.33", "2.00")]),
        ("JPY", True, "1000", [("333", "19"), ("334", "19"), ("333", "19")]),
        ("JPY", False, "100", [("33", "2"), ("34", "2"), ("33", "2")]),
        ("KWD", True, "1.000", [("0.333", "0.019"), ("0.334", "0.019"), ("0.333", "0.019")]),
        ("KWD", False, "0.005", [("0.002", "0.000"), ("0.001", "0.000"), ("0.002", "0.000")]),
    ],
)
def test_equal_parts_are_the_whole_to_the_minor_unit(
    hotel: Property, currency: str, included: bool, amount: str, shares: list[tuple[str, str]]
) -> None:
    hotel.currency, hotel.tax_included = currency, included
    hotel.save()
    alice, *others = (
        in_group(house.check_in(hotel, name, number=number), "TOUR")
        for name, number in (("Smith", "201"), ("Jones", "202"), ("Brown", "203"))
    )
    whole = charge(alice, amount, "Dinner")
    made = transfers.split_equally([whole], others, actor=CLERK)
    assert [(line.amount, line.tax) for line in made] == [
        (Decimal(share), Decimal(tax)) for share, tax in shares
    ]
    assert sum(line.amount for line in made) == whole.amount
    assert sum(line.tax for line in made) == whole.tax
    assert sum(folio_of(stay).total for stay in (alice, *others)) == whole.gross


def test_what_is_too_small_is_not_divided(alice: Stay, bob: Stay) -> None:
    cent = charge(alice, "0.01")
    with pytest.raises(Refusal, match="too small"):
        transfers.split_equally([cent], [bob], actor=CLERK)
    assert Charge.objects.count() == 1


def test_bottles_are_counted_once(hotel: Property, alice: Stay, bob: Stay) -> None:
    cola = hotel.minibar_products.get(code="123456789")
    drunk = posting.charge_minibar(alice, cola, 2, actor=CLERK)
    made = transfers.split_equally([drunk], [bob], actor=CLERK)
    assert [line.quantity for line in made] == [2, None]
    counted = Charge.objects.filter(product_code="123456789", quantity__isnull=False)
    assert sum(line.quantity or 0 for line in counted) == 2


def test_a_line_goes_once_and_comes_back_as_a_new_one(alice: Stay, bob: Stay) -> None:
    wrong = charge(alice, "106.00")
    (new,) = transfers.transfer([wrong], bob, actor=CLERK)
    with pytest.raises(Refusal, match="transferred to R-Jones"):
        transfers.transfer([wrong], bob, actor=CLERK)
    with pytest.raises(Refusal, match="transferred to R-Jones"):
        posting.reverse(wrong, actor=CLERK)
    (back,) = transfers.transfer([new], alice, actor=CLERK)
    assert (back.stay, back.origin) == (alice, new)
    assert (balance_of(alice), balance_of(bob)) == (yuan("106.00"), yuan("0"))
    posting.reverse(back, actor=CLERK, reason="Nobody's")
    assert (balance_of(alice), balance_of(bob)) == (yuan("0"), yuan("0"))


def test_a_reversed_line_goes_nowhere(alice: Stay, bob: Stay) -> None:
    wrong = charge(alice, "106.00")
    reversal = posting.reverse(wrong, actor=CLERK)
    for line in (wrong, reversal):
        with pytest.raises(Refusal):
            transfers.transfer([line], bob, actor=CLERK)


def test_of_several_lines_all_go_or_none(alice: Stay, bob: Stay) -> None:
    good, gone = charge(alice, "5.00"), charge(alice, "6.00")
    posting.reverse(gone, actor=CLERK)
    with pytest.raises(Refusal, match="already been reversed"):
        transfers.transfer([good, gone], bob, actor=CLERK)
    assert balance_of(alice) == yuan("5.00")
    assert not Charge.objects.filter(origin__isnull=False).exists()


def test_lines_of_two_folios_are_not_mixed(alice: Stay, bob: Stay) -> None:
    with pytest.raises(Refusal, match="one folio"):
        transfers.transfer([charge(alice, "5.00"), charge(bob, "5.00")], bob, actor=CLERK)
    with pytest.raises(Refusal, match="at least one"):
        transfers.transfer([], bob, actor=CLERK)


def test_a_call_stays_charged_once_in_effect(hotel: Property, alice: Stay, bob: Stay) -> None:
    call = Call.objects.create(
        property=hotel, leg="1", callid="1.1", stay=alice, started_at=now(), call_from="2201",
        call_to="0571", direction="outbound", rating="rated",
    )  # fmt: skip
    posted = lines.Posting(Charge.Type.CALL, yuan("10.00"), "Call to 0571", now(), call=call)
    first = posting.post(alice, posted, actor=CLERK)
    made = transfers.split_equally([first], [bob], actor=CLERK)
    transfers.transfer([made[1]], alice, actor=CLERK)
    assert sum(line.amount for line in call.charges.all()) == yuan("10.00")
    with pytest.raises(IntegrityError, match="a_call_is_charged_once"), transaction.atomic():
        posting.post(bob, posted, actor=CLERK)


def test_a_line_of_a_settled_part_goes_by_a_correction_on_the_open_one(
    alice: Stay, bob: Stay
) -> None:
    wrong = charge(alice, "45.00")
    settlement.settle(alice, actor=CLERK, reason="ACME pays")
    transfers.transfer([wrong], bob, actor=CLERK)
    parts = folio_of(alice).parts
    assert [(part.title, part.total) for part in parts] == [
        ("main", yuan("45.00")),
        ("supplement", yuan("-45.00")),
    ]


def test_what_comes_to_a_guest_who_has_left_is_late(alice: Stay, bob: Stay) -> None:
    wrong = charge(alice, "45.00")
    lifecycle.check_out(bob, actor=CLERK)
    (new,) = transfers.transfer([wrong], bob, actor=CLERK)
    assert new.late
    assert folio_of(bob).parts[-1].title == "late"


# --- who may take lines over -----------------------------------------------------------------


def test_strangers_take_nothing_over(hotel: Property, alice: Stay) -> None:
    wrong = charge(alice, "45.00")
    stranger = house.check_in(hotel, "Brown", number="202")
    assert list(transfers.transfer_targets(alice)) == []
    with pytest.raises(Refusal, match="neither shared a room"):
        transfers.transfer([wrong], stranger, actor=CLERK)
    with pytest.raises(Refusal, match="neither shared a room"):
        transfers.transfer([wrong], alice, actor=CLERK)


def test_the_next_guest_of_the_room_is_a_stranger(hotel: Property) -> None:
    with time_machine.travel(house.at("2026-02-01 10:00:00"), tick=False) as clock:
        alice = house.check_in(hotel, "Smith")
        lifecycle.check_out(alice, actor=CLERK)
        assert house.check_in(hotel, "Jones") not in transfers.transfer_targets(alice)
        clock.shift(timedelta(hours=5))
        assert house.check_in(hotel, "Brown", sharing=True) not in transfers.transfer_targets(alice)


def test_who_shared_a_room_once_is_a_companion_still(
    hotel: Property, alice: Stay, bob: Stay
) -> None:
    lifecycle.move(bob, house.room(hotel, "203"), actor=CLERK)
    assert list(transfers.transfer_targets(alice)) == [bob]
    assert list(transfers.transfer_targets(bob)) == [alice]


def test_the_group_s_stays_are_companions_once_they_are_in(hotel: Property, alice: Stay) -> None:
    alice = in_group(alice, "TOUR")
    bob = in_group(house.reserve(hotel, "Jones", number="202"), "TOUR")
    assert list(transfers.transfer_targets(alice)) == []
    with pytest.raises(Refusal, match="has not checked in"):
        transfers.transfer([charge(alice, "5.00")], bob, actor=CLERK)
    lifecycle.check_in(bob, actor=CLERK, accept_dirty=True)
    assert list(transfers.transfer_targets(alice)) == [bob]
