"""Requests about alarms, where a careless one would make a guest oversleep."""

import json
from typing import Any

import pytest

from pbx.client import Alarm, PbxClient, PlacedAlarm
from pbx.errors import AlarmExists, AlarmMissing, Rejected, ServerFault
from tests.pbx.client.scripted import ScriptedTransport, Tokens, failed, recorded

SUCCESS = '{"status":"Success"}'
PROMPT = "macroform-cold_day"
FIRST = PlacedAlarm("1000", "1", "00:45", "onetime", frozenset(), 3, 5, PROMPT)
SECOND = PlacedAlarm("1000", "2", "12:45", "custom", frozenset({0}), 3, 5, PROMPT)


def client(*answers: str) -> tuple[PbxClient, ScriptedTransport]:
    transport = ScriptedTransport(*answers)
    return PbxClient(transport, Tokens()), transport


def alarms(answer: str) -> tuple[PlacedAlarm, ...]:
    return client(answer)[0].wakeupcalls.query("1000")


@pytest.mark.parametrize(
    "ids", [[], [""], [" "], ["1", ""], ["1", "\t"], ["all"], ["1,2"], "12", ""]
)
def test_a_deletion_without_an_id_is_never_sent(ids: Any) -> None:
    pbx, transport = client(SUCCESS)
    with pytest.raises(ValueError):  # noqa: PT011 (each has its own words)
        pbx.wakeupcalls.delete("1000", ids)
    assert transport.asked == []


def test_a_deletion_names_its_alarms() -> None:
    pbx, transport = client(SUCCESS)
    pbx.wakeupcalls.delete("1000", ["1", " 2 "])
    assert transport.asked[0][2] == {"extid": "1000", "wakeupid": "1,2"}


@pytest.mark.parametrize("name", ["malformed.txt", "repaired.json"])
def test_both_alarms_are_found_also_in_the_manual_s_broken_answer(name: str) -> None:
    assert alarms(recorded(f"wakeupcall-query-response.{name}")) == (FIRST, SECOND)


def test_an_answer_of_the_newer_api_is_read() -> None:
    (found,) = alarms(recorded("v2-wakeupcall-query-response.json"))
    assert (found.extension, found.id, found.time) == ("5000", "9", "15:00")


def test_an_answer_that_is_cut_off_is_not_taken_for_a_short_one() -> None:
    whole = recorded("wakeupcall-query-response.repaired.json")
    for length in range(1, len(whole.rstrip()) - 1):
        with pytest.raises(ServerFault):
            alarms(whole[:length])


@pytest.mark.parametrize(
    "answer",
    [
        SUCCESS,
        failed("10021"),
        '{"status":"Success","wakeups":[]}',
        '{"status":"Success","wakeups":""}',
    ],
)
def test_no_alarms_are_an_empty_list(answer: str) -> None:
    assert alarms(answer) == ()


def test_spellings_and_types_of_the_tables_are_read_too() -> None:
    answer = {
        "status": "Success",
        "wakeups": [
            {
                "extid": 1000,
                "wakeup": {
                    "wakeupid": 7,
                    "time": "7:05",
                    "type": "Custom",
                    "weekdays": "1,3",
                    "Prompt": "bells",
                    "repeats": 2,
                    "Repeatinterval": 10,
                },
            }
        ],
    }
    days = frozenset({1, 3})
    assert alarms(json.dumps(answer)) == (
        PlacedAlarm("1000", "7", "07:05", "custom", days, 2, 10, "bells"),
    )


def test_an_alarm_that_makes_no_sense_does_not_hide_the_others() -> None:
    broken = recorded("wakeupcall-query-response.repaired.json").replace("00:45", "25:99")
    found = alarms(broken.replace('"3"', '"often"'))
    assert [alarm.time for alarm in found] == ["", "12:45"]
    assert [alarm.repeats for alarm in found] == [None, None]


def test_arrays_under_one_name_twice_are_both_read() -> None:
    each = '"wakeup":[{"time":"%s"}]'
    both = f"{each % '01:00'},{each % '02:00'}"
    twice = f'{{"status":"Success","wakeups":[{{"extid":"1",{both}}}]}}'
    assert [alarm.time for alarm in alarms(twice)] == ["01:00", "02:00"]


@pytest.mark.parametrize(
    ("alarm", "wire"),
    [
        (Alarm(time="07:05"), {"time": "07:05", "type": "onetime", "repeats": "1"}),
        (
            Alarm(time="07:05", type="custom", weekday=0, repeats=2, prompt="bells"),
            {
                "time": "07:05",
                "type": "custom",
                "weekdays": "0",
                "repeats": "2",
                "prompt": "bells",
            },
        ),
    ],
)
def test_an_alarm_is_written_in_lower_case_texts(alarm: Alarm, wire: dict[str, str]) -> None:
    pbx, transport = client(SUCCESS)
    pbx.wakeupcalls.create(["1000"], alarm)
    assert transport.asked[0][2] == {"extid": "1000", "wakeup": [wire]}


@pytest.mark.parametrize(
    "fields",
    [
        {"time": "7:05"},
        {"time": "24:00"},
        {"time": ""},
        {"time": "07:05", "repeats": 0},
        {"time": "07:05", "repeats": 4},
        {"time": "07:05", "repeat_interval": 0},
        {"time": "07:05", "type": "custom"},
        {"time": "07:05", "type": "custom", "weekday": 7},
        {"time": "07:05", "type": "everyday", "weekday": 1},
        {"time": "07:05", "type": "sometimes"},
    ],
)
def test_an_alarm_that_the_pbx_does_not_know_cannot_be_made(fields: dict[str, Any]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (each has its own words)
        Alarm(**fields)


@pytest.mark.parametrize(
    ("errno", "kind"), [("10022", AlarmExists), ("10021", AlarmMissing), ("10020", Rejected)]
)
def test_a_refused_alarm_says_why(errno: str, kind: type[Rejected]) -> None:
    pbx, _ = client(failed(errno))
    with pytest.raises(kind):
        pbx.wakeupcalls.create(["1000"], Alarm(time="07:05"))


def test_a_missing_alarm_is_not_quietly_deleted_or_changed() -> None:
    pbx, _ = client(failed("10021"), failed("10021"))
    with pytest.raises(AlarmMissing):
        pbx.wakeupcalls.delete("1000", ["1"])
    with pytest.raises(AlarmMissing):
        pbx.wakeupcalls.update("1000", "1", Alarm(time="07:05"))
