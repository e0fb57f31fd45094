"""Attribution: who was where when, what was reported, and whose folio is charged.

Times are of 4 May 2026, UTC. Hotel and PBX are in Shanghai, eight hours ahead,
unless a row says otherwise; a guest's charges may come three hours after check-out.
"""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from billing.models import Call, Charge
from pbx.models import Pbx
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from rooms.models import Occupancy, Phone, Property, Stay
from tests import house

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 5, 4, tzinfo=UTC)
UNCLAIMED, NOBODY = "unclaimed", "nobody"

Report = dict[str, Any]


def clock(text: str) -> datetime:
    """``"12:30:00"`` on the day of the table; 34:00:00 is ten in the morning of the next."""
    hours, minutes, seconds = map(int, text.split(":"))
    return DAY + timedelta(hours=hours, minutes=minutes, seconds=seconds)


def cdr(began: str | datetime, phone: str = "2201", to: str = "90215551234", **more: str) -> Report:
    """A call of 61 s outside: 0.50 + 1.1 × 0.60 = 1.16."""
    instant = clock(began) if isinstance(began, str) else began
    return {
        "action": "NewCdr",
        "callid": f"{int(instant.timestamp())}.7",
        "timestart": f"{instant + timedelta(hours=8):%Y-%m-%d %H:%M:%S}",
        "callfrom": phone,
        "callto": to,
        "callduraction": "75",
        "talkduraction": "61",
        "desttrunkname": "SPS",
        "status": "ANSWERED",
        "type": "Outbound",
        **more,
    }


def with_callid(callid: str, began: str, **more: str) -> Report:
    return {**cdr(began, **more), "callid": callid}


EPOCH = int(clock("12:00:00").timestamp())
A_STAYS = [("A", "201", "10:00:00", None)]
A_LEFT = [("A", "201", "10:00:00", "11:00:00")]
A_THEN_B = [("A", "201", "08:00:00", "11:00:00"), ("B", "201", "11:30:00", None)]
OUT_AND_IN = [("A", "201", "08:00:00", "11:00:00"), ("B", "201", "11:00:00", None)]
A_MOVES = [("A", "201", "08:00:00", "11:00:00"), ("A", "202", "11:00:00", None)]
MOVE_AND_NEXT = [*A_MOVES, ("B", "201", "11:00:01", None)]
SHARED = [("A", "201", "08:00:00", None), ("B", "201", "09:00:00", None)]
SHARED_A_LEFT = [("A", "201", "08:00:00", "10:00:00"), ("B", "201", "09:00:00", None)]
SHARED_BOTH_LEFT = [("A", "201", "08:00:00", "10:00:00"), ("B", "201", "09:00:00", "11:00:00")]
SWAP = [
    ("A", "201", "08:00:00", "11:00:00"),
    ("B", "202", "08:00:00", "11:00:00"),
    ("A", "202", "11:00:00", None),
    ("B", "201", "11:00:00", None),
]
BACK = [
    ("A", "201", "08:00:00", "09:00:00"),
    ("A", "202", "09:00:00", "10:00:00"),
    ("A", "201", "10:00:00", None),
]
TWO_LEFT = [("A", "201", "08:00:00", "10:30:00"), ("B", "201", "10:40:00", "11:00:00")]

# name · (guest, room, since, until) · reports in the order of arrival · whose, for each charge
TABLE: list[tuple[str, Sequence[tuple[str, str, str, str | None]], list[Report], list[str]]] = [
    ("in house", A_STAYS, [cdr("12:00:00")], ["A"]),
    ("the very second of check-in", A_STAYS, [cdr("10:00:00")], ["A"]),
    ("a second before check-in", A_STAYS, [cdr("09:59:59")], [UNCLAIMED]),
    ("a second before check-out", A_LEFT, [cdr("10:59:59")], ["A"]),
    ("the very second of check-out", A_LEFT, [cdr("11:00:00")], ["A"]),
    ("a second after check-out: late", A_LEFT, [cdr("11:00:01")], ["A"]),
    ("the last second of the window", A_LEFT, [cdr("14:00:00")], ["A"]),
    ("a second after the window", A_LEFT, [cdr("14:00:01")], [UNCLAIMED]),
    ("the next day", A_LEFT, [cdr("34:00:00")], [UNCLAIMED]),
    ("nobody ever", [], [cdr("12:00:00")], [UNCLAIMED]),
    ("a room that nobody has, another that somebody has", A_STAYS, [cdr("12:00:00", "2202")],
     [UNCLAIMED]),
    ("before the change of guests", A_THEN_B, [cdr("10:59:00")], ["A"]),
    ("between two guests: who left", A_THEN_B, [cdr("11:15:00")], ["A"]),
    ("a second before the next comes in", A_THEN_B, [cdr("11:29:59")], ["A"]),
    ("the second in which the next comes in", A_THEN_B, [cdr("11:30:00")], ["B"]),
    ("soon after: a call is not asked about", A_THEN_B, [cdr("11:31:00")], ["B"]),
    ("reported after the next came in", A_THEN_B, [cdr("12:00:00"), cdr("10:00:00")], ["B", "A"]),
    ("out and in within one second: who was there", OUT_AND_IN, [cdr("11:00:00")], ["A"]),
    ("out and in, a second later: who came", OUT_AND_IN, [cdr("11:00:01")], ["B"]),
    ("of two who left, the last", TWO_LEFT, [cdr("11:30:00")], ["B"]),
    ("between the two who left", TWO_LEFT, [cdr("10:35:00")], ["A"]),
    ("before a move, the old room", A_MOVES, [cdr("10:59:59")], ["A"]),
    ("the second of a move, the old room", A_MOVES, [cdr("11:00:00")], ["A"]),
    ("the second of a move, the new room", A_MOVES, [cdr("11:00:00", "2202")], ["A"]),
    ("a second before the move, the new room", A_MOVES, [cdr("10:59:59", "2202")], [UNCLAIMED]),
    ("soon after a move, the old room: late", A_MOVES, [cdr("11:10:00")], ["A"]),
    ("after a move, the old room has a new guest", MOVE_AND_NEXT, [cdr("11:00:01")], ["B"]),
    ("the second of a move, a new guest a second later", MOVE_AND_NEXT, [cdr("11:00:00")], ["A"]),
    ("two change rooms: the second itself is the old way", SWAP,
     [cdr("11:00:00"), cdr("11:00:00", "2202")], ["A", "B"]),
    ("two change rooms: the second after", SWAP,
     [cdr("11:00:01"), cdr("11:00:01", "2202")], ["B", "A"]),
    ("moved away and back: while away, the other room", BACK, [cdr("09:30:00", "2202")], ["A"]),
    ("moved away and back: back again", BACK, [cdr("10:30:00")], ["A"]),
    ("shared: whose phone it is since longest", SHARED, [cdr("10:00:00")], ["A"]),
    ("shared, before the second came", SHARED, [cdr("08:30:00")], ["A"]),
    ("shared, the first has left: the other", SHARED_A_LEFT, [cdr("10:00:01")], ["B"]),
    ("shared, the first's last second", SHARED_A_LEFT, [cdr("10:00:00")], ["A"]),
    ("shared, both have left: the last", SHARED_BOTH_LEFT, [cdr("12:00:00")], ["B"]),
    ("the room's second phone", A_STAYS, [cdr("12:00:00", "2211")], ["A"]),
    ("both phones at once", A_STAYS,
     [cdr("12:00:00"), with_callid(f"{EPOCH}.8", "12:00:00", phone="2211")], ["A", "A"]),
    ("a phone in no room", A_STAYS, [cdr("12:00:00", "8000")], [NOBODY]),
    ("a callid without a fraction", A_STAYS, [with_callid(str(EPOCH), "12:00:00")], ["A"]),
    ("a callid that is no time: the PBX's clock tells", A_LEFT,
     [with_callid("SIP-77", "10:30:00")], ["A"]),
    ("a callid that is no time, after the window", A_LEFT,
     [with_callid("SIP-77", "15:00:00")], [UNCLAIMED]),
    ("the callid against the PBX's clock: the callid", A_LEFT,
     [with_callid(f"{EPOCH}.1", "20:00:00")], ["A"]),
    ("the very same twice", A_STAYS, [cdr("12:00:00")] * 2, ["A"]),
    ("the same with another order of keys", A_STAYS,
     [cdr("12:00:00"), dict(reversed(cdr("12:00:00").items()))], ["A"]),
    ("the same without and with sn", A_STAYS,
     [cdr("12:00:00"), cdr("12:00:00", sn="369362089179")], ["A"]),
    ("the same with and without sn", A_STAYS,
     [cdr("12:00:00", sn="369362089179"), cdr("12:00:00")], ["A"]),
    ("the same of two PBXs", A_STAYS,
     [cdr("12:00:00", sn="369362089179"), cdr("12:00:00", sn="369362089180")], ["A", "A"]),
    ("the same in other capitals", A_STAYS,
     [cdr("12:00:00"), cdr("12:00:00", type="OUTBOUND")], ["A"]),
    ("two legs of one call", A_STAYS,
     [cdr("12:00:00"), cdr("12:00:00", to="90107654321")], ["A", "A"]),
    ("two legs alike but for their beginning", A_STAYS,
     [cdr("12:00:00"), cdr("12:00:00", timestart="2026-05-04 20:01:15")], ["A", "A"]),
    ("two legs alike but for their talk", A_STAYS,
     [cdr("12:00:00"), cdr("12:00:00", talkduraction="62")], ["A", "A"]),
    ("a later leg goes by the call's beginning", A_THEN_B,
     [cdr("10:59:00", timestart="2026-05-04 19:40:00")], ["A"]),
    ("legs of two calls in the same second", A_STAYS,
     [cdr("12:00:00"), with_callid(f"{EPOCH}.8", "12:00:00")], ["A", "A"]),
    ("two guests, out of order", A_THEN_B,
     [cdr("12:00:00"), cdr("11:15:00"), cdr("09:00:00")], ["B", "A", "A"]),
    ("nobody answered", A_STAYS, [cdr("12:00:00", talkduraction="0", status="NO ANSWER")], []),
    ("called from outside", A_STAYS,
     [cdr("12:00:00", "0215551234", "2201", type="Inbound", desttrunkname="")], []),
    ("called from another room", A_STAYS,
     [cdr("12:00:00", "2201", "2202", type="Internal", desttrunkname="")], []),
]  # fmt: skip


def prepare(hotel: Property, history: Sequence[tuple[str, str, str, str | None]]) -> None:
    """Write down who held which room, as check-ins, moves and check-outs would have."""
    Phone.objects.create(
        property=hotel, room=house.room(hotel, "201"), extension="2211", position=1
    )
    for guest, number, since, until in history:
        stay = Stay.objects.filter(reference=guest).first()
        stay = stay or house.reserve(hotel, guest, number=number, reference=guest)
        room = house.room(hotel, number)
        there = room.occupancies.filter(until=None).exists()
        left = clock(until) if until else None
        Occupancy.objects.create(
            stay=stay, room=room, since=clock(since), until=left, sharing=there and left is None
        )
        status = Stay.Status.CHECKED_OUT if left else Stay.Status.IN_HOUSE
        Stay.objects.filter(pk=stay.pk).update(status=status)


def send(hotel: Property, reports: list[Report]) -> None:
    assert hotel.pbx is not None
    for report in reports:
        inbox.store(hotel.pbx, json.dumps(report).encode(), "192.168.5.150")
        process_reports(hotel.pbx)


def whose(hotel: Property) -> list[str]:
    """For each leg that costs or should: the folio on which it stands, in the order of arrival."""
    found = []
    for call in Call.objects.filter(property=hotel).order_by("pk"):
        charged = list(Charge.objects.filter(call=call).values_list("stay__reference", flat=True))
        assert len(charged) == (1 if call.stay and call.amount else 0)
        if charged:
            found += charged
        elif call.unclaimed:
            found.append(UNCLAIMED)
        elif call.direction == "outbound" and call.talk_seconds:
            found.append(NOBODY)
    return found


@pytest.mark.parametrize(
    ("history", "reports", "expected"), [pytest.param(*row[1:], id=row[0]) for row in TABLE]
)
def test_a_call_stands_on_the_folio_of_whoever_held_the_phone_when_it_began(
    hotel: Property,
    history: Sequence[tuple[str, str, str, str | None]],
    reports: list[Report],
    expected: list[str],
) -> None:
    prepare(hotel, history)
    send(hotel, reports)
    assert whose(hotel) == expected


BERLIN = ZoneInfo("Europe/Berlin")
# The night of 25 October 2026: 02:30 on the PBX's clock is 00:30 UTC and, again, 01:30 UTC.
FIRST, SECOND = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))
NIGHT = [("A", FIRST - timedelta(hours=5), datetime(2026, 10, 25, 1, tzinfo=UTC)),
         ("B", datetime(2026, 10, 25, 1, 0, 1, tzinfo=UTC), None)]  # fmt: skip
TWICE = [
    ("02:30 the first time", f"{int(FIRST.timestamp())}.1", "A"),
    ("02:30 the second time", f"{int(SECOND.timestamp())}.1", "B"),
    ("02:30, and the callid says nothing: the first time", "SIP-77", "A"),
]


@pytest.mark.parametrize(
    ("callid", "expected"), [pytest.param(*row[1:], id=row[0]) for row in TWICE]
)
def test_the_callid_settles_the_hour_that_the_pbx_s_clock_shows_twice(
    hotel: Property, callid: str, expected: str
) -> None:
    Pbx.objects.filter(property=hotel).update(timezone="Europe/Berlin")
    hotel = Property.objects.select_related("pbx").get(pk=hotel.pk)
    for guest, since, until in NIGHT:
        stay = house.reserve(hotel, guest, reference=guest)
        room = house.room(hotel, "201")
        Occupancy.objects.create(stay=stay, room=room, since=since, until=until)
        Stay.objects.filter(pk=stay.pk).update(status=Stay.Status.IN_HOUSE)
    send(hotel, [{**cdr(FIRST), "callid": callid, "timestart": "2026-10-25 02:30:00"}])
    assert whose(hotel) == [expected]
