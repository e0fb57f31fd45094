"""Conflicting stays and implausible dates need an override, at every entry point."""

import threading
from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from rooms.audit import Actor
from rooms.models import AuditEntry, Property, Stay
from rooms.stays import lifecycle, reservation_checks, reservations
from rooms.stays.details import GuestDetails, StayDetails
from rooms.stays.overrides import OVERRIDE_ALL, Override, OverrideRequired
from tests import house
from tests.hotel.test_races import at_once
from tests.house import CLERK

PMS = Actor("key", "PMS")


def save(
    hotel: Property, name: str, first: int, last: int, *, number: str = "201", **more: Any
) -> Stay:
    """Reserve a stay between two days, counted from today."""
    actor, override = more.pop("actor", CLERK), more.pop("override", Override())
    today = hotel.local_now().date()
    details = StayDetails(
        guests=[GuestDetails(name)],
        arrival=today + timedelta(days=first),
        departure=today + timedelta(days=last),
        room=house.room(hotel, number),
        **more,
    )
    return reservations.save_stay(hotel, f"R-{name}", details, actor=actor, override=override)[0]


def change(stay: Stay, **values: Any) -> Stay:
    details = StayDetails(**values)
    return reservations.save_stay(stay.property, stay.reference, details, actor=CLERK)[0]


def in_days(stay: Stay, days: int) -> date:
    return stay.property.local_now().date() + timedelta(days=days)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last"),
    [(0, 5), (1, 3), (2, 3), (3, 9), (2, 4)],
    ids=["over", "in", "first", "last", "same"],
)
def test_a_room_is_reserved_once(hotel: Property, first: int, last: int) -> None:
    smith = save(hotel, "Smith", 2, 4)
    with pytest.raises(OverrideRequired) as question:
        save(hotel, "Jones", first, last)
    assert question.value.code == "room_occupied"
    assert f"stay R-Smith, {smith.arrival} to {smith.departure}, reserved" in str(question.value)
    assert question.value.conflicting_stays == (smith,)
    assert not Stay.objects.filter(reference="R-Jones").exists()


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), [(0, 2), (4, 6), (2, 2), (4, 4)])
def test_one_may_come_when_the_other_leaves(hotel: Property, first: int, last: int) -> None:
    save(hotel, "Smith", 2, 4)
    save(hotel, "Jones", first, last)
    assert Stay.objects.count() == 2


@pytest.mark.django_db
def test_two_for_the_same_one_day_are_in_each_others_way(hotel: Property) -> None:
    save(hotel, "Smith", 2, 2)
    with pytest.raises(OverrideRequired):
        save(hotel, "Jones", 2, 2)


@pytest.mark.django_db
def test_who_has_gone_or_does_not_come_is_in_nobodys_way(hotel: Property) -> None:
    lifecycle.cancel(save(hotel, "Smith", 0, 4), actor=CLERK)
    lifecycle.no_show(save(hotel, "Brown", 0, 4), actor=CLERK)
    save(hotel, "Jones", 0, 4)


@pytest.mark.django_db
def test_a_reason_overrides_and_stands_in_the_history(hotel: Property) -> None:
    save(hotel, "Smith", 2, 4)
    override = Override(frozenset({"overlap"}), "He leaves early")
    jones = save(hotel, "Jones", 3, 5, override=override)
    entry = AuditEntry.objects.get(action="override", subject="stay:R-Jones")
    assert entry.after["reason"] == "He leaves early"
    assert "stay R-Smith" in entry.after["although"]
    assert change(jones, notes="Late") == jones, "nothing is asked twice"
    assert change(jones, departure=in_days(jones, 6)) == jones, "nobody new is in the way"


@pytest.mark.django_db
def test_a_yes_holds_only_for_what_was_shown(hotel: Property) -> None:
    smith = save(hotel, "Smith", 2, 4)
    with pytest.raises(OverrideRequired) as question:
        save(hotel, "Jones", 3, 5)
    shown = Override(frozenset({"overlap", "dates"}), "Agreed", question.value.tokens)
    save(hotel, "Brown", 4, 6)
    with pytest.raises(OverrideRequired) as question:
        save(hotel, "Jones", 3, 5, override=shown)
    assert [each.reference for each in question.value.conflicting_stays] == [
        smith.reference,
        "R-Brown",
    ]


@pytest.mark.django_db
def test_changed_dates_and_rooms_are_asked_about(hotel: Property) -> None:
    save(hotel, "Smith", 2, 4)
    early = save(hotel, "Jones", 0, 2)
    beside = save(hotel, "Brown", 2, 4, number="202")
    with pytest.raises(OverrideRequired):
        change(early, departure=in_days(early, 3))
    with pytest.raises(OverrideRequired):
        change(beside, room=house.room(hotel, "201"))
    lifecycle.check_in(early, actor=CLERK)
    with pytest.raises(OverrideRequired):
        change(early, departure=in_days(early, 3))


@pytest.mark.django_db
def test_a_guest_in_house_is_in_the_way(hotel: Property) -> None:
    house.check_in(hotel, "Smith")
    with pytest.raises(OverrideRequired) as question:
        save(hotel, "Jones", 1, 3)
    assert "in house" in str(question.value)


@pytest.mark.django_db
def test_a_check_in_over_reservations_is_asked_about(hotel: Property) -> None:
    save(hotel, "Smith", 1, 4)
    save(hotel, "Jones", 2, 5, override=OVERRIDE_ALL)
    walk_in = house.reserve(hotel, "Brown", number="202", nights=3)
    with pytest.raises(OverrideRequired) as question:
        lifecycle.check_in(walk_in, actor=CLERK, room=house.room(hotel, "201"))
    assert {each.reference for each in question.value.conflicting_stays} == {"R-Smith", "R-Jones"}
    assert Stay.objects.get(pk=walk_in.pk).status == Stay.Status.RESERVED
    lifecycle.check_in(walk_in, actor=CLERK, room=house.room(hotel, "201"), override=OVERRIDE_ALL)
    assert AuditEntry.objects.filter(action="override", subject="stay:R-Brown").exists()


@pytest.mark.django_db
def test_a_move_over_a_reservation_is_asked_about(hotel: Property) -> None:
    save(hotel, "Smith", 1, 4, number="202")
    brown = house.check_in(hotel, "Brown")
    with pytest.raises(OverrideRequired):
        lifecycle.move(brown, house.room(hotel, "202"), actor=CLERK)
    moved = lifecycle.move(brown, house.room(hotel, "202"), actor=CLERK, override=OVERRIDE_ALL)
    assert moved.room == house.room(hotel, "202")


@pytest.mark.django_db
def test_who_shares_is_in_nobodys_way(hotel: Property) -> None:
    alice = save(hotel, "Smith", 0, 4)
    bob = save(hotel, "Jones", 0, 4, sharing=True)
    lifecycle.check_in(alice, actor=CLERK)
    lifecycle.check_in(bob, actor=CLERK)
    assert Stay.objects.get(pk=bob.pk).sharing
    lifecycle.check_out(alice, actor=CLERK)
    with pytest.raises(OverrideRequired):
        save(hotel, "Brown", 1, 3)


# --- dates -----------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("first", "last", "actors"),
    [
        (-2200, 2, [CLERK, PMS]),
        (-2200, -2190, [CLERK, PMS]),
        (-3, -1, [CLERK, PMS]),
        (0, 366, [CLERK, PMS]),
        (3660, 3661, [CLERK, PMS]),
        (-2, 3, [CLERK]),
    ],
    ids=["six-years", "long-over", "over", "long-stay", "far-away", "came-long-ago"],
)
def test_dates_that_are_hardly_meant(
    hotel: Property, first: int, last: int, actors: list[Actor]
) -> None:
    for actor in (CLERK, PMS):
        if actor in actors:
            with pytest.raises(OverrideRequired) as question:
                save(hotel, "Smith", first, last, actor=actor)
            assert question.value.subject == "dates"
    save(hotel, "Smith", first, last, actor=PMS, override=OVERRIDE_ALL)


@pytest.mark.django_db
@pytest.mark.parametrize(("first", "last"), [(-1, 0), (0, 0), (0, 365), (3650, 3651)])
def test_usual_dates(hotel: Property, first: int, last: int) -> None:
    save(hotel, "Smith", first, last)
    assert not AuditEntry.objects.filter(action="override").exists()


@pytest.mark.django_db
def test_who_came_days_ago_may_stay_longer(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    Stay.objects.update(arrival=in_days(stay, -5))
    assert change(stay, departure=in_days(stay, 4)).departure == in_days(stay, 4)
    with pytest.raises(OverrideRequired):
        change(stay, arrival=in_days(stay, -50))


@pytest.mark.django_db
def test_a_stay_that_should_be_over_is_not_checked_in_in_silence(hotel: Property) -> None:
    stay = save(hotel, "Smith", -3, -1, override=OVERRIDE_ALL)
    with pytest.raises(OverrideRequired) as question:
        lifecycle.check_in(stay, actor=CLERK)
    assert question.value.code == "invalid_transition"
    assert "change its departure" in str(question.value)


@pytest.mark.django_db
def test_who_comes_after_midnight_of_his_last_night_is_let_in(hotel: Property) -> None:
    """The departure is today by then, and the next guest of the room arrives today."""
    late = save(hotel, "Smith", -1, 0)
    save(hotel, "Jones", 0, 2)
    assert lifecycle.check_in(late, actor=CLERK).status == Stay.Status.IN_HOUSE


# --- two at once -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_reservations_at_once_for_one_room_are_one(open_hotel: Property) -> None:
    for number in range(5):
        first = number * 2
        results = at_once(
            partial(save, open_hotel, f"Smith{number}", first, first + 2),
            partial(save, open_hotel, f"Jones{number}", first, first + 2),
        )
        asked = [each.code for each in results if isinstance(each, OverrideRequired)]
        assert asked == ["room_occupied"], results


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_both_would_be_made(
    open_hotel: Property, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both look before either writes: the race that the lock cures is real."""
    looked = threading.Barrier(2)
    ask = reservation_checks.check_conflicts

    def both_have_looked(*args: Any) -> None:
        ask(*args)
        looked.wait(10)

    monkeypatch.setattr(reservations, "lock_rooms", lambda rooms: {})
    monkeypatch.setattr(reservation_checks, "check_conflicts", both_have_looked)
    results = at_once(
        partial(save, open_hotel, "Smith", 0, 2), partial(save, open_hotel, "Jones", 0, 2)
    )
    assert not [each for each in results if isinstance(each, Exception)], results
    assert Stay.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_one_reference_made_twice_at_once_is_one_stay(open_hotel: Property) -> None:
    for number in range(5):
        results = at_once(
            partial(save, open_hotel, f"S{number}", number * 2, number * 2 + 2),
            partial(save, open_hotel, f"S{number}", number * 2, number * 2 + 2, number="202"),
        )
        assert not [each for each in results if isinstance(each, Exception)], results
    assert Stay.objects.count() == 5
