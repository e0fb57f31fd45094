"""The desk's pages about wake-up calls: board, wall, paper, log, and lists of many."""

import re
from datetime import datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from frontdesk.guard.seal import Seal
from frontdesk.models import StaffMember
from hotelpbx.clock import now
from rooms.models import AuditEntry, Job, Property, Stay
from rooms.stays import lifecycle, reservations
from rooms.stays.details import StayDetails
from tests import house
from tests.house import CLERK
from tests.wakeups.full_house import in_hours
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import Attempt, ForeignAlarm, Occurrence, WakeUpCall

pytestmark = pytest.mark.django_db

BOARD = "/GRAND/wake-up-calls/"


@pytest.fixture
def smith(hotel: Property) -> Stay:
    stay = house.check_in(hotel, "Smith", number="201")
    return reservations.save_stay(hotel, stay.reference, StayDetails(group="TOUR"), actor=CLERK)[0]


@pytest.fixture
def jones(hotel: Property) -> Stay:
    return house.check_in(hotel, "Jones", number="202")


def promise(stay: Stay, hours: float) -> WakeUpCall:
    due = in_hours(stay.property, hours)
    return calls.create(stay, WakeUpRequest(date=due.date(), time=due.time()), actor=CLERK)


def ended(call: WakeUpCall, state: str, hours_ago: float = 0.5, **more: Any) -> Occurrence:
    """Let the call have been due, and this have come of it."""
    due = now() - timedelta(hours=hours_ago)
    call.occurrences.update(state=state, due_at=due, detail="It was so.", **more)
    WakeUpCall.objects.filter(pk=call.pk).update(status="completed", due_at=None)
    return call.occurrences.get()


def text(clara: Client, address: str, **how: Any) -> str:
    answer = clara.get(address, **how)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def tiles(page: str) -> list[tuple[str, str, str]]:
    """(look, room, words) of every tile."""
    found = re.findall(
        r'<li class="ring ([\w ]+)">.*?class="number"[^>]*>(\w+)<.*?class="state">([^<]+)<',
        page,
        re.DOTALL,
    )
    return [(look, room, words) for look, room, words in found]


# ---- the board -----------------------------------------------------------------------------


def test_the_board_shows_the_next_hours_by_time(
    clara: Client, hotel: Property, smith: Stay, jones: Stay
) -> None:
    promise(jones, 5)
    placed = promise(smith, 3)
    placed.occurrences.update(state="placed")
    page = text(clara, BOARD)
    assert tiles(page) == [
        ("placed", "201", "set"),
        ("placing", "202", "not set yet"),
    ]
    assert f"{in_hours(hotel, 3):%H:%M}" in page


def test_what_is_due_within_a_day_and_not_placed_yet_is_there_too(
    clara: Client, smith: Stay
) -> None:
    call = promise(smith, 23.5)
    assert not call.occurrences.exists()
    assert tiles(text(clara, BOARD)) == [("noted", "201", "noted")]


def test_what_is_due_later_stands_below(clara: Client, smith: Stay) -> None:
    promise(smith, 40)
    page = text(clara, BOARD)
    assert tiles(page) == []
    assert "Later" in page
    assert "Alice Smith" in page


@pytest.mark.parametrize(
    ("state", "tile"),
    [
        ("answered", ("answered", "201", "answered")),
        ("confirmed", ("confirmed", "201", "awake")),
        ("no_answer", ("no_answer", "201", "no answer")),
        ("unknown", ("unknown", "201", "unknown")),
        ("failed", ("failed", "201", "failed")),
        ("ringing", ("ringing", "201", "ringing")),
        ("person", ("person", "201", "call in person")),
    ],
)
def test_each_state_has_its_look_and_its_word(
    clara: Client, smith: Stay, state: str, tile: tuple[str, str, str]
) -> None:
    ended(promise(smith, 3), state)
    assert tiles(text(clara, BOARD)) == [tile]


def test_an_alarm_stays_on_the_board_until_it_is_settled(clara: Client, smith: Stay) -> None:
    occurrence = ended(promise(smith, 3), "no_answer", hours_ago=9)
    assert tiles(text(clara, BOARD)) == [("no_answer", "201", "no answer")]
    occurrence.acknowledged_at = now()
    occurrence.save()
    assert tiles(text(clara, BOARD)) == []


def test_a_withdrawn_alarm_is_no_tile(clara: Client, smith: Stay) -> None:
    calls.cancel(promise(smith, 3), actor=CLERK)
    assert tiles(text(clara, BOARD)) == []


@pytest.mark.parametrize(
    ("query", "rooms"),
    [
        ("", ["201", "202"]),
        ("?floor=2", ["201", "202"]),
        ("?floor=3", []),
        ("?group=TOUR", ["201"]),
        ("?state=open", ["202"]),
        ("?state=alarm", ["201"]),
        ("?state=over", []),
        ("?state=nonsense", ["201", "202"]),
        ("?group=TOUR&state=open", []),
    ],
)
def test_the_board_can_be_narrowed(
    clara: Client, smith: Stay, jones: Stay, query: str, rooms: list[str]
) -> None:
    ended(promise(smith, 3), "no_answer")
    promise(jones, 5)
    page = text(clara, BOARD + query)
    assert [room for _, room, _ in tiles(page)] == rooms
    assert "<b>1</b> wake in person" in page or "floor=3" in query, "counted whatever is shown"


def test_htmx_gets_the_tiles_alone(clara: Client, smith: Stay) -> None:
    promise(smith, 3)
    part = text(clara, BOARD, headers={"HX-Request": "true"})
    assert tiles(part)
    assert "<html" not in part


def test_the_wall_has_no_menu_and_says_how_old_it_is(
    clara: Client, smith: Stay, jones: Stay
) -> None:
    promise(smith, 3)
    ended(promise(jones, 3), "answered")
    page = text(clara, f"{BOARD}?wall=1")
    assert [room for _, room, _ in tiles(page)] == ["201"], "the other is counted"
    assert "<b>1</b> done" in page
    assert 'class="wall"' in page
    assert "Sign out" not in page
    assert re.search(r'class="asof">\d\d:\d\d:\d\d<', page)
    assert 'class="strip' in page, "whether the PBX is there at all"


def test_alarms_that_are_none_of_ours_are_on_the_board_and_on_paper(
    clara: Client, hotel: Property
) -> None:
    for kind, days in (("everyday", ""), ("custom", "15")):
        ForeignAlarm.objects.create(
            property=hotel, extension="2203", time="05:05", type=kind, weekdays=days, seen_at=now()
        )
    for address in (BOARD, f"{BOARD}print/"):
        page = text(clara, address)
        assert "Other alarms on the PBX" in page
        assert "203" in page
        assert "every day" in page
        assert "Mon, Fri" in page


def test_a_full_board_needs_as_many_queries_as_an_empty_one_and_a_few(
    clara: Client,
    hotel: Property,
    smith: Stay,
    jones: Stay,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    clara.get(BOARD, headers={"HX-Request": "true"})
    for stay in (smith, jones):
        for hours in range(2, 20):
            promise(stay, hours)
    with django_assert_max_num_queries(16):
        assert len(tiles(text(clara, BOARD, headers={"HX-Request": "true"}))) == 36


def test_the_paper_has_what_is_to_come_and_boxes_to_tick(
    clara: Client, hotel: Property, smith: Stay, jones: Stay
) -> None:
    promise(jones, 5)
    promise(smith, 3)
    page = text(clara, f"{BOARD}print/")
    rows = re.findall(r"<tr> <td><strong>(\d\d:\d\d)</strong></td> <td><strong>(\d+)<", page)
    assert rows == [(f"{in_hours(hotel, 3):%H:%M}", "201"), (f"{in_hours(hotel, 5):%H:%M}", "202")]
    assert page.count('class="box"') == 4
    assert f"printed at {hotel.local_now():%Y-%m-%d}" in page
    assert "by clara" in page


# ---- the log -------------------------------------------------------------------------------


@pytest.fixture
def past(smith: Stay, jones: Stay) -> None:
    ended(promise(smith, 3), "answered", hours_ago=30)
    occurrence = ended(
        promise(jones, 4),
        "no_answer",
        acknowledged_at=now(),
        acknowledged_by="clara",
        done="knocked",
    )
    Attempt.objects.create(
        occurrence=occurrence, kind="own_call", extension="2202", due_at=now(), result="no_answer"
    )


@pytest.mark.parametrize(
    ("query", "guests"),
    [
        ("", ["Jones", "Smith"]),
        ("?q=201", ["Smith"]),
        ("?q=jon", ["Jones"]),
        ("?q=alice jones", ["Jones"]),
        ("?q=R-Smith", ["Smith"]),
        ("?q=nobody", []),
        ("?q=%00", ["Jones", "Smith"]),
        ("?outcome=no_answer", ["Jones"]),
        ("?outcome=withdrawn", []),
        ("?until=2001-01-01", []),
    ],
)
def test_the_log_is_searched(clara: Client, past: None, query: str, guests: list[str]) -> None:
    page = text(clara, f"{BOARD}log/{query}")
    assert re.findall(r">Alice (\w+)</a>", page) == guests


def test_the_log_tells_every_try_and_who_settled_it(clara: Client, past: None) -> None:
    page = text(clara, f"{BOARD}log/?q=202")
    assert "own call 2202: no answer" in page
    assert "by clara: knocked" in page


def test_the_log_keeps_the_room_in_which_it_rang(
    clara: Client, hotel: Property, smith: Stay
) -> None:
    ended(promise(smith, 3), "answered")
    lifecycle.move(smith, house.room(hotel, "203"), actor=CLERK)
    assert "<td>201 " in text(clara, f"{BOARD}log/")


def test_the_log_is_paged_and_the_search_goes_along(clara: Client, smith: Stay) -> None:
    call = promise(smith, 3)
    occurrence = ended(call, "answered")
    Occurrence.objects.bulk_create(
        Occurrence(
            call=call, room="201", extension="2201", alarm_time="07:00", state="answered",
            due_at=occurrence.due_at - timedelta(days=days), ends_at=occurrence.due_at,
        )
        for days in range(1, 61)
    )  # fmt: skip
    first = text(clara, f"{BOARD}log/?q=smith")
    assert "1 of 2" in first
    assert 'href="?q=smith&page=2"' in first
    assert len(re.findall(r">Alice Smith</a>", text(clara, f"{BOARD}log/?q=smith&page=2"))) == 11


# ---- lists of many -------------------------------------------------------------------------


def tomorrow(hotel: Property) -> str:
    return (hotel.local_now().date() + timedelta(days=1)).isoformat()


def fields(hotel: Property, **more: Any) -> dict[str, Any]:
    usual = {"date": tomorrow(hotel), "recurrence": "once", "repeats": 2, "repeat_interval": 5}
    return {**usual, **more}


def seal_of(page: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found
    return found[1]


def look(clara: Client, hotel: Property, **more: Any) -> str:
    answer = clara.post(f"{BOARD}new/", {**fields(hotel, **more), "guard": str(Seal())})
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def save(clara: Client, page: str, *ticked: str) -> Any:
    data = {"seal": seal_of(page), "entry": list(ticked)}
    return clara.post(f"{BOARD}new/save/", data, follow=True)


def made() -> list[tuple[str, str]]:
    rows = WakeUpCall.objects.order_by("stay__room__number", "time")
    return [(str(call.stay.room), f"{call.time:%H:%M}") for call in rows]


def test_a_pasted_list_is_looked_at_saved_and_each_room_has_its_result(
    clara: Client, hotel: Property, smith: Stay, jones: Stay
) -> None:
    pasted = "Room\tName\tTime\n201\tSmith\t06:30\nRoom 202, 6:45\n203 07:00\n999 07:00\n"
    page = look(clara, hotel, lines=pasted)
    assert "2 calls can be set. Nothing is saved yet." in page
    assert "Room 203 is vacant." in page
    assert "Line 1, “Room\tName\tTime”: It names no room." in page
    assert "Line 5, “999 07:00”: There is no room 999." in page
    assert made() == []
    answer = save(clara, page, "0", "1")
    assert "2 of 2 set." in answer.content.decode()
    assert made() == [("201", "06:30"), ("202", "06:45")]
    assert AuditEntry.objects.filter(action="wake-up call", actor="clara").count() == 2


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("202 630", "Line 2, “202 630”: 630 may be a time or not: write 06:30"),
        ("202 Li 1958", "1958 may be a time or not"),
        ("202 6点左右", "is not said exactly"),
        ("202 06:30 07:00", "It has the times 06:30 and 07:00: write one line for each."),
        ("202", "It has no time, and none is given for all."),
        ("202 tomorrow 06:30", "It says tomorrow, and would ring on"),
        ("202 midnight", "Midnight begins a day and ends one"),
    ],
)
def test_nothing_of_a_list_is_saved_while_the_time_of_a_line_is_not_certain(
    clara: Client, hotel: Property, smith: Stay, jones: Stay, line: str, words: str
) -> None:
    days = {"date": (hotel.local_now().date() + timedelta(days=2)).isoformat()}
    common = "" if line == "202" else "06:00"
    page = look(clara, hotel, lines=f"201 06:30\n{line}", times=common, **days)
    assert words in page
    assert "Nothing can be saved yet" in page
    assert 'name="seal"' not in page
    assert "Save selected" not in page


def test_what_was_read_is_shown_beside_the_line_it_was_read_from(
    clara: Client, hotel: Property, smith: Stay
) -> None:
    page = look(clara, hotel, lines="201 下午3:30", date="")
    assert re.search(r"<strong>\w{3} \d+ \w{3}, 15:30, to(day|morrow)</strong>", page)
    assert "line 1: 201 下午3:30" in page


def test_what_is_not_ticked_is_not_saved(
    clara: Client, hotel: Property, smith: Stay, jones: Stay
) -> None:
    page = look(clara, hotel, rooms="201-203", times="06:30")
    clara.post(f"{BOARD}new/save/", {"seal": seal_of(page), "entry": "1"})
    assert made() == [("202", "06:30")]


def test_what_changed_since_it_was_looked_at_is_told_and_the_others_are_made(
    clara: Client, hotel: Property, smith: Stay, jones: Stay
) -> None:
    page = look(clara, hotel, floor="2", times="06:30")
    lifecycle.check_out(smith, actor=CLERK)
    house.check_in(hotel, "Brown", number="201")
    answer = save(clara, page, "0", "1")
    result = unescape(answer.content.decode())
    assert "1 of 2 set, 1 failed." in result
    assert "06:30 201 Alice Smith" in result
    assert "not in house" in result
    assert made() == [("202", "06:30")], "the next guest of 201 is not woken"


def test_pressed_twice_it_is_saved_once(clara: Client, hotel: Property, smith: Stay) -> None:
    page = look(clara, hotel, group="TOUR", times="06:30, 07:15")
    for _ in range(2):
        clara.post(f"{BOARD}new/save/", {"seal": seal_of(page), "entry": ["0", "1"]})
    assert made() == [("201", "06:30"), ("201", "07:15")]
    assert Job.objects.count() == 1


@pytest.mark.parametrize("seal", ["", "nonsense", "a:b:c"])
def test_a_seal_that_is_not_ours_saves_nothing(clara: Client, hotel: Property, seal: str) -> None:
    answer = clara.post(f"{BOARD}new/save/", {"seal": seal, "entry": "0"}, follow=True)
    assert "preview the list again" in answer.content.decode()
    assert not Job.objects.exists()


def test_a_list_of_another_hotel_saves_nothing_here(
    clara: Client, hotel: Property, smith: Stay, tmp_path: Any
) -> None:
    other = house.build(tmp_path, code="PALACE")
    StaffMember.objects.create(user=User.objects.get(), property=other, role="clerk")
    page = look(clara, hotel, rooms="201", times="06:30")
    clara.post("/PALACE/wake-up-calls/new/save/", {"seal": seal_of(page), "entry": "0"})
    assert not WakeUpCall.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "Choose whom to wake"),
        ({"rooms": "201"}, "Enter a time."),
        ({"rooms": "201", "times": "soon"}, "“SOON” is not a time"),
        ({"rooms": "201", "times": "06:30", "recurrence": "weekdays"}, "Name days among"),
        (
            {"rooms": "201", "times": "06:30", "until": "2099-01-01"},
            "A last day belongs to a recurring call only.",
        ),
        ({"rooms": "201", "times": "06:30", "date": "soon"}, "Enter a valid date."),
        ({"lines": "x\n" * 2001}, "at most 2000 lines"),
    ],
)
def test_what_is_wrong_with_the_whole_is_told_at_the_form(
    clara: Client, hotel: Property, smith: Stay, change: dict[str, Any], words: str
) -> None:
    page = look(clara, hotel, **change)
    assert words in page
    assert 'name="seal"' not in page


def test_one_who_has_such_a_call_already_is_told_before(
    clara: Client, hotel: Property, smith: Stay, jones: Stay
) -> None:
    wake_up = WakeUpRequest(
        date=datetime.fromisoformat(tomorrow(hotel)).date(), time=datetime.min.time()
    )
    calls.create(smith, wake_up, actor=CLERK)
    page = look(clara, hotel, rooms="201-202", times="00:00")
    assert "1 call can be set" in page
    assert "Stay R-Smith has a wake-up call at 00:00 then." in page


def test_a_recurring_list_goes_on_for_each_until_his_departure(
    clara: Client, hotel: Property, smith: Stay, jones: Stay
) -> None:
    days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    page = look(
        clara, hotel, rooms="201, 202", times="06:30", recurrence="weekdays", weekdays=days,
        confirm="on", repeats=3,
    )  # fmt: skip
    clara.post(f"{BOARD}new/save/", {"seal": seal_of(page), "entry": ["0", "1"]})
    found = WakeUpCall.objects.values_list("recurrence", "weekdays", "confirm", "repeats")
    assert list(found) == [("weekdays", days, True, 3)] * 2


def test_a_result_follows_by_htmx_until_it_is_completed(
    clara: Client, hotel: Property, smith: Stay
) -> None:
    page = look(clara, hotel, rooms="201", times="06:30")
    clara.post(f"{BOARD}new/save/", {"seal": seal_of(page), "entry": "0"})
    job = Job.objects.get()
    address = f"{BOARD}lists/{job.pk}/"
    assert "hx-get" not in text(clara, address, headers={"HX-Request": "true"})
    job.state = Job.State.RUNNING
    job.save()
    assert "every 2s" in text(clara, address, headers={"HX-Request": "true"})


def test_a_preview_of_many_costs_no_query_for_each(
    clara: Client,
    hotel: Property,
    smith: Stay,
    jones: Stay,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    times = ", ".join(f"{hour:02}:{minute}" for hour in range(1, 15) for minute in (10, 40))
    clara.get(BOARD)  # the first page of a session also notes that it is used
    with django_assert_max_num_queries(24):
        page = look(clara, hotel, rooms="201-202", times=times)
    assert "56 calls can be set" in page
