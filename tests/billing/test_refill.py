"""The refill list."""

from datetime import timedelta

import pytest

from billing import minibar, refill
from billing.ledger import posting
from billing.models import MinibarEntry, MinibarProduct
from hotelpbx.clock import now
from rooms.models import AuditEntry, Phone, Property, Stay
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201."""
    return house.check_in(hotel, "Smith")


def product(hotel: Property, code: str) -> MinibarProduct:
    return MinibarProduct.objects.get(property=hotel, code=code)


def key_in(
    hotel: Property, quantity: int, *, code: str = "0012", extension: str = "2201",
    repeated: bool = False, hours_ago: int = 0,
) -> MinibarEntry:  # fmt: skip
    phone = Phone.objects.select_related("room__property").get(extension=extension)
    return minibar.record_entry(
        phone,
        product(hotel, code),
        quantity,
        occurred_at=now() - timedelta(hours=hours_ago),
        callid="1.1",
        report_id=MinibarEntry.objects.count() + 1,
        repeated=repeated,
    )


def lacking(hotel: Property) -> dict[str, list[tuple[str, int]]]:
    return {shelf.room.number: shelf.lines for shelf in refill.rooms_to_refill(hotel)}


def tick(hotel: Property, number: str = "201") -> list[tuple[str, int]]:
    """Housekeeping ticks what the list shows now."""
    marks = [
        mark for shelf in refill.rooms_to_refill(hotel) if shelf.room.number == number
        for mark in shelf.marks
    ]  # fmt: skip
    return refill.mark_refilled(house.room(hotel, number), marks, actor=CLERK)


def test_a_room_lacks_what_was_keyed_in_and_what_the_desk_charged(
    hotel: Property, alice: Stay
) -> None:
    key_in(hotel, 2)
    key_in(hotel, 1)
    posting.charge_minibar(alice, product(hotel, "123456789"), 1, actor=CLERK)
    assert lacking(hotel) == {"201": [("Cola", 1), ("Water", 3)]}


def test_an_entry_counts_once_although_it_is_a_charge_too(hotel: Property, alice: Stay) -> None:
    assert key_in(hotel, 2).charge is not None
    assert lacking(hotel) == {"201": [("Water", 2)]}


def test_what_nobody_could_be_charged_for_is_missing_all_the_same(hotel: Property) -> None:
    assert key_in(hotel, 1).state == "unclaimed"
    assert lacking(hotel) == {"201": [("Water", 1)]}


def test_what_was_put_back_before_its_guest_was_found_is_not_missing_again(
    hotel: Property,
) -> None:
    entry = key_in(hotel, 1)
    tick(hotel)
    bob = house.check_in(hotel, "Jones")
    minibar.charge_entry(entry, bob, CLERK)
    assert bob.charges.get().quantity == 1
    assert lacking(hotel) == {}


def test_a_possible_repetition_counts_when_a_person_has_counted_it(
    hotel: Property, alice: Stay
) -> None:
    entry = key_in(hotel, 1, repeated=True)
    assert lacking(hotel) == {}
    minibar.charge_entry(entry, alice, CLERK)
    assert lacking(hotel) == {"201": [("Water", 1)]}


def test_what_was_discarded_is_not_missing(hotel: Property) -> None:
    minibar.discard_entry(key_in(hotel, 1), "keyed in at the wrong phone")
    assert lacking(hotel) == {}


def test_a_reversal_takes_it_off_the_list(hotel: Property, alice: Stay) -> None:
    entry = key_in(hotel, 2)
    by_hand = posting.charge_minibar(alice, product(hotel, "0012"), 1, actor=CLERK)
    assert entry.charge is not None
    posting.reverse(entry.charge, actor=CLERK)
    assert lacking(hotel) == {"201": [("Water", 1)]}
    posting.reverse(by_hand, actor=CLERK)
    assert lacking(hotel) == {}


def test_after_a_tick_the_list_begins_anew(hotel: Property, alice: Stay) -> None:
    key_in(hotel, 2)
    assert tick(hotel) == [("Water", 2)]
    assert lacking(hotel) == {}
    key_in(hotel, 1)
    assert lacking(hotel) == {"201": [("Water", 1)]}


def test_a_reversal_after_the_tick_does_not_hide_what_is_taken_later(
    hotel: Property, alice: Stay
) -> None:
    entry = key_in(hotel, 1)
    tick(hotel)
    assert entry.charge is not None
    posting.reverse(entry.charge, actor=CLERK)
    key_in(hotel, 1)
    assert lacking(hotel) == {"201": [("Water", 1)]}


def test_what_was_taken_after_the_list_was_shown_stays_on_it(hotel: Property, alice: Stay) -> None:
    key_in(hotel, 2)
    (shown,) = refill.rooms_to_refill(hotel)
    key_in(hotel, 1, code="123456789")
    refill.mark_refilled(shown.room, shown.marks, actor=CLERK)
    assert lacking(hotel) == {"201": [("Cola", 1)]}


def test_a_tick_is_in_the_audit_trail_once(hotel: Property, alice: Stay) -> None:
    key_in(hotel, 2)
    (shown,) = refill.rooms_to_refill(hotel)
    for _ in range(2):
        refill.mark_refilled(shown.room, shown.marks, actor=CLERK)
    entry = AuditEntry.objects.get(action="refill minibar")
    assert (entry.subject, entry.actor, entry.words) == (
        "room:201",
        "clara",
        "refilled 2 × Water",
    )


def test_marks_of_another_room_or_hotel_do_nothing(hotel: Property, alice: Stay) -> None:
    key_in(hotel, 2)
    (shown,) = refill.rooms_to_refill(hotel)
    room = house.room(hotel, "202")
    assert refill.mark_refilled(room, [*shown.marks, "e0", "x", ""], actor=CLERK) == []
    assert lacking(hotel) == {"201": [("Water", 2)]}


def test_the_next_guest_finds_what_the_last_one_took(hotel: Property, alice: Stay) -> None:
    key_in(hotel, 1)
    lifecycle.check_out(alice, actor=CLERK)
    assert lacking(hotel) == {"201": [("Water", 1)]}


def test_what_is_older_than_a_week_is_left_out(hotel: Property, alice: Stay) -> None:
    key_in(hotel, 1, hours_ago=7 * 24 + 1)
    key_in(hotel, 2, hours_ago=7 * 24 - 1)
    assert lacking(hotel) == {"201": [("Water", 2)]}


def test_the_trolley_carries_what_all_rooms_lack(hotel: Property, alice: Stay) -> None:
    house.check_in(hotel, "Jones", number="202")
    key_in(hotel, 2)
    key_in(hotel, 3, extension="2202")
    key_in(hotel, 1, extension="2202", code="123456789")
    shelves = refill.rooms_to_refill(hotel)
    assert [shelf.room.number for shelf in shelves] == ["201", "202"]
    assert refill.total_missing(shelves) == [("Cola", 1), ("Water", 5)]
