"""The content of a printed folio, and its language."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine

from billing.documents.wording import CHINESE, ENGLISH
from billing.folio import settlement
from billing.ledger import payments, posting, transfers
from billing.models import Charge, Payment, Settlement
from rooms.models import Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.api.resources.test_calls import dial
from tests.billing.documents.guests import charge, drink, printed, texts
from tests.house import CLERK, yuan

pytestmark = pytest.mark.django_db

LETTERS = re.compile(r"[A-Za-z]{2,}")


@pytest.fixture
def alice(hotel: Property) -> Stay:
    return house.check_in(hotel, "Smith")


def sums(document: Any) -> dict[str, str]:
    return {each.words: each.amount for each in document.sums}


def test_the_languages_have_the_same_words_with_the_same_places_to_fill() -> None:
    def shape(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: shape(each) for name, each in value.items()}
        return sorted(re.findall(r"{\w+}", value))

    assert shape(asdict(ENGLISH)) == shape(asdict(CHINESE))
    for words in (ENGLISH, CHINESE):
        assert set(words.kinds) == set(Charge.Type.values)
        assert set(words.methods) == set(Payment.Method.values)
        assert set(words.parts) == set(Settlement.Title.values)


def test_a_folio_in_english(hotel: Property, alice: Stay) -> None:
    Property.objects.update(address="8 Garden Road\nShanghai", tax_number="9131")
    drink(alice)
    document = printed(alice)
    assert document.letterhead.name == "Grand Hotel"
    assert document.letterhead.lines == ["8 Garden Road", "Shanghai", "Tax number 9131"]
    assert dict(document.details) == {
        "Guest": "Alice Smith",
        "Room": "201",
        "Reference": "R-Smith",
        "Arrival": alice.arrival.isoformat(),
        "Departure": alice.departure.isoformat(),
    }
    (section,) = document.sections
    assert (section.title, section.remark, section.sums) == ("Charges", "", ())
    assert section.rows[0].cells[2:] == ("201", "Water", "0.45", "8.00")
    assert sums(document) == {
        "Subtotal": "7.55",
        "Tax 6 %": "0.45",
        "Total CNY": "8.00",
        "Balance due CNY": "8.00",
    }
    assert [(each.words, each.amount) for each in document.by_kind[1]] == [("Minibar", "8.00")]


def test_on_a_chinese_folio_only_what_people_entered_is_in_other_letters(
    hotel: Property, alice: Stay
) -> None:
    """All that the program writes itself: calls, minibar, reversals, parts, payments, shares."""
    bob = house.check_in(hotel, "Jones", number="202")
    Stay.objects.update(group=hotel.groups.create(code="7"))
    dial(hotel, talk=95)
    drink(alice, 2)
    posting.reverse(alice.charges.earliest("sequence"), actor=CLERK)
    transfers.transfer([alice.charges.get(sequence=2)], bob, actor=CLERK)
    transfers.transfer_part(charge(bob, "1"), alice, yuan("10.00"), actor=CLERK)
    payments.take(alice, yuan("5.00"), "cash", actor=CLERK)
    payments.reverse(
        payments.take(alice, yuan("1.00"), "card", actor=CLERK), actor=CLERK, reason="-"
    )
    settlement.settle(alice, actor=CLERK, reason="-")
    drink(alice)
    settlement.check_out(alice, actor=CLERK, reason="-")
    drink(alice)
    for stay in (alice, bob):
        said = texts(printed(stay, "zh-hans"))
        entered = {"Alice", "Smith", "Jones", "Water", "National", "CNY"}
        assert set(LETTERS.findall(said)) <= entered
        assert {"Smith", "Jones", "Water"} <= set(LETTERS.findall(texts(printed(stay))))


def test_a_line_taken_back_is_marked_and_so_is_what_takes_it_back(alice: Stay) -> None:
    wrong = charge(alice, "Broken glass", reason="the big one")
    posting.reverse(wrong, actor=CLERK, reason="it was not his")
    charge(alice, "Laundry")
    rows = printed(alice).sections[0].rows
    assert [(row.cells[3], row.remark, row.is_reversed) for row in rows] == [
        ("Broken glass", "reversed · the big one", True),
        ("Reversed: Broken glass", "reversal of no. 1 · it was not his", True),
        ("Laundry", "", False),
    ]


def test_a_line_that_somebody_else_pays_says_who(hotel: Property, alice: Stay) -> None:
    bob = house.check_in(hotel, "Jones", number="202")
    Stay.objects.update(group=hotel.groups.create(code="TOUR-7"))
    dinner = charge(alice, "Dinner", "30.00")
    transfers.transfer_part(dinner, bob, yuan("10.00"), actor=CLERK)
    rows = printed(alice).sections[0].rows
    assert [row.cells[3] for row in rows] == [
        "Dinner",
        "To R-Smith, R-Jones: Dinner",
        "Dinner (share of 30.00 CNY)",
    ]
    (row,) = printed(bob).sections[0].rows
    assert (row.cells[3], row.cells[5]) == ("Dinner (share of 30.00 CNY)", "10.00")
    assert row.remark == "from stay R-Smith"
    assert sums(printed(bob))["Tax 6 %"]


def test_supplements_and_late_charges_are_parts_with_sums_of_their_own(alice: Stay) -> None:
    drink(alice)
    with time_machine.travel(datetime(2026, 5, 4, 14, 30, tzinfo=UTC), tick=False):
        settlement.settle(alice, actor=CLERK, reason="evening")
    drink(alice, 2)
    settlement.check_out(alice, actor=CLERK, reason="pays later")
    drink(alice, 3)
    parts = printed(alice).sections
    assert [(part.title, len(part.rows)) for part in parts] == [
        ("Charges", 1),
        ("Supplement", 2),
        ("Late charges", 3),
    ]
    assert parts[0].remark == "No. 1, settled 2026-05-04 22:30"
    assert parts[1].remark.startswith("No. 2, settled ")
    assert parts[2].remark == "not settled yet"
    assert [[each.amount for each in part.sums] for part in parts] == [
        ["7.55", "0.45", "8.00"],
        ["15.10", "0.90", "16.00"],
        ["22.65", "1.35", "24.00"],
    ]


def test_payments_are_listed_and_what_is_too_much_is_a_credit(alice: Stay) -> None:
    drink(alice)
    payments.take(alice, yuan("10.00"), "card", actor=CLERK, reference="Slip 77", in_advance=True)
    document = printed(alice)
    rows = document.sections[-1].rows
    assert document.sections[-1].title == "Payments"
    assert [(row.cells[2], row.cells[3], row.remark) for row in rows] == [
        ("Card", "10.00", "Slip 77")
    ]
    assert sums(document)["Payments"] == "10.00"
    assert sums(document)["Credit to the guest CNY"] == "2.00"


def test_the_rooms_of_a_stay_that_moved_are_all_named(hotel: Property, alice: Stay) -> None:
    lifecycle.move(alice, house.room(hotel, "203"), actor=CLERK, accept_dirty=True)
    assert dict(printed(alice).details)["Rooms"] == "201, 203"


@pytest.mark.parametrize(
    ("included", "manner", "total"),
    [(True, "included in the prices", "8.00"), (False, "added to the prices", "8.48")],
)
def test_the_tax_is_in_the_prices_or_on_top(
    alice: Stay, included: bool, manner: str, total: str
) -> None:
    Property.objects.update(tax_included=included)
    alice.refresh_from_db()
    drink(alice)
    found = {each.words: (each.amount, each.remark) for each in printed(alice).sums}
    assert found["Tax 6 %"][1] == manner
    assert found["Total CNY"][0] == total


def test_no_rate_is_named_that_is_not_that_of_every_line(alice: Stay) -> None:
    drink(alice)
    Property.objects.update(tax_rate="0.09")
    assert sums(printed(alice))["Tax"] == "0.45"


@pytest.mark.parametrize(
    ("currency", "amount", "shown"),
    [("CNY", "1234567.50", "1,234,567.50"), ("JPY", "1500", "1,500"), ("KWD", "1.250", "1.250")],
)
def test_amounts_have_the_decimals_of_their_currency(
    alice: Stay, currency: str, amount: str, shown: str
) -> None:
    Property.objects.update(currency=currency)
    alice.refresh_from_db()
    charge(alice, "Laundry", amount)
    document = printed(alice)
    assert document.sections[0].rows[0].cells[-1] == shown
    assert sums(document)[f"Total {currency}"] == shown


def test_times_are_those_of_the_hotel_s_walls(hotel: Property) -> None:
    with time_machine.travel(datetime(2026, 5, 4, 20, 0, tzinfo=UTC), tick=False):
        stay = house.check_in(hotel, "Night")
        drink(stay)
        document = printed(stay)
    assert document.sections[0].rows[0].cells[1] == "2026-05-05 04:00"
    assert document.printed == "Printed 2026-05-05 04:00"
