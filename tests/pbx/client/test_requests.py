"""The typed client against the manual's own requests and answers."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from pbx.client import (
    Alarm,
    ExtensionListed,
    ExtensionUpdate,
    OutboundRoute,
    PbxClient,
    VoicemailMessage,
)
from pbx.client.calls import is_prompt_name
from pbx.client.system import parse_system_time, parse_uptime
from pbx.errors import Rejected, ServerFault
from tests.pbx.client.scripted import ScriptedTransport, Tokens, example, failed, recorded

Ask = Callable[[PbxClient], Any]
MESSAGE = VoicemailMessage("1000", "msg0000.wav", "2000", "read", None, 42)


def client(*answers: str | Exception) -> tuple[PbxClient, ScriptedTransport]:
    transport = ScriptedTransport(*answers)
    return PbxClient(transport, Tokens()), transport


def answered(ask: Ask, answer: str) -> Any:
    """The client's result for an answer."""
    return ask(client(answer)[0])


# what is asked, where, and the manual's request and answer
REQUESTS: list[tuple[Ask, str, str | None, str]] = [
    (
        lambda pbx: pbx.system.device_info(),
        "deviceinfo/query",
        None,
        "deviceinfo-query-response.json",
    ),
    (
        lambda pbx: pbx.extensions.list(),
        "extensionlist/query",
        None,
        "extensionlist-query-response.json",
    ),
    (
        lambda pbx: pbx.extensions.query(["1000"]),
        "extension/query",
        "extension-query-request.json",
        "extension-query-response.json",
    ),
    (
        lambda pbx: pbx.extensions.query_all(),
        "extension/query",
        None,
        "extension-query-response.json",
    ),
    (
        lambda pbx: pbx.extensions.update("1002", ExtensionUpdate(username="Amy")),
        "extension/update",
        "extension-update-request.json",
        "extension-update-response.json",
    ),
    (
        lambda pbx: pbx.routes.query(["route1"]),
        "outroute/query",
        "outroute-query-request.json",
        "outroute-query-response.repaired.json",
    ),
    (
        lambda pbx: pbx.wakeupcalls.create(
            ["1000", "1001"], Alarm(time="00:45", repeats=3, repeat_interval=5)
        ),
        "wakeupcall/create",
        "wakeupcall-create-multi-extension-request.json",
        "wakeupcall-create-response.json",
    ),
    (
        lambda pbx: pbx.wakeupcalls.query("1000"),
        "wakeupcall/query",
        "wakeupcall-query-request.json",
        "wakeupcall-query-response.repaired.json",
    ),
    (
        lambda pbx: pbx.wakeupcalls.update(
            "1000", "1", Alarm(time="11:00", repeats=3, repeat_interval=5)
        ),
        "wakeupcall/update",
        "wakeupcall-update-request.json",
        "wakeupcall-update-response.json",
    ),
    (
        lambda pbx: pbx.wakeupcalls.delete("1000", ["1"]),
        "wakeupcall/delete",
        "wakeupcall-delete-one-request.json",
        "wakeupcall-delete-response.json",
    ),
    (
        lambda pbx: pbx.hotel.checkout(["4000", "4003"]),
        "hotel/checkout",
        "hotel-checkout-multi-request.json",
        "hotel-checkout-response.json",
    ),
    (
        lambda pbx: pbx.voicemail.query(["1000"]),
        "voicemail/query",
        "voicemail-query-request.json",
        "voicemail-query-response.repaired.json",
    ),
    (
        lambda pbx: pbx.voicemail.delete(MESSAGE),
        "voicemail/delete",
        "voicemail-delete-request.json",
        "voicemail-delete-response.json",
    ),
    (
        lambda pbx: pbx.calls.play_prompt("1000", ["hello111"]),
        "extension/playprompt",
        "extension-playprompt-request.json",
        "extension-playprompt-response.json",
    ),
    (
        lambda pbx: pbx.calls.dial_ivr("6500", "1002"),
        "ivr/dial_extension",
        "ivr-dial-extension-request.json",
        "ivr-dial-extension-response.json",
    ),
    (
        lambda pbx: pbx.calls.hang_up("1000"),
        "extension/hangup",
        "extension-hangup-request.json",
        "extension-hangup-response.json",
    ),
]


@pytest.mark.parametrize(("ask", "path", "request_file", "answer_file"), REQUESTS)
def test_requests_are_those_of_the_manual(
    ask: Ask, path: str, request_file: str | None, answer_file: str
) -> None:
    pbx, transport = client(recorded(answer_file))
    ask(pbx)
    body = example(request_file) if request_file else {}
    assert transport.asked == [(path, {"token": "first"}, body)]


@pytest.mark.parametrize(("ask", "path", "request_file", "answer_file"), REQUESTS)
def test_every_refusal_is_an_error(
    ask: Ask, path: str, request_file: str | None, answer_file: str
) -> None:
    with pytest.raises(Rejected) as caught:
        answered(ask, failed("10004"))
    assert caught.value.errno == "10004"


@pytest.mark.parametrize(("ask", "path", "request_file", "answer_file"), REQUESTS)
def test_what_is_no_answer_is_the_pbx_s_fault(
    ask: Ask, path: str, request_file: str | None, answer_file: str
) -> None:
    for text in ("", "<html>", "[]", '{"extlist":[]}', "[" * 100_000, '{"status":"Success"'):
        with pytest.raises(ServerFault):
            answered(ask, text)


def test_the_device_is_described() -> None:
    device = answered(
        lambda pbx: pbx.system.device_info(), recorded("deviceinfo-query-response.json")
    )
    assert (device.name, device.serial_number) == ("Yeastar S100", "369364835218")
    assert (device.hardware, device.firmware) == ("V1.30 0000-0000", "30.5.0.19")
    eight_west = timezone(timedelta(hours=-8))
    assert device.system_time == datetime(2017, 5, 24, 23, 25, 20, tzinfo=eight_west)
    assert device.utc_offset == timedelta(hours=-8)
    assert device.uptime == timedelta(hours=3, minutes=25, seconds=4)
    assert (device.extensions, device.extensions_possible) == (7, 100)


@pytest.mark.parametrize(
    ("zone", "minutes"),
    [
        ("UTC-8", -480),
        ("UTC+5:30", 330),
        ("UTC+08:00", 480),
        ("UTC-0330", -210),
        ("utc +1", 60),
        ("GMT+8", 480),
        ("+08:00", 480),
        ("UTC", 0),
        ("", None),
        ("CST", None),
        ("UTC+99", None),
    ],
)
def test_the_clock_s_zone_is_read_in_all_its_forms(zone: str, minutes: int | None) -> None:
    told = parse_system_time(f"2017-05-24 23:25:20 {zone}")
    assert told is not None
    assert told.replace(tzinfo=None).isoformat() == "2017-05-24T23:25:20"
    assert told.utcoffset() == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize("text", ["", "soon", "2017-13-24 23:25:20 UTC-8", "23:25:20"])
def test_an_unreadable_clock_is_no_time(text: str) -> None:
    assert parse_system_time(text) is None


@pytest.mark.parametrize(
    ("text", "uptime"),
    [
        ("03:25:04", timedelta(hours=3, minutes=25, seconds=4)),
        ("1 day, 03:25:04", timedelta(days=1, hours=3, minutes=25, seconds=4)),
        ("3 days 3:25:04", timedelta(days=3, hours=3, minutes=25, seconds=4)),
        ("100:25:04", timedelta(hours=100, minutes=25, seconds=4)),
        ("2 days, 3:25", timedelta(days=2, hours=3, minutes=25)),
        ("long", None),
        ("", None),
    ],
)
def test_the_uptime_is_read_in_all_its_forms(text: str, uptime: timedelta | None) -> None:
    assert parse_uptime(text) == uptime


def test_extensions_are_listed_with_their_status() -> None:
    found = answered(
        lambda pbx: pbx.extensions.list(), recorded("extensionlist-query-response.json")
    )
    assert found == (
        ExtensionListed("1000", "registered", "SIP", "", "Jayson"),
        ExtensionListed("1001", "unavailable", "SIP", "", "Erwin Co"),
    )


def test_routes_are_listed_without_empty_items() -> None:
    answer = recorded("outroute-query-response.repaired.json").replace("1002", "1002,")
    found = answered(lambda pbx: pbx.routes.query_all(), answer)
    assert found == (
        OutboundRoute("5", "route1", "6.", 1, "", ("SIP1",), ("1000", "1001", "1002"), ()),
    )


def test_messages_are_listed() -> None:
    answer = recorded("voicemail-query-response.repaired.json")
    read, unread = answered(lambda pbx: pbx.voicemail.query_all(), answer)
    assert read == VoicemailMessage(
        "1000",
        "msg0000.wav",
        "2000",
        "read",
        datetime(2018, 5, 4, 18, 0),  # noqa: DTZ001 (the PBX names no zone)
        42,
    )
    assert (unread.file, unread.status) == ("msg0001.wav", "unread")


@pytest.mark.parametrize("answer", ['{"status":"Success"}', '{"status":"Failed"}'])
def test_an_empty_box_answers_with_the_status_alone(answer: str) -> None:
    assert answered(lambda pbx: pbx.voicemail.query(["1000"]), answer) == ()


def test_only_one_message_can_be_deleted_never_all() -> None:
    pbx, _ = client(recorded("voicemail-delete-response.json"))
    for file in ("", "all"):
        with pytest.raises(ValueError, match="one thing"):
            pbx.voicemail.delete(VoicemailMessage("1000", file, "", "read", None, None))


def test_a_call_made_for_us_is_known_by_its_callid() -> None:
    played = recorded("extension-playprompt-response.json")
    assert answered(lambda pbx: pbx.calls.play_prompt("1000", ["wake", "up"]), played) == (
        "1495697869.171"
    )
    dialled = recorded("ivr-dial-extension-response.json")
    assert answered(lambda pbx: pbx.calls.dial_ivr("6500", "1002"), dialled) == "1495698843.215"
    with pytest.raises(ServerFault, match="callid"):
        answered(lambda pbx: pbx.calls.dial_ivr("6500", "1002"), '{"status":"Success"}')


def test_prompts_are_joined_and_answered_automatically_on_request() -> None:
    pbx, transport = client(recorded("extension-playprompt-response.json"))
    pbx.calls.play_prompt("1000", ["queue1", "queue2"], auto_answer=True)
    assert transport.asked[0][2]["prompt"] == "queue1+queue2"
    assert transport.asked[0][2]["autoanswer"] == "yes"


@pytest.mark.parametrize("prompts", [[], ["1"], ["a+b"], ["wake", ""], ["_"]])
def test_a_prompt_the_pbx_would_not_take_is_not_sent(prompts: list[str]) -> None:
    pbx, transport = client()
    with pytest.raises(ValueError, match="custom prompts"):
        pbx.calls.play_prompt("1000", prompts)
    assert transport.asked == []
    assert is_prompt_name("wakeup_missed")


@pytest.mark.parametrize(
    "extids", [[], [""], ["  "], ["all"], ["ALL"], ["1000", ""], ["1,2"], "12"]
)
def test_a_check_out_of_nobody_or_of_everybody_is_not_sent(extids: Any) -> None:
    pbx, transport = client()
    with pytest.raises(ValueError):  # noqa: PT011 (each has its own words)
        pbx.hotel.checkout(extids)
    assert transport.asked == []


@pytest.mark.parametrize("status", ["success", "SUCCESS", "Success "])
def test_the_status_is_compared_without_case(status: str) -> None:
    assert answered(lambda pbx: pbx.hotel.checkout(["1"]), json.dumps({"Status": status})) is None


@pytest.mark.parametrize("errno", ["10006", 10006, " 10006 "])
def test_the_error_number_may_be_text_or_number(errno: str | int) -> None:
    with pytest.raises(Rejected, match="10006"):
        answered(lambda pbx: pbx.hotel.checkout(["1"]), failed(errno))


def test_an_error_number_that_is_none_is_not_repeated_to_people() -> None:
    with pytest.raises(Rejected) as caught:
        answered(lambda pbx: pbx.hotel.checkout(["1"]), failed("<script>"))
    assert "script" not in str(caught.value)
