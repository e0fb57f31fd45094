"""Callers in every format, and whose call it is: a guest's, a house phone's, or undecided.

Alice is in 201 with the phone 2201; 8000 is the desk's phone.
"""

import json
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from billing.calls import legs
from billing.models import Call, Charge
from pbx import extension_list
from pbx.models import Extension, PbxLink, Report
from pbx.reports.parsing import parse_report
from rooms.models import EmergencyCall, Property, Stay
from rooms.operations import attention
from rooms.phones import assignment
from tests import house
from tests.billing.test_report_handlers import NOON, alice, cdr, clock, keys, report, waiting
from wakeups.outcome.report_handlers import observations_of

__all__ = ["alice", "clock"]

pytestmark = pytest.mark.django_db

LISTED = ("2201", "2202", "2203", "8000")


def listed(hotel: Property, *numbers: str) -> None:
    """The PBX has been asked for its extensions."""
    assert hotel.pbx is not None
    PbxLink.objects.get_or_create(pbx=hotel.pbx)
    extension_list._store(hotel.pbx, set(numbers or LISTED), NOON - timedelta(hours=1))


FORMS = [
    "2201", " 2201 ", "+2201", "Smith Alice<2201>", '"Smith, Alice" <2201>', "2201@192.168.5.150",
    "sip:2201@host;transport=udp", "<sip:2201@192.168.5.150>", "SIP/2201-0000001a",
    "Room 2202<2201>", '"2202" <2201>', "２２０１",
]  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["list known", "list not known"])
@pytest.mark.parametrize("caller", FORMS)
def test_a_guest_pays_however_his_phone_is_written(
    hotel: Property, alice: Stay, caller: str, known: bool
) -> None:
    if known:
        listed(hotel)
    report(hotel, cdr(NOON, callfrom=caller))
    call = Call.objects.get()
    assert (call.extension, call.call_from) == ("2201", caller.strip())
    assert Charge.objects.get().stay == alice


NOBODY_S = ["", "   ", "+", "anonymous", "Smith Alice", "Smith 2201", "Smith<2201", "<8000> <8001>",
            "192.168.5.150", "sip:host", "182837733"]  # fmt: skip


@pytest.mark.parametrize("known", [True, False], ids=["list known", "list not known"])
@pytest.mark.parametrize("caller", NOBODY_S)
def test_a_caller_that_is_no_extension_is_put_before_a_person(
    hotel: Property, alice: Stay, caller: str, known: bool
) -> None:
    if known:
        listed(hotel)
    report(hotel, cdr(NOON, callfrom=caller))
    (item,) = attention.items(hotel)
    assert item.kind == "unclaimed_call"
    assert f'"{caller.strip()}"' in item.detail
    assert not Charge.objects.exists()


@pytest.mark.parametrize("caller", ["8099", "sip:8099@host", "1", "22012202"])
def test_a_number_that_the_pbx_does_not_list_is_put_before_a_person(
    hotel: Property, alice: Stay, caller: str
) -> None:
    listed(hotel)
    report(hotel, cdr(NOON, callfrom=caller))
    assert waiting(hotel) == ["unclaimed_call"]


def test_what_costs_nothing_is_no_question(hotel: Property, alice: Stay) -> None:
    listed(hotel)
    report(hotel, cdr(NOON, callfrom="anonymous", status="BUSY"))
    assert waiting(hotel) == []


LEGS = [
    {"callfrom": "8000"},
    {"callfrom": "8000", "callto": "90107654321", "type": "Transfer", "talkduraction": "30"},
    {"callfrom": "Desk<8000>", "callto": "90101111111", "type": "Callback", "talkduraction": "31"},
]


@pytest.mark.parametrize("known", [True, False], ids=["list known", "list not known"])
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_all_legs_of_a_house_phone_are_the_house_s(
    hotel: Property, alice: Stay, order: tuple[int, ...], known: bool
) -> None:
    if known:
        listed(hotel)
    for place in order:
        report(hotel, cdr(NOON, **LEGS[place]))
    assert {(call.rating, call.extension) for call in Call.objects.all()} == {("free", "8000")}
    assert waiting(hotel) == []
    assert not Charge.objects.exists()


def test_a_later_leg_alone_is_the_house_s_where_the_list_is_known(
    hotel: Property, alice: Stay
) -> None:
    listed(hotel)
    report(hotel, cdr(NOON, **LEGS[1]))
    assert waiting(hotel) == []


def test_a_caller_from_a_trunk_is_no_phone_of_the_house(hotel: Property, alice: Stay) -> None:
    """The branch office has extensions with the same numbers."""
    listed(hotel)
    report(hotel, cdr(NOON, callfrom="8000", srctrunkname="Branch"))
    assert waiting(hotel) == ["unclaimed_call"]


def test_what_was_left_to_the_house_is_looked_at_when_the_list_is_known(
    hotel: Property, alice: Stay
) -> None:
    for minute, caller in enumerate(("8000", "8099")):
        report(hotel, cdr(NOON - timedelta(minutes=minute), callfrom=caller))
    assert waiting(hotel) == []
    assert legs.finalize_doubtful(hotel) == 0, "the list is not known yet"
    listed(hotel)
    legs.finalize_doubtful(hotel)
    (item,) = attention.items(hotel)
    assert '"8099"' in item.detail
    assert not Call.objects.filter(unverified=True).exists()
    assert legs.finalize_doubtful(hotel) == 0


def test_an_extension_that_is_new_on_the_pbx_is_the_house_s_when_the_list_is_read_again(
    hotel: Property, alice: Stay
) -> None:
    listed(hotel)
    report(hotel, cdr(NOON, callfrom="8055"))
    assert waiting(hotel) == ["unclaimed_call"]
    assert PbxLink.objects.get().extensions_wanted, "it is asked for"
    listed(hotel, *LISTED, "8055")
    assert legs.finalize_doubtful(hotel) == 1
    assert waiting(hotel) == []
    assert Call.objects.get().extension == "8055"


def test_an_extension_that_is_gone_had_its_calls(hotel: Property, alice: Stay) -> None:
    listed(hotel)
    assert hotel.pbx is not None
    extension_list._store(hotel.pbx, {"2201", "8001"}, NOON)
    report(hotel, cdr(NOON - timedelta(minutes=1), callfrom="8000"))
    assert waiting(hotel) == []
    report(hotel, cdr(NOON + timedelta(minutes=1), callfrom="8000"))
    assert waiting(hotel) == ["unclaimed_call"]


def test_what_a_person_discarded_stays(hotel: Property, alice: Stay) -> None:
    listed(hotel)
    report(hotel, cdr(NOON, callfrom="8055"))
    Call.objects.update(unclaimed=False, dismissed_reason="Test")
    listed(hotel, *LISTED, "8055")
    assert legs.finalize_doubtful(hotel) == 0
    assert Call.objects.get().extension == ""


@pytest.mark.parametrize("known", [True, False], ids=["list known", "list not known"])
def test_a_phone_that_lost_its_room_was_the_guest_s_when_the_call_began(
    hotel: Property, alice: Stay, clock: Any, known: bool
) -> None:
    if known:
        listed(hotel)
    clock.shift(timedelta(minutes=10))
    assignment.set_phones(hotel, {"201": ["2299"]})
    report(hotel, cdr(NOON + timedelta(minutes=5)))
    assert Charge.objects.get().stay == alice
    report(hotel, cdr(NOON + timedelta(minutes=11)))
    assert waiting(hotel) == []
    assert Charge.objects.count() == 1, "a house phone now"


def test_a_phone_that_went_to_another_room_was_the_guest_s_when_the_call_began(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    bob = house.check_in(hotel, "Jones", number="202")
    clock.shift(timedelta(minutes=10))
    assignment.set_phones(hotel, {"201": ["2299"], "202": ["2202", "2201"]})
    report(hotel, cdr(NOON + timedelta(minutes=5)))
    report(hotel, cdr(NOON + timedelta(minutes=11)))
    charges = {charge.occurred_at: charge.stay for charge in Charge.objects.all()}
    assert charges == {
        NOON + timedelta(minutes=5): alice,
        NOON + timedelta(minutes=11): bob,
    }


def test_a_phone_of_the_house_that_came_into_a_room_was_the_house_s(
    hotel: Property, alice: Stay, clock: Any
) -> None:
    listed(hotel)
    clock.shift(timedelta(minutes=10))
    assignment.set_phones(hotel, {"201": ["2201", "8000"]})
    report(hotel, cdr(NOON + timedelta(minutes=5), callfrom="8000"))
    assert (waiting(hotel), Charge.objects.count()) == ([], 0)
    report(hotel, cdr(NOON + timedelta(minutes=11), callfrom="8000"))
    assert Charge.objects.get().stay == alice


def test_a_minibar_entry_counts_however_its_phone_is_written(hotel: Property, alice: Stay) -> None:
    report(hotel, keys("778*0012*1", extension='"Smith, Alice" <2201>'))
    report(hotel, keys("777*01", NOON + timedelta(minutes=1), extension="sip:2201@host"))
    assert Charge.objects.get().stay == alice
    assert house.room(hotel, "201").housekeeping_status == "clean"


def test_an_inward_and_an_internal_call_stand_with_the_guest(hotel: Property, alice: Stay) -> None:
    inward = {"type": "Inbound", "desttrunkname": "", "srctrunkname": "SPS"}
    report(hotel, cdr(NOON, callfrom="0215551234", callto="sip:2201@host", **inward))
    inside = {"type": "Internal", "desttrunkname": "", "callfrom": "Smith<2201>", "callto": "8000"}
    report(hotel, cdr(NOON + timedelta(minutes=1), **inside))
    assert [call.stay for call in Call.objects.all()] == [alice, alice]


def test_an_emergency_call_names_the_room_however_the_phone_is_written(
    hotel: Property, alice: Stay
) -> None:
    report(hotel, cdr(NOON, callfrom="Smith Alice<2201>", callto="9110"))
    call = EmergencyCall.objects.get()
    assert (call.extension, call.room and call.room.number) == ("2201", "201")


def test_a_changed_extension_has_the_list_read_again(hotel: Property) -> None:
    assert hotel.pbx is not None
    listed(hotel)
    changed = {"action": "ConfigChange", "type": "extension", "extid": "8055", "operation": "add"}
    assert report(hotel, {**changed, "operation": "update"}).state == Report.State.IGNORED
    assert not PbxLink.objects.get().extensions_wanted
    assert report(hotel, changed).state == Report.State.PROCESSED
    assert PbxLink.objects.get().extensions_wanted


def test_a_list_without_extensions_is_none(hotel: Property) -> None:
    assert hotel.pbx is not None
    assert extension_list.is_listed(hotel.pbx, "8000", NOON) is None
    listed(hotel)
    assert extension_list.is_listed(hotel.pbx, "8000", NOON) is True
    assert extension_list.is_listed(hotel.pbx, "8099", NOON) is False
    assert Extension.objects.count() == len(LISTED)


@pytest.mark.parametrize("text", ['"Smith, Alice" <2201>', "sip:2201@host", " 2201"])
def test_evidence_of_a_wake_up_call_names_the_phone_however_it_is_written(text: str) -> None:
    ring = {"action": "RING", "callid": "1.1", "call": [{"ext": {"extid": text}}]}
    state = {"action": "ExtensionStatus", "extension": text, "status": "Ringing"}
    record = cdr(NOON, callfrom=text, callto=text, type="Internal")
    for body in (ring, state, record):
        found = observations_of(parse_report(json.dumps(body).encode()), NOON)
        assert [(extension, sign.other_party) for extension, sign in found] == [("2201", False)]
