"""Call records, the times in them, and the small reports."""

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pbx.reports.parsing import (
    CallRecord,
    ExtensionState,
    KeysPressed,
    Unreadable,
    call_started_at,
    cdr_time,
    parse_report,
)

RECORDED = Path(__file__).parents[2] / "recorded"
BERLIN = ZoneInfo("Europe/Berlin")

ROW = {
    "callid": "1547392142.330",
    "timestart": "2019-01-13 23:09:02",
    "callfrom": "1005",
    "callto": "9283737733",
    "callduraction": "6",
    "talkduraction": "3",
    "status": "ANSWERED",
    "type": "Outbound",
}


def recorded_call(name: str) -> CallRecord:
    return CallRecord.of_report(parse_report((RECORDED / name).read_bytes()))


@pytest.mark.parametrize(
    ("name", "direction", "call_from", "call_to", "seconds", "talked", "trunk"),
    [
        ("report-newcdr-internal.json", "internal", "1001", "1005", 21, 10, ""),
        ("report-newcdr-outbound.json", "outbound", "1005", "9283737733", 6, 3, "SPS-6-36"),
        ("report-newcdr-inbound.json", "inbound", "1277378812", "1005", 11, 4, ""),
        ("legacy-v1.0.1-report-newcdr-internal.json", "internal", "1002", "1000", 3, 2, ""),
        (
            "legacy-v1.0.1-report-newcdr-outbound.json",
            "outbound",
            "1000",
            "91000",
            29,
            29,
            "Apple_test",
        ),
        ("v2-report-newcdr.json", "internal", "1023", "2023", 19, 14, ""),
    ],
)
def test_recorded_calls_are_understood(
    name: str, direction: str, call_from: str, call_to: str, seconds: int, talked: int, trunk: str
) -> None:
    call = recorded_call(name)
    assert call.answered
    assert (call.direction, call.call_from, call.call_to) == (direction, call_from, call_to)
    assert (call.call_seconds, call.talk_seconds) == (seconds, talked)
    assert call.destination_trunk == trunk


def test_what_only_some_calls_have_is_kept() -> None:
    assert recorded_call("report-newcdr-inbound.json").source_trunk == "SPS-6-36"
    assert recorded_call("report-newcdr-inbound.json").did_number == "1005"
    assert recorded_call("legacy-v1.0.1-report-newcdr-outbound.json").pin_code == "1000"


@pytest.mark.parametrize(
    "spelling", ["desttrunkname", "dstrunkname", "dsttrcunkname", "DstTrunkName"]
)
def test_the_trunk_is_found_under_each_of_its_spellings(spelling: str) -> None:
    assert CallRecord.of_row({**ROW, spelling: "SIP1"}).destination_trunk == "SIP1"


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("answered", "ANSWERED"),
        ("ANSWERD", "ANSWERED"),
        ("NO ANSWER", "NOANSWER"),
        ("NO ANSWERED", "NOANSWER"),
        ("NOANSWER", "NOANSWER"),
        ("Voice-Mail", "VOICEMAIL"),
        ("", ""),
    ],
)
def test_spellings_of_a_status_are_one(written: str, status: str) -> None:
    call = CallRecord.of_row({**ROW, "status": written})
    assert call.status == status
    assert call.answered is (status == "ANSWERED")


@pytest.mark.parametrize("written", ["Internal", "INBOUND", "outbound", "Transfer", "Callback"])
def test_the_direction_is_read_in_any_case(written: str) -> None:
    assert CallRecord.of_row({**ROW, "type": written}).direction == written.lower()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("talkduraction", ""),
        ("talkduraction", "ten"),
        ("callduraction", "-1"),
        ("callduraction", "1.5"),
        ("callduraction", "9" * 20),
        ("callduraction", "٣"),
        ("type", "Satellite"),
        ("type", ""),
        ("callid", ""),
    ],
)
def test_a_call_that_cannot_be_charged_names_the_field(name: str, value: str) -> None:
    with pytest.raises(Unreadable, match=name):
        CallRecord.of_row({**ROW, name: value})
    with pytest.raises(Unreadable, match=name):
        CallRecord.of_report(
            parse_report(json.dumps({"action": "NewCdr", **ROW, name: value}).encode())
        )


def test_an_absent_duration_is_named() -> None:
    with pytest.raises(Unreadable, match="talkduraction is missing"):
        CallRecord.of_row({name: text for name, text in ROW.items() if name != "talkduraction"})


@pytest.mark.parametrize("status", ["NO ANSWER", "BUSY", "FAILED"])
def test_nobody_talked_in_a_call_that_was_not_answered(status: str) -> None:
    assert CallRecord.of_row({**ROW, "status": status, "talkduraction": ""}).talk_seconds == 0


# All seven samples of the manuals: the offset of their PBX is a whole number of hours.
@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("report-newcdr-internal.json", 8),
        ("report-newcdr-outbound.json", 8),
        ("report-newcdr-inbound.json", 8),
        ("legacy-v1.0.1-report-newcdr-internal.json", -8),
        ("legacy-v1.0.1-report-newcdr-outbound.json", 8),
        ("v2-report-newcdr.json", -8),
    ],
)
def test_callid_and_local_time_name_the_same_second(name: str, hours: int) -> None:
    call = recorded_call(name)
    zone = timezone(timedelta(hours=hours))
    assert call.started_at(zone) == call_started_at(call.callid)


@pytest.mark.parametrize(
    ("callid", "instant"),
    [
        ("1547392142.330", datetime(2019, 1, 13, 15, 9, 2, tzinfo=UTC)),
        (" 1547392142 ", datetime(2019, 1, 13, 15, 9, 2, tzinfo=UTC)),
        ("", None),
        ("12.5", None),
        ("0000000001.1", None),
        ("99999999999.1", None),
        ("9" * 400, None),
        ("1547392142.", None),
        ("1547392142.330-1", None),
        ("-1547392142.3", None),
        ("١٥٤٧٣٩٢١٤٢.1", None),
    ],
)
def test_the_second_of_a_call_is_in_its_callid(callid: str, instant: datetime | None) -> None:
    assert call_started_at(callid) == instant


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2019-01-13 23:09:02", datetime(2019, 1, 13, 22, 9, 2, tzinfo=UTC)),
        ("2019-07-13 23:09:02", datetime(2019, 7, 13, 21, 9, 2, tzinfo=UTC)),
        (" 2019-07-13T23:09:02 ", datetime(2019, 7, 13, 21, 9, 2, tzinfo=UTC)),
        # Left out by the change to summer time: read with the offset before the change.
        ("2019-03-31 02:30:00", datetime(2019, 3, 31, 1, 30, tzinfo=UTC)),
        # Occurs twice: the first time.
        ("2019-10-27 02:30:00", datetime(2019, 10, 27, 0, 30, tzinfo=UTC)),
        ("0001-01-01 00:00:00", None),
        ("9999-12-31 23:59:59", None),
        ("1970-01-01 08:00:00", None),
        ("2019-02-30 00:00:00", None),
        ("2019-01-13 24:00:00", None),
        ("13.01.2019 23:09", None),
        ("", None),
    ],
)
def test_local_times_become_instants(text: str, instant: datetime | None) -> None:
    assert cdr_time(text, BERLIN) == instant


@pytest.mark.parametrize(
    ("callid", "timestart", "hour", "minute"),
    [
        (datetime(2019, 10, 27, 0, 30, tzinfo=UTC), "2019-10-27 02:30:00", 0, 30),
        (datetime(2019, 10, 27, 1, 30, tzinfo=UTC), "2019-10-27 02:30:00", 1, 30),
        # Called at 02:50 the first time, put through at 02:20 the second time.
        (datetime(2019, 10, 27, 0, 50, tzinfo=UTC), "2019-10-27 02:20:00", 1, 20),
        (datetime(2019, 10, 27, 0, 50, tzinfo=UTC), "unreadable", 0, 50),
    ],
)
def test_the_callid_settles_the_hour_that_occurs_twice(
    callid: datetime, timestart: str, hour: int, minute: int
) -> None:
    row = {**ROW, "callid": f"{callid.timestamp():.0f}.7", "timestart": timestart}
    began = CallRecord.of_row(row).started_at(BERLIN)
    assert began == datetime(2019, 10, 27, hour, minute, tzinfo=UTC)


def test_a_call_without_any_readable_time_has_none() -> None:
    assert CallRecord.of_row({**ROW, "callid": "x", "timestart": ""}).started_at(BERLIN) is None


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("report-dtmf-minibar.json", KeysPressed("203", "778*123456789*2", "", None, "")),
        ("report-dtmf-roomstatus.json", KeysPressed("1002", "777*01", "", None, "")),
        ("report-dtmf-ivr-single.json", KeysPressed("1005", "", "2", 0, "6500")),
        ("report-dtmf-inbound-digit-3.json", KeysPressed("", "", "5", 3, "6500")),
        ("report-dtmf-inbound-infos.json", KeysPressed("", "1005", "", None, "6500")),
        ("legacy-v1.0.1-report-dtmf-outbound.json", KeysPressed("", "", "#", None, "")),
    ],
)
def test_keys_are_told_by_whom_and_where(name: str, keys: KeysPressed) -> None:
    assert KeysPressed.of_report(parse_report((RECORDED / name).read_bytes())) == keys


@pytest.mark.parametrize("name", ["extension", "extid", "number"])
def test_the_phone_of_a_status_is_found_under_each_of_its_names(name: str) -> None:
    body = json.dumps({"action": "ExtensionStatus", name: "1006", "status": "Busy"}).encode()
    assert ExtensionState.of_report(parse_report(body)) == ExtensionState("1006", "busy")
