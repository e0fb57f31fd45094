"""Check-in, room move and check-out: what changes, which commands are sent, what is refused."""

import pytest

from events.models import Event
from hotelpbx.refusals import Refusal
from pbx.models import Command
from rooms.housekeeping import update_room
from rooms.models import AuditEntry, Occupancy, Property, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import GuestDetails, StayDetails
from tests import house
from tests.house import CLERK

pytestmark = pytest.mark.django_db


def lane(extension: str) -> list[tuple[str, str]]:
    """The commands of an extension, oldest first."""
    return list(
        Command.objects.filter(extension=extension).order_by("pk").values_list("kind", "state")
    )


def test_check_in_occupies_the_room_and_tells_the_phone(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    assert stay.status == Stay.Status.IN_HOUSE
    assert house.room(hotel, "201").occupancy_status == "occupied"
    command = Command.objects.get(extension="2201")
    assert command.payload == {
        "username": "Smith Alice",
        "hasvoicemail": "on",
        "selectoutroute": ["local", "national"],
        "callrestriction": "off",
    }
    assert Event.objects.filter(type="stay.checked_in").count() == 1
    assert AuditEntry.objects.filter(action="check-in", actor="clara").count() == 1


def test_check_in_repeated_changes_nothing(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    again = lifecycle.check_in(stay, actor=CLERK, room=house.room(hotel, "201"))
    assert again.room == house.room(hotel, "201")
    assert Command.objects.count() == 1
    assert Event.objects.filter(type="stay.checked_in").count() == 1


def test_check_in_repeated_with_another_room_or_class_is_refused(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    barred = hotel.classes_of_service.get(name="barred")
    for wanted in ({"room": house.room(hotel, "202")}, {"class_of_service": barred}):
        with pytest.raises(Refusal) as refusal:
            lifecycle.check_in(stay, actor=CLERK, **wanted)
        assert refusal.value.code == "invalid_transition"
    assert Command.objects.count() == 1


def test_what_is_cancelled_is_no_no_show(hotel: Property) -> None:
    stay = lifecycle.cancel(house.reserve(hotel, "Smith"), actor=CLERK)
    with pytest.raises(Refusal) as refusal:
        lifecycle.no_show(stay, actor=CLERK)
    assert str(refusal.value) == "Stay R-Smith is cancelled and cannot be marked as a no-show."


def test_an_occupied_room_is_refused_unless_it_is_shared(hotel: Property) -> None:
    alice = house.check_in(hotel, "Smith")
    bob = house.reserve(hotel, "Jones")
    with pytest.raises(Refusal) as refusal:
        lifecycle.check_in(bob, actor=CLERK)
    assert refusal.value.code == "room_occupied"
    assert Stay.objects.get(pk=bob.pk).status == Stay.Status.RESERVED
    lifecycle.check_in(bob, actor=CLERK, sharing=True)
    assert Command.objects.count() == 1, "the second guest leaves the phone alone"
    assert set(Occupancy.objects.filter(until=None).values_list("stay", flat=True)) == {
        alice.pk,
        bob.pk,
    }


@pytest.mark.parametrize(
    ("axes", "code"),
    [
        ({"housekeeping_status": "dirty"}, "room_not_ready"),
        ({"housekeeping_status": "pickup"}, "room_not_ready"),
        ({"availability_status": "out_of_order"}, "room_out_of_order"),
    ],
)
def test_a_room_that_is_not_fit_is_refused(
    hotel: Property, axes: dict[str, str], code: str
) -> None:
    update_room(house.room(hotel, "201"), actor=CLERK, expected_version=None, **axes)
    stay = house.reserve(hotel, "Smith")
    with pytest.raises(Refusal) as refusal:
        lifecycle.check_in(stay, actor=CLERK)
    assert refusal.value.code == code
    assert not Command.objects.exists()


def test_a_clerk_may_accept_a_dirty_room_and_that_is_recorded(hotel: Property) -> None:
    update_room(house.room(hotel, "201"), actor=CLERK, housekeeping_status="dirty")
    stay = house.reserve(hotel, "Smith")
    lifecycle.check_in(stay, actor=CLERK, accept_dirty=True)
    entry = AuditEntry.objects.get(action="check-in")
    assert entry.after["accepted_dirty"] is True


def test_check_out_wipes_the_phone_and_leaves_a_dirty_room(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    lifecycle.check_out(stay, actor=CLERK)
    room = house.room(hotel, "201")
    assert (room.occupancy_status, room.housekeeping_status) == ("vacant", "dirty")
    kinds = [kind for kind, _ in lane("2201")]
    assert kinds == ["configure", "check_out", "configure"]
    reset = Command.objects.order_by("pk").last()
    assert reset is not None
    assert reset.payload["dnd"] == "off"
    assert reset.payload["alwaysforward"] == "off"


def test_check_out_repeated_changes_nothing(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    lifecycle.check_out(stay, actor=CLERK)
    before = Command.objects.count()
    lifecycle.check_out(stay, actor=CLERK)
    assert Command.objects.count() == before
    assert Event.objects.filter(type="stay.checked_out").count() == 1


def test_one_of_two_who_share_leaves_and_the_phone_stays(hotel: Property) -> None:
    alice = house.check_in(hotel, "Smith")
    bob = house.check_in(hotel, "Jones", sharing=True)
    lifecycle.check_out(bob, actor=CLERK)
    assert lane("2201") == [("configure", "waiting")]
    assert house.room(hotel, "201").occupancy_status == "occupied"
    lifecycle.check_out(alice, actor=CLERK)
    assert [kind for kind, _ in lane("2201")] == ["configure", "check_out", "configure"]


def test_when_the_main_guest_leaves_the_other_gets_the_phone(hotel: Property) -> None:
    alice = house.check_in(hotel, "Smith")
    house.check_in(hotel, "Jones", sharing=True)
    lifecycle.check_out(alice, actor=CLERK)
    last = Command.objects.order_by("pk").last()
    assert last is not None
    assert last.payload["username"] == "Jones Alice"
    assert not Command.objects.filter(kind="check_out").exists()


def test_a_move_takes_the_phone_along_and_wipes_the_old_one(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    update_room(house.room(hotel, "201"), actor=CLERK, service_request="do_not_disturb")
    lifecycle.move(stay, house.room(hotel, "202"), actor=CLERK)
    old, new = house.room(hotel, "201"), house.room(hotel, "202")
    assert (old.occupancy_status, old.housekeeping_status, old.service_request) == (
        "vacant",
        "dirty",
        "none",
    )
    assert (new.occupancy_status, new.service_request) == ("occupied", "do_not_disturb")
    assert [kind for kind, state in lane("2201") if state == "waiting"] == [
        "configure",
        "look",
        "check_out",
        "configure",
    ]
    told = Command.objects.get(extension="2202").payload
    assert (told["username"], told["dnd"]) == ("Smith Alice", "on")


def test_do_not_disturb_of_the_old_phone_follows_when_it_was_read(hotel: Property) -> None:
    from pbx import outbox

    stay = house.check_in(hotel, "Smith")
    lifecycle.move(stay, house.room(hotel, "202"), actor=CLERK)
    look = Command.objects.get(kind="look")
    look.result = {"dnd": "on", "voicemail": [{"from": "8000", "seconds": 12}]}
    outbox.finish(look, Command.State.DONE)
    last = Command.objects.filter(extension="2202").order_by("pk").last()
    assert last is not None
    assert last.payload["dnd"] == "on"
    assert AuditEntry.objects.get(action="voicemail left behind").after["messages"]


def test_a_move_into_an_occupied_room_is_refused(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    house.check_in(hotel, "Jones", number="202")
    with pytest.raises(Refusal) as refusal:
        lifecycle.move(stay, house.room(hotel, "202"), actor=CLERK)
    assert refusal.value.code == "room_occupied"


def test_a_guest_who_is_not_in_house_cannot_leave_or_move(hotel: Property) -> None:
    stay = house.reserve(hotel, "Smith")
    with pytest.raises(Refusal) as refusal:
        lifecycle.check_out(stay, actor=CLERK)
    assert refusal.value.code == "stay_not_in_house"
    with pytest.raises(Refusal) as refusal:
        lifecycle.move(stay, house.room(hotel, "202"), actor=CLERK)
    assert refusal.value.code == "stay_not_in_house"


def test_a_guest_who_left_cannot_come_in_again(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    lifecycle.check_out(stay, actor=CLERK)
    with pytest.raises(Refusal) as refusal:
        lifecycle.check_in(stay, actor=CLERK)
    assert refusal.value.code == "invalid_transition"


def test_cancel_and_no_show_only_from_a_reservation(hotel: Property) -> None:
    reserved = house.reserve(hotel, "Smith")
    assert lifecycle.cancel(reserved, actor=CLERK).status == Stay.Status.CANCELLED
    assert lifecycle.cancel(reserved, actor=CLERK).status == Stay.Status.CANCELLED
    in_house = house.check_in(hotel, "Jones")
    with pytest.raises(Refusal) as refusal:
        lifecycle.no_show(in_house, actor=CLERK)
    assert refusal.value.code == "invalid_transition"


def test_a_changed_name_goes_to_the_phone_and_nothing_else_does(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    details = StayDetails(guests=[GuestDetails("Smythe", "Alice")])
    reservations.save_stay(hotel, stay.reference, details, actor=CLERK)
    waiting = Command.objects.get(state="waiting")
    assert waiting.payload["username"] == "Smythe Alice"
    assert Command.objects.filter(state="superseded").count() == 1
    reservations.save_stay(hotel, stay.reference, StayDetails(notes="late riser"), actor=CLERK)
    assert Command.objects.filter(state="waiting").get() == waiting


def test_a_stay_in_house_is_moved_not_rebooked(hotel: Property) -> None:
    stay = house.check_in(hotel, "Smith")
    with pytest.raises(Refusal) as refusal:
        reservations.save_stay(
            hotel, stay.reference, StayDetails(room=house.room(hotel, "202")), actor=CLERK
        )
    assert refusal.value.code == "invalid_transition"


def test_the_departure_is_not_before_the_arrival(hotel: Property) -> None:
    with pytest.raises(Refusal) as refusal:
        house.reserve(hotel, "Smith", nights=-1)
    assert refusal.value.faults[0].pointer == "/departure"
    assert not Stay.objects.exists()
