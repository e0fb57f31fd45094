"""Transfers and forwards: the phone that caused an outbound leg is charged (L5316-L5413, T8).

Alice is in 201 with the phone 2201, Bob in 202 with 2202, nobody in 203 with 2203; 8000 is the
desk's phone. 182837733 calls from outside. All reports of a row have one ``callid``.
"""

from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from billing.calls import charging
from billing.models import Call, Charge
from hotelpbx.refusals import Refusal
from pbx.reports.processing import process_reports
from rooms.models import Occupancy, Property, Stay
from rooms.operations import attention
from rooms.operations.attention import Decision
from tests import house
from tests.billing.calls.test_attribution import NOBODY, UNCLAIMED, cdr, clock, send, whose
from tests.house import CLERK

pytestmark = pytest.mark.django_db

NOON = clock("12:00:00")
CALLER = "182837733"
ALICE, BOB = "Alice", "Bob"

Report = dict[str, Any]


def leg(kind: str, source: str, target: str, **more: str) -> Report:
    """A call record: ``in`` from outside, ``inside``, ``out``, ``transfer`` by a trunk."""
    trunks = {
        "in": {"type": "Inbound", "desttrunkname": "", "srctrunkname": "SPS"},
        "inside": {"type": "Internal", "desttrunkname": ""},
        "out": {"type": "Outbound"},
        "through": {"type": "Outbound", "srctrunkname": "SPS"},
        "transfer": {"type": "Transfer"},
    }
    return cdr(NOON, source, target, **trunks[kind], **more)


def tranfer(*parties: dict[str, Any]) -> Report:
    return {"action": "Tranfer", "callid": cdr(NOON)["callid"], "call": list(parties)}


def ext(number: str) -> dict[str, Any]:
    return {"ext": {"extid": number}}


def inbound(to: str) -> dict[str, Any]:
    return {"inbound": {"from": CALLER, "to": to, "trunk": "SPS", "inboundid": "1.1"}}


def outbound(by: str, to: str) -> dict[str, Any]:
    return {"outbound": {"from": by, "to": to, "trunk": "SPS", "outboundid": "1.2"}}


OUT = "90215551234"
FROM_ALICE = "90107654321"

# name · reports of one call · whose folio, for each leg outside in the order of arrival
TABLE: list[tuple[str, list[Report], list[str]]] = [
    # An outside caller is put through to the outside.
    ("transferred, the phone is named", [
        tranfer(inbound("2201")), leg("in", CALLER, "2201"), leg("through", CALLER, OUT)], [ALICE]),
    ("transferred, only its legs tell", [
        leg("in", CALLER, "2201"), leg("transfer", CALLER, OUT)], [ALICE]),
    ("transferred, the leg outside says no source", [
        leg("in", CALLER, "2201"), leg("out", CALLER, OUT)], [ALICE]),
    ("transferred, no trunk is named, and the number is longer than any extension", [
        leg("in", CALLER, "2201"), leg("transfer", CALLER, OUT, desttrunkname="")], [ALICE]),
    ("transferred to another room", [
        leg("in", CALLER, "2201"), leg("transfer", CALLER, "2202", desttrunkname="")], []),
    ("called by a number of the hotel, the leg tells the phone", [
        tranfer(inbound("0215550000")), leg("in", CALLER, "2202"), leg("through", CALLER, OUT)],
        [BOB]),
    ("called by a number of the hotel, and no leg tells", [
        tranfer(inbound("0215550000")), leg("through", CALLER, OUT)], [UNCLAIMED]),
    ("rang at two phones", [
        leg("in", CALLER, "2201", talkduraction="0", status="NO ANSWER"),
        leg("in", CALLER, "2202"), leg("through", CALLER, OUT)], [UNCLAIMED]),
    ("rang at two phones, the phone is named beside the trunk", [
        tranfer(ext("2202"), inbound("0215550000")),
        leg("in", CALLER, "2201"), leg("in", CALLER, "2202"), leg("through", CALLER, OUT)], [BOB]),
    ("transferred by the desk", [
        leg("in", CALLER, "8000"), leg("through", CALLER, OUT)], [NOBODY]),
    ("nothing tells", [leg("through", CALLER, OUT)], [UNCLAIMED]),
    ("nothing tells, its record calls it a transfer", [leg("transfer", CALLER, OUT)], [UNCLAIMED]),
    ("through the phone of a room that nobody has", [
        leg("in", CALLER, "2203"), leg("through", CALLER, OUT)], [UNCLAIMED]),
    # A guest's own outside call is put through to another one outside.
    ("both ends outside, by whom the one was called", [
        leg("out", "2201", FROM_ALICE), leg("transfer", FROM_ALICE, OUT)], [ALICE, ALICE]),
    ("the called end comes without the outside line's digit", [
        leg("out", "2201", FROM_ALICE), leg("through", FROM_ALICE[1:], OUT)], [ALICE, ALICE]),
    ("the outside call and its transfer are reported", [
        tranfer(outbound("2201", FROM_ALICE)),
        leg("out", "2201", FROM_ALICE), leg("transfer", FROM_ALICE, OUT)], [ALICE, ALICE]),
    # Between internal phones: the first named transfers.
    ("the caller transfers the called", [
        tranfer(ext("2201"), ext("2202")),
        leg("inside", "2201", "2202"), leg("out", "2202", OUT)], [ALICE]),
    ("the called transfers the caller", [
        tranfer(ext("2202"), ext("2201")),
        leg("inside", "2201", "2202"), leg("out", "2201", OUT)], [BOB]),
    ("the leg outside names who transfers", [
        tranfer(ext("2202"), ext("2201")),
        leg("inside", "2201", "2202"), leg("out", "2202", OUT)], [BOB]),
    ("the desk transfers a guest", [
        tranfer(ext("8000"), ext("2201")),
        leg("inside", "2201", "8000"), leg("out", "2201", OUT)], [NOBODY]),
    ("a guest transfers the desk", [
        tranfer(ext("2201"), ext("8000")),
        leg("inside", "2201", "8000"), leg("out", "8000", OUT)], [ALICE]),
    # Forwarding: the report names the caller, not the phone that forwards.
    ("forwarded: who was called pays", [
        tranfer(ext("2201")), leg("inside", "2201", "2202", talkduraction="0"),
        leg("out", "2201", OUT)], [BOB]),
    ("forwarded, called by the desk", [
        tranfer(ext("8000")), leg("inside", "8000", "2202", talkduraction="0"),
        leg("out", "8000", OUT)], [BOB]),
    ("forwarded, and no leg tells by whom", [
        tranfer(ext("2201")), leg("out", "2201", OUT)], [UNCLAIMED]),
    ("forwarded from outside", [
        tranfer(inbound("2202")), leg("in", CALLER, "2202", talkduraction="0"),
        leg("through", CALLER, OUT)], [BOB]),
    ("forwarded, the record itself names the phone", [
        leg("inside", "2201", "2202", talkduraction="0"), leg("out", "2202", OUT)], [BOB]),
    # No transfer at all.
    ("dialed by hand, then a call inside", [
        leg("out", "2201", OUT), leg("inside", "2201", "2202")], [ALICE]),
    ("of two who transferred, the one named as caller", [
        tranfer(ext("2201"), ext("2202")), tranfer(ext("2202"), ext("8000")),
        leg("out", "2201", OUT)], [ALICE]),
    ("two transferred, and the caller was neither", [
        tranfer(ext("2201"), ext("2202")), tranfer(ext("2202"), ext("2201")),
        leg("through", CALLER, OUT)], [UNCLAIMED]),
]  # fmt: skip


@pytest.fixture
def guests(hotel: Property) -> dict[str, Stay]:
    found = {}
    for name, number in ((ALICE, "201"), (BOB, "202")):
        stay = house.reserve(hotel, name, number=number, reference=name)
        began = NOON - timedelta(hours=1)
        Occupancy.objects.create(stay=stay, room=house.room(hotel, number), since=began)
        Stay.objects.filter(pk=stay.pk).update(status=Stay.Status.IN_HOUSE)
        found[name] = Stay.objects.get(pk=stay.pk)
    return found


@pytest.mark.parametrize(
    ("reports", "expected"), [pytest.param(*row[1:], id=row[0]) for row in TABLE]
)
def test_who_caused_a_leg_outside_pays_for_it(
    hotel: Property, guests: dict[str, Stay], reports: list[Report], expected: list[str]
) -> None:
    send(hotel, reports)
    assert whose(hotel) == expected
    assert Call.objects.count() == sum(each["action"] == "NewCdr" for each in reports)


ORDERS = [
    tranfer(inbound("0215550000")),
    leg("in", CALLER, "2201"),
    leg("through", CALLER, OUT),
]


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_order_in_which_its_reports_come_changes_nothing(
    hotel: Property, guests: dict[str, Stay], order: tuple[int, ...]
) -> None:
    send(hotel, [ORDERS[place] for place in order])
    assert whose(hotel) == [ALICE]
    assert Charge.objects.count() == 1
    assert not attention.items(hotel)


def test_a_leg_first_put_before_a_person_is_charged_when_the_other_leg_comes(
    hotel: Property, guests: dict[str, Stay]
) -> None:
    send(hotel, [leg("out", CALLER, OUT)])
    assert whose(hotel) == [UNCLAIMED]
    send(hotel, [leg("in", CALLER, "2202")])
    assert whose(hotel) == [BOB]


def test_what_cannot_be_told_is_put_before_a_person(
    hotel: Property, guests: dict[str, Stay]
) -> None:
    send(hotel, [tranfer(ext("2201")), leg("out", "2201", OUT)])
    (item,) = attention.items(hotel)
    assert item.kind == "unclaimed_call"
    assert "the phone is not known" in item.detail
    assert item.suggestions == (guests[ALICE],), "the one room that took part"
    attention.resolve(hotel, item.id, Decision("assign", actor=CLERK, stay=guests[BOB]))
    assert whose(hotel) == [BOB]


def test_what_a_person_has_decided_stays(hotel: Property, guests: dict[str, Stay]) -> None:
    through = leg("through", CALLER, OUT)
    send(hotel, [through])
    charging.dismiss(Call.objects.get(), "Test call of the technician")
    send(hotel, [leg("in", CALLER, "2201"), tranfer(inbound("2201"))])
    assert not Charge.objects.exists()
    with pytest.raises(Refusal):
        charging.assign_to_stay(Call.objects.get(direction="outbound"), guests[ALICE])


def test_a_report_of_a_transfer_that_comes_after_the_bill_changes_nothing(
    hotel: Property, guests: dict[str, Stay]
) -> None:
    send(hotel, [leg("out", "2201", OUT), tranfer(ext("2202"), ext("2201"))])
    assert whose(hotel) == [ALICE]
    assert hotel.pbx is not None
    assert process_reports(hotel.pbx) == 0
