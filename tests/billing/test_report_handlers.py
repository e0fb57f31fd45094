"""From reports to folios: what is charged to whom, and what waits for a person."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from billing.calls import rerating
from billing.folio import statement
from billing.models import Call, Charge, MinibarEntry
from hotelpbx.refusals import Refusal
from pbx.models import Report
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from rooms.models import EmergencyCall, Property, Stay
from rooms.operations import attention
from rooms.operations.attention import Decision
from rooms.stays import lifecycle
from tests import house
from tests.house import CLERK, at, yuan

pytestmark = pytest.mark.django_db

NOON = at("2026-05-04 04:00:00")


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice(clock: Any, hotel: Property) -> Stay:
    return house.check_in(hotel, "Smith")


def report(hotel: Property, body: dict[str, Any]) -> Report:
    """Post a report and let it have its effect."""
    assert hotel.pbx is not None
    stored = inbox.store(hotel.pbx, json.dumps(body).encode(), "192.168.5.150")
    process_reports(hotel.pbx)
    stored.refresh_from_db()
    return stored


def cdr(began: datetime, **fields: str) -> dict[str, Any]:
    local = began + timedelta(hours=8)
    return {
        "action": "NewCdr",
        "callid": house.callid(began),
        "timestart": local.strftime("%Y-%m-%d %H:%M:%S"),
        "callfrom": "2201",
        "callto": "90215551234",
        "callduraction": "75",
        "talkduraction": "61",
        "desttrunkname": "SPS",
        "status": "ANSWERED",
        "type": "Outbound",
        **fields,
    }


def keys(infos: str, began: datetime = NOON, extension: str = "2201") -> dict[str, Any]:
    return {
        "action": "DTMF",
        "callid": house.callid(began),
        "call": [{"ext": {"extid": extension}}],
        "infos": infos,
    }


def waiting(hotel: Property) -> list[str]:
    return [item.kind for item in attention.items(hotel)]


def settle(hotel: Property, action: str, **more: Any) -> None:
    (item,) = attention.items(hotel)
    attention.resolve(hotel, item.id, Decision(action=action, actor=CLERK, **more))


# ---- calls ---------------------------------------------------------------------------------


def test_a_guests_call_is_rated_and_charged(hotel: Property, alice: Stay) -> None:
    """61 s: 60 + 6 = 66 s billed; 0.50 + 1.1 × 0.60 = 1.16."""
    report(hotel, cdr(NOON))
    charge = Charge.objects.get()
    assert (charge.stay, charge.amount, charge.type) == (alice, yuan("1.16"), "call")
    assert charge.description == "Call to 0215551234 National (1:01)"
    assert Call.objects.get().billed_seconds == 66


@pytest.mark.parametrize(
    "fields",
    [
        {"type": "Internal", "callto": "2202", "desttrunkname": ""},
        {"type": "Inbound", "callfrom": "0215551234", "callto": "2201"},
        {"talkduraction": "0", "status": "NO ANSWER"},
        {"callfrom": "8000"},
        {"callto": "9110"},
    ],
    ids=["internal", "inbound", "unanswered", "from the desk", "emergency"],
)
def test_what_costs_nothing_makes_no_charge(
    hotel: Property, alice: Stay, fields: dict[str, str]
) -> None:
    report(hotel, cdr(NOON, **fields))
    assert Call.objects.get().rating == "free"
    assert not Charge.objects.exists()
    assert not [kind for kind in waiting(hotel) if kind != "emergency_call"]


def test_every_leg_of_a_call_counts_once(hotel: Property, alice: Stay) -> None:
    leg, transferred = cdr(NOON), cdr(NOON, callto="90107654321", talkduraction="30")
    for body in (leg, transferred, leg, transferred):
        report(hotel, body)
    assert Call.objects.count() == 2
    assert Charge.objects.count() == 2


def test_the_call_goes_to_whoever_held_the_room_when_it_began(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    clock.shift(timedelta(minutes=30))
    lifecycle.check_out(alice, actor=CLERK)
    clock.shift(timedelta(minutes=5))
    bob = house.check_in(hotel, "Jones")
    report(hotel, cdr(NOON + timedelta(minutes=29), callduraction="600", talkduraction="600"))
    report(hotel, cdr(NOON + timedelta(minutes=36)))
    assert [charge.stay for charge in Charge.objects.all()] == [alice, bob]
    assert [charge.late for charge in Charge.objects.all()] == [True, False]


def test_a_call_before_a_move_stays_with_the_guest(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    clock.shift(timedelta(minutes=30))
    lifecycle.move(alice, house.room(hotel, "202"), actor=CLERK)
    report(hotel, cdr(NOON + timedelta(minutes=29)))
    report(hotel, cdr(NOON + timedelta(minutes=31), callfrom="2202"))
    assert {charge.stay for charge in Charge.objects.all()} == {alice}


def test_the_callid_settles_the_hour_that_occurs_twice(hotel: Property, alice: Stay) -> None:
    report(hotel, cdr(NOON, timestart="2026-05-04 03:00:00"))
    assert Call.objects.get().started_at == NOON


def test_a_call_of_nobody_waits_and_is_assigned(hotel: Property, clock: Any) -> None:
    report(hotel, cdr(NOON))
    assert waiting(hotel) == ["unclaimed_call"]
    alice = house.check_in(hotel, "Smith")
    settle(hotel, "assign", stay=alice)
    assert Charge.objects.get().stay == alice
    assert waiting(hotel) == []


def test_an_unrated_call_waits_for_its_tariff(hotel: Property, alice: Stay) -> None:
    report(hotel, cdr(NOON, callto="9777"))
    assert waiting(hotel) == ["unrated_call"]
    with pytest.raises(Refusal) as refusal:
        settle(hotel, "retry")
    assert "9777" in str(refusal.value)
    from billing import tariff_book

    tariff = hotel.tariffs.get()
    tariff.rates.create(prefix="777", price_per_minute="1.00", days=[0, 1, 2, 3, 4, 5, 6])
    tariff_book.mark_changed(hotel)
    assert rerating.rate_unrated(hotel) == 1
    assert waiting(hotel) == []
    assert statement.folio_of(alice).total > 0


def test_a_call_can_be_dismissed_with_a_reason(hotel: Property, alice: Stay) -> None:
    report(hotel, cdr(NOON, callto="9777"))
    with pytest.raises(Refusal) as refusal:
        settle(hotel, "discard")
    assert refusal.value.faults[0].pointer == "/reason"
    settle(hotel, "discard", reason="Test call of the technician")
    assert waiting(hotel) == []
    assert not Charge.objects.exists()


@pytest.mark.parametrize("field", ["talkduraction", "callid"])
def test_a_record_that_cannot_be_charged_is_parked(
    hotel: Property, alice: Stay, field: str
) -> None:
    body = cdr(NOON)
    body[field] = "soon" if field == "talkduraction" else ""
    body["timestart"] = "yesterday" if field == "callid" else body["timestart"]
    assert report(hotel, body).state == "parked"
    assert waiting(hotel) == ["parked_report"]


def test_a_call_for_help_alarms_the_desk_once(hotel: Property, alice: Stay) -> None:
    ring = {
        "action": "RING",
        "callid": house.callid(NOON),
        "call": [
            {"outbound": {"from": "2201", "to": "9110", "trunk": "SPS", "outboundid": "1.1"}},
            {"ext": {"extid": "2201"}},
        ],
    }
    report(hotel, ring)
    report(hotel, {**ring, "action": "ANSWERED"})
    report(hotel, cdr(NOON, callto="9110"))
    call = EmergencyCall.objects.get()
    assert (call.number, call.room) == ("110", house.room(hotel, "201"))
    (item,) = attention.items(hotel)
    assert item.detail == "Emergency number 110 called from room 201, floor 2 (Alice Smith)."
    settle(hotel, "acknowledge")
    assert waiting(hotel) == []


# ---- minibar -------------------------------------------------------------------------------


def test_the_minibar_is_charged_to_the_room_that_dialed(hotel: Property, alice: Stay) -> None:
    report(hotel, keys("778*123456789*2"))
    charge = Charge.objects.get()
    assert (charge.amount, charge.quantity, charge.stay) == (yuan("30.00"), 2, alice)


@pytest.mark.parametrize("infos", ["778*0012*1", "778*0012*01"])
def test_leading_zeros_of_a_product_count(hotel: Property, alice: Stay, infos: str) -> None:
    report(hotel, keys(infos))
    assert Charge.objects.get().amount == yuan("8.00")


@pytest.mark.parametrize(
    ("infos", "extension"),
    [
        ("778*12*1", "2201"),  # leading zeros are missing
        ("778*123456789*0", "2201"),
        ("778*123456789*00", "2201"),
        ("778*123456789*", "2201"),
        ("778*12*3*2", "2201"),
        ("778*1234567890*1", "2201"),
        ("778*123456789*100", "2201"),
        ("778*123456789*1", "2999"),
        ("776*01", "2201"),
        ("777*09", "2201"),
        ("777*01", "2999"),
        ("777*0", "2201"),
        ("77701", "2201"),  # the star was forgotten
        ("7780042", "2201"),
        ("777*01*02", "2201"),  # an older dial plan: a correction, or staff 02?
        ("777*01*", "2201"),
    ],
)
def test_what_is_not_certain_is_parked_never_guessed(
    hotel: Property, alice: Stay, infos: str, extension: str
) -> None:
    stored = report(hotel, keys(infos, extension=extension))
    assert stored.state == "parked"
    assert infos in stored.reason or "code" in stored.reason
    assert waiting(hotel) == ["parked_report"]
    assert not Charge.objects.exists()


def test_a_parked_entry_is_replayed_once_the_product_exists(hotel: Property, alice: Stay) -> None:
    report(hotel, keys("778*55*1"))
    hotel.minibar_products.create(code="55", name="Chips", price="12.00")
    settle(hotel, "replay")
    assert hotel.pbx is not None
    process_reports(hotel.pbx)
    assert Charge.objects.get().description == "Chips"


def test_after_check_out_it_is_a_late_charge_of_who_left(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    """Housekeeping counts after the guest has left (L6049)."""
    clock.shift(timedelta(minutes=30))
    lifecycle.check_out(alice, actor=CLERK)
    clock.shift(timedelta(minutes=10))
    report(hotel, keys("778*123456789*1", NOON + timedelta(minutes=40)))
    charge = Charge.objects.get()
    assert (charge.stay, charge.late) == (alice, True)


def test_soon_after_a_change_of_guests_a_person_decides(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    clock.shift(timedelta(minutes=30))
    lifecycle.check_out(alice, actor=CLERK)
    clock.shift(timedelta(minutes=10))
    bob = house.check_in(hotel, "Jones")
    report(hotel, keys("778*123456789*1", NOON + timedelta(minutes=50)))
    assert not Charge.objects.exists()
    (item,) = attention.items(hotel)
    assert (item.kind, item.suggestions) == ("unclaimed_minibar", (alice, bob))
    settle(hotel, "assign", stay=alice)
    assert Charge.objects.get().stay == alice


def test_in_a_room_that_nobody_had_a_person_decides(hotel: Property, clock: Any) -> None:
    report(hotel, keys("778*123456789*1"))
    assert waiting(hotel) == ["unclaimed_minibar"]
    settle(hotel, "discard", reason="Stock check")
    assert MinibarEntry.objects.get().state == "discarded"


def test_an_entry_repeated_within_a_minute_is_a_repetition(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    report(hotel, keys("778*123456789*1"))
    clock.shift(timedelta(seconds=59))
    report(hotel, keys("778*123456789*1"))
    assert Charge.objects.count() == 1
    assert waiting(hotel) == []


def test_an_entry_repeated_later_is_listed_and_counted_with_one_click(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    report(hotel, keys("778*123456789*1"))
    clock.shift(timedelta(seconds=61))
    report(hotel, keys("778*123456789*1"))
    assert Charge.objects.count() == 1
    assert waiting(hotel) == ["repeated_entry"]
    settle(hotel, "count")
    assert [charge.amount for charge in Charge.objects.all()] == [yuan("15.00")] * 2
    assert waiting(hotel) == []


def test_an_item_keyed_twice_in_a_call_is_a_question_to_a_person(
    hotel: Property, alice: Stay
) -> None:
    """The dial plan marks the second one, so it is no report that came twice."""
    report(hotel, keys("778*123456789*1"))
    report(hotel, keys("778*123456789*1#"))
    assert Charge.objects.count() == 1
    assert waiting(hotel) == ["repeated_entry"]
    settle(hotel, "count")
    assert Charge.objects.count() == 2


def test_a_correction_that_is_taken_back_counts(hotel: Property, alice: Stay) -> None:
    for infos in ("777*01", "777*00", "777*01#"):
        report(hotel, keys(infos))
    assert house.room(hotel, "201").housekeeping_status == "clean"


def test_two_calls_with_the_same_item_are_two_sales(hotel: Property, alice: Stay) -> None:
    report(hotel, keys("778*123456789*1"))
    report(hotel, keys("778*123456789*1", NOON + timedelta(seconds=20)))
    assert Charge.objects.count() == 2


def test_a_code_keyed_into_an_ivr_is_not_meant_for_the_hotel(hotel: Property, alice: Stay) -> None:
    body = keys("778*123456789*1")
    body["call"][0]["ext"]["callpath"] = "6500"
    assert report(hotel, body).state == "ignored"


# ---- housekeeping --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("infos", "status"), [("777*00", "dirty"), ("777*01", "clean"), ("777*02*17", "inspected")]
)
def test_housekeeping_sets_the_status_of_the_room_that_dialed(
    hotel: Property, alice: Stay, infos: str, status: str
) -> None:
    report(hotel, keys(infos))
    room = house.room(hotel, "201")
    assert room.housekeeping_status == status
    assert room.occupancy_status == "occupied", "cleaning never changes occupancy"


def test_where_staff_numbers_are_wanted_a_number_like_a_status_is_one(
    hotel: Property, alice: Stay
) -> None:
    Property.objects.update(staff_number="2")
    assert report(hotel, keys("777*02*01")).state == "processed"
    assert hotel.audit_entries.get(action="room status").after["staff"] == "01"


def test_the_longer_code_is_meant_where_one_begins_the_other(hotel: Property, alice: Stay) -> None:
    Property.objects.update(housekeeping_code="77")
    report(hotel, keys("778*0012*1"))
    assert Charge.objects.get().amount == yuan("8.00")


def test_who_cleaned_is_in_the_audit_trail(hotel: Property, alice: Stay) -> None:
    report(hotel, keys("777*02*17"))
    entry = hotel.audit_entries.get(action="room status")
    assert (entry.actor_kind, entry.actor, entry.after["staff"]) == (
        "phone",
        "2201, staff 17",
        "17",
    )
