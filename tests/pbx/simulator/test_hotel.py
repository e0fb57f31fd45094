"""The simulated PBX's hotel functions: alarms, check-out, voicemail, call records."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine

from pbx.simulator import Simulator
from pbx.simulator.alarms import next_ring
from pbx.simulator.clock import Clock
from pbx.simulator.server import Settings
from tests.pbx.client.scripted import example
from tests.pbx.simulator.simulated import SUCCESS, Caller, failed, shape

PERIOD = {"starttime": "2018-11-07 00:00:00", "endtime": "2099-02-18 23:59:59"}


@pytest.fixture
def house() -> Iterator[Caller]:
    """A client that is logged in."""
    numbers = ["1000", "1001", "4000", "4003"]
    with Simulator(Settings(port=0, extensions=numbers)) as simulator:
        caller = Caller(simulator)
        caller.login()
        yield caller


def create(house: Caller, extid: str = "1000", **alarm: str) -> dict[str, Any]:
    wanted = {"time": "06:30", "type": "onetime", "repeats": "1", **alarm}
    return house.ask("wakeupcall/create", {"extid": extid, "wakeup": [wanted]})


def alarms(house: Caller, extid: str = "1000") -> list[dict[str, str]]:
    answer = house.ask("wakeupcall/query", {"extid": extid})
    found: list[dict[str, str]] = answer["wakeups"][0]["wakeup"] if "wakeups" in answer else []
    return found


def download(house: Caller, link: dict[str, str], **other: str) -> Any:
    query = {name: value for name, value in link.items() if name != "status"}
    return house.raw("GET", "cdr/download", params={**query, "token": house.token, **other})


def test_the_alarms_of_the_manual_are_set_and_shown_as_there(house: Caller) -> None:
    answer = house.ask("wakeupcall/create", example("wakeupcall-create-request.json"))
    assert answer == example("wakeupcall-create-response.json")
    sundays = {"time": "12:45", "type": "custom", "weekdays": "0"}
    assert create(house, **sundays, repeats="3", repeatinterval="5") == SUCCESS
    shown = house.ask("wakeupcall/query", example("wakeupcall-query-request.json"))
    assert shown == example("wakeupcall-query-response.repaired.json")


def test_one_request_sets_an_alarm_on_several_phones(house: Caller) -> None:
    request = example("wakeupcall-create-multi-extension-request.json")
    assert house.ask("wakeupcall/create", request) == SUCCESS
    assert [len(alarms(house, extid)) for extid in ("1000", "1001", "4000")] == [1, 1, 0]


def test_only_the_first_alarm_of_the_list_is_set(house: Caller) -> None:
    wanted = [{"time": time, "type": "onetime", "repeats": "1"} for time in ("06:30", "07:30")]
    assert house.ask("wakeupcall/create", {"extid": "1000", "wakeup": wanted}) == SUCCESS
    assert [alarm["time"] for alarm in alarms(house)] == ["06:30"]


def test_a_phone_without_alarms_answers_with_the_status_only(house: Caller) -> None:
    assert house.ask("wakeupcall/query", {"extid": "1000"}) == SUCCESS


def test_an_alarm_that_is_there_already_is_set_on_none_of_the_phones(house: Caller) -> None:
    create(house, "1001")
    assert create(house, "1000,1001") == failed("10022")
    assert alarms(house, "1000") == []
    assert create(house, "1001", type="everyday") == SUCCESS


@pytest.mark.parametrize(
    "alarm",
    [
        {"time": "24:00"},
        {"time": "6:30"},
        {"type": "yearly"},
        {"repeats": "4"},
        {"repeats": ""},
        {"repeatinterval": "0"},
        {"type": "custom"},
        {"type": "custom", "weekdays": "7"},
    ],
)
def test_an_impossible_alarm_is_refused(house: Caller, alarm: dict[str, str]) -> None:
    assert create(house, **alarm) == failed("10020")
    assert alarms(house) == []


def test_an_alarm_of_nobody_or_of_nothing_is_refused(house: Caller) -> None:
    assert create(house, "9999") == failed("10006")
    assert house.ask("wakeupcall/create", {"extid": "1000"}) == failed("10004")


def test_an_alarm_is_changed_and_keeps_its_id(house: Caller) -> None:
    create(house)
    create(house, time="08:00")
    answer = house.ask("wakeupcall/update", example("wakeupcall-update-request.json"))
    assert answer == example("wakeupcall-update-response.json")
    shown = [(alarm["wakeupid"], alarm["time"]) for alarm in alarms(house)]
    assert shown == [("1", "11:00"), ("2", "08:00")]


def test_changing_an_alarm_that_is_gone_is_refused(house: Caller) -> None:
    assert house.ask("wakeupcall/update", example("wakeupcall-update-request.json")) == (
        failed("10021")
    )


def test_named_alarms_are_deleted_and_others_stay(house: Caller) -> None:
    for time in ("06:00", "07:00", "08:00"):
        create(house, time=time)
    answer = house.ask("wakeupcall/delete", example("wakeupcall-delete-one-request.json"))
    assert answer == example("wakeupcall-delete-response.json")
    assert house.ask("wakeupcall/delete", {"extid": "1000", "wakeupid": "1"}) == failed("10021")
    assert [alarm["wakeupid"] for alarm in alarms(house)] == ["2", "3"]
    assert house.ask("wakeupcall/delete", {"extid": "1000", "wakeupid": "2,3"}) == SUCCESS
    assert alarms(house) == []


@pytest.mark.parametrize("more", [{}, {"time": "06:30"}])
def test_a_delete_without_id_deletes_all_alarms_of_the_phone(
    house: Caller, more: dict[str, str]
) -> None:
    create(house, "1000,1001")
    create(house, time="07:00")
    assert house.ask("wakeupcall/delete", {"extid": "1000", **more}) == SUCCESS
    assert [len(alarms(house, extid)) for extid in ("1000", "1001")] == [0, 1]


def test_a_check_out_wipes_four_things_and_no_other(house: Caller) -> None:
    stays = {"dnd": "on", "vmsecret": "4711", "callrestriction": "on", "mobile": "49155"}
    for extid in ("4000", "4003", "1000"):
        house.ask(
            "extension/update",
            {"extid": extid, "username": "Alice", "selectoutroute": "local", **stays},
        )
        create(house, extid)
        house.act("leave-message", extension=extid, sender="1001")
    answer = house.ask("hotel/checkout", example("hotel-checkout-multi-request.json"))
    assert answer == example("hotel-checkout-response.json")
    for extid in ("4000", "4003"):
        phone = house.phone(extid)
        wiped = phone["name"], phone["routes"], phone["alarms"], phone["messages"]
        assert wiped == (extid, [], [], [])
        [shown] = house.ask("extension/query", {"extid": extid})["extinfos"]
        left = {name.replace("mobile", "moblie"): value for name, value in stays.items()}
        assert left.items() <= shown.items()
    assert house.phone("1000")["name"] == "Alice"
    assert len(alarms(house, "1000")) == 1


def test_a_check_out_with_an_unknown_phone_wipes_none(house: Caller) -> None:
    create(house, "4000")
    assert house.ask("hotel/checkout", {"extid": "4000,9999"}) == failed("10006")
    assert len(alarms(house, "4000")) == 1


def test_voicemail_is_shown_as_in_the_manual(house: Caller) -> None:
    assert house.ask("voicemail/query", example("voicemail-query-request.json")) == SUCCESS
    for _ in range(2):
        house.act("leave-message", extension="1000", sender="4000")
    answer = house.ask("voicemail/query", example("voicemail-query-request.json"))
    assert shape(answer) == shape(example("voicemail-query-response.repaired.json"))
    assert house.ask("voicemail/query") == answer


def test_messages_are_deleted_by_file_and_status(house: Caller) -> None:
    for _ in range(2):
        house.act("leave-message", extension="1000")
    read = example("voicemail-delete-request.json")
    assert house.ask("voicemail/delete", read) == failed("20018")
    assert house.ask("voicemail/delete", {**read, "voicemailstatus": "new"}) == failed("20016")
    assert house.ask("voicemail/delete", {**read, "voicemailstatus": "unread"}) == (
        example("voicemail-delete-response.json")
    )
    assert house.phone("1000")["messages"] == ["msg0001.wav"]
    house.act("leave-message", extension="1000")
    assert sorted(house.phone("1000")["messages"]) == ["msg0000.wav", "msg0001.wav"]
    everything = {"extid": "1000", "voicemailfile": "all", "voicemailstatus": "all"}
    assert house.ask("voicemail/delete", everything) == SUCCESS
    assert house.phone("1000")["messages"] == []


def test_a_link_to_records_works_once(house: Caller) -> None:
    house.act("call-inside", extension="1000", to="1001", talk=10)
    link = house.ask("cdr/get_random", {"extid": "all", **PERIOD})
    assert shape(link) == shape(example("cdr-get-random-response.json"))
    first = download(house, link)
    assert first.headers["Content-Type"].startswith("text/csv")
    [row] = csv.DictReader(io.StringIO(first.text))
    assert (row["callfrom"], row["callto"], row["talkduraction"]) == ("1000", "1001", "10")
    assert list(row) == [
        "callid", "timestart", "callfrom", "callto", "callduraction", "talkduraction",
        "srctrunkname", "dsttrunkname", "status", "type", "pincode", "recording", "didnumber", "sn",
    ]  # fmt: skip
    assert download(house, link).json() == failed("20020")


def test_a_link_works_for_thirty_seconds_and_for_what_it_was_asked(house: Caller) -> None:
    house.act("call-inside", extension="1000", to="1001")
    late, other = (house.ask("cdr/get_random", {"extid": "1000", **PERIOD}) for _ in range(2))
    assert download(house, other, extid="all").json() == failed("20020")
    house.let_pass(31)
    assert download(house, late).json() == failed("20020")


def test_records_are_chosen_by_phone_and_period(house: Caller) -> None:
    house.act("call-inside", extension="1000", to="1001")
    house.act("call-inside", extension="1000", to="4000")
    link = house.ask("cdr/get_random", {"extid": "1001,4003", **PERIOD})
    assert [row["callto"] for row in csv.DictReader(io.StringIO(download(house, link).text))] == (
        ["1001"]
    )
    old = {"starttime": "2018-11-07 00:00:00", "endtime": "2019-02-18 23:59:59"}
    link = house.ask("cdr/get_random", {"extid": "all", **old})
    assert download(house, link).json() == failed("20021")
    wrong = {"extid": "all", **old, "endtime": "2019-02-18"}
    assert house.ask("cdr/get_random", wrong) == failed("20019")


def test_a_download_needs_a_living_token(house: Caller) -> None:
    link = house.ask("cdr/get_random", {"extid": "all", **PERIOD})
    assert download(house, link, token="0" * 32).json() == failed("20004")


@pytest.mark.parametrize(
    ("now", "time", "weekdays", "rings"),
    [
        ("2026-03-27 06:29", "06:30", "", "2026-03-27T05:30:00+00:00"),
        ("2026-03-27 06:30", "06:30", "", "2026-03-28T05:30:00+00:00"),
        ("2026-03-27 06:29", "06:30", "0", "2026-03-29T04:30:00+00:00"),  # Sunday
        ("2026-03-27 06:29", "06:30", "14", "2026-03-30T04:30:00+00:00"),  # Monday, Thursday
        ("2026-03-29 01:00", "02:30", "", "2026-03-30T00:30:00+00:00"),  # no 02:30 that night
        ("2026-10-25 02:15", "02:30", "", "2026-10-25T00:30:00+00:00"),
        ("2026-10-25 02:45", "02:30", "", "2026-10-25T01:30:00+00:00"),  # the second one
    ],
)
def test_an_alarm_rings_when_the_clock_next_shows_its_time(
    now: str, time: str, weekdays: str, rings: str
) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    clock = Clock(berlin)
    with time_machine.travel(datetime.fromisoformat(now).replace(tzinfo=berlin), tick=False):
        assert next_ring(clock, time, weekdays).isoformat() == rings
