"""Call records as a file."""

from datetime import UTC, datetime

import pytest

from pbx import errors
from pbx.client import PbxClient
from pbx.reports.parsing import CallRecord
from tests.pbx.client.scripted import ScriptedTransport, Tokens, example, failed, recorded

RANDOM = recorded("cdr-get-random-response.json")
START = datetime(2018, 11, 7, 0, 0, 0)  # noqa: DTZ001 (the PBX's clock has no zone)
END = datetime(2019, 2, 18, 23, 59, 59)  # noqa: DTZ001
HEADER = (
    "callid,timestart,callfrom,callto,callduraction,talkduraction,srctrunkname,dsttrunkname,"
    "status,type,pincode,recording,didnumber,sn"
)
ALICE = "1547392142.330,2019-01-13 23:09:02,1005,9283737733,6,3,,SPS-6-36,ANSWERED,Outbound,,,,36"
BOB = "1547391782.318,2019-01-13 23:03:02,1001,1005,21,10,,,ANSWERED,Internal,,,,36"


def download(*answers: str | Exception) -> tuple[list[CallRecord], ScriptedTransport]:
    transport = ScriptedTransport(*answers)
    rows = PbxClient(transport, Tokens()).cdr.download(START, END)
    return [CallRecord.of_row(row) for row in rows], transport


def test_both_steps_ask_for_the_same_period() -> None:
    calls, transport = download(RANDOM, f"{HEADER}\r\n{ALICE}\r\n{BOB}\r\n")
    request = example("cdr-get-random-request.json")
    link = {**request, "token": "first", "random": "0cbcf8917c41c61c6e9fd3e57ecdd467"}
    assert transport.asked == [
        ("cdr/get_random", {"token": "first"}, request),
        ("cdr/download", link, None),
    ]
    assert [call.callid for call in calls] == ["1547392142.330", "1547391782.318"]
    assert calls[0].destination_trunk == "SPS-6-36"
    assert calls[0].talk_seconds == 3


def test_some_extensions_may_be_asked_for() -> None:
    transport = ScriptedTransport(RANDOM, HEADER)
    assert PbxClient(transport, Tokens()).cdr.download(START, END, ["1000", "1001"]) == ()
    assert transport.asked[0][2]["extid"] == transport.asked[1][1]["extid"] == "1000,1001"


def test_columns_are_found_by_name_whatever_their_order() -> None:
    header = '"Type",CallID ,timestart,callfrom,callto,talkduraction,callduraction,status'
    row = '"Outbound","1547392142.330",2019-01-13 23:09:02,"1,005","9\n2",3,6,ANSWERED'
    text = f"\ufeff{header},desttrunkname\n{row},T\n\n,,,,,,,,\n"
    (call,), _ = download(RANDOM, text)
    assert (call.callid, call.direction, call.call_from) == ("1547392142.330", "outbound", "1,005")
    assert (call.call_to, call.destination_trunk) == ("9\n2", "T")


def test_a_row_that_is_too_short_spoils_no_other() -> None:
    transport = ScriptedTransport(RANDOM, f"{HEADER}\n1.1,2019\n{ALICE}")
    short, whole = PbxClient(transport, Tokens()).cdr.download(START, END)
    assert short == {"callid": "1.1", "timestart": "2019"}
    assert whole["callid"] == "1547392142.330"


@pytest.mark.parametrize(
    "trunk", ["dsttrunkname", "desttrunkname", "dstrunkname", "dsttrcunkname", "DstTrunkName "]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_each_spelling_of_the_trunk_s_column_is_read_whatever_ends_the_lines(
    trunk: str, end: str
) -> None:
    text = f"\ufeff{HEADER.replace('dsttrunkname', trunk)}{end}{ALICE}{end}{end}{BOB}{end}"
    calls, _ = download(RANDOM, text)
    assert [call.destination_trunk for call in calls] == ["SPS-6-36", ""]


def test_commas_behind_the_last_column_and_columns_nobody_knows_do_no_harm() -> None:
    header = f"{HEADER},agentringtime,,"
    quoted = ",".join(f'"{cell}"' for cell in ALICE.split(","))
    transport = ScriptedTransport(RANDOM, f"{header}\n{quoted.replace(',', ', ')},7,,\n{BOB},,,,,")
    alice, bob = PbxClient(transport, Tokens()).cdr.download(START, END)
    assert (
        CallRecord.of_row(alice).fingerprint
        == download(RANDOM, f"{HEADER}\n{ALICE}")[0][0].fingerprint
    )
    assert (alice["agentringtime"], "" in alice, bob["sn"]) == ("7", False, "36")


@pytest.mark.parametrize("column", ["talkduraction", "type", "callid"])
def test_a_list_without_what_charges_need_is_one_fault_not_one_for_each_call(column: str) -> None:
    text = f"{HEADER.replace(column, 'other')}\n{ALICE}\n{BOB}"
    with pytest.raises(errors.ServerFault, match=f"no column {column}"):
        download(RANDOM, text)


@pytest.mark.parametrize(
    "answers", [[failed("20021")], [RANDOM, failed("20021")], [RANDOM, HEADER]]
)
def test_no_calls_are_an_empty_list(answers: list[str]) -> None:
    assert download(*answers)[0] == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (failed("20020"), errors.LinkExpired),
        (failed("20015"), errors.Misconfigured),
        (" \r\n" + failed("20019"), errors.Rejected),
        ('{"status":"Success"}', errors.ServerFault),
        ("", errors.ServerFault),
        ("<html>busy</html>", errors.ServerFault),
        ("callid,timestart\n1.1,2019", errors.ServerFault),
        (f"{HEADER}\n" + "x" * 200_000, errors.ServerFault),
    ],
)
def test_what_comes_in_place_of_the_file_is_an_error(
    text: str, kind: type[errors.PbxError]
) -> None:
    with pytest.raises(kind):
        download(RANDOM, text)


@pytest.mark.parametrize("answers", [[failed("20006")], [RANDOM, failed("20006")]])
def test_after_a_refused_token_both_steps_are_taken_anew(answers: list[str]) -> None:
    calls, transport = download(*answers, RANDOM, f"{HEADER}\n{BOB}")
    assert len(calls) == 1
    assert [query["token"] for _, query, _ in transport.asked[-2:]] == ["second", "second"]


def test_a_period_with_a_zone_is_refused() -> None:
    transport = ScriptedTransport()
    with pytest.raises(ValueError, match="without a zone"):
        PbxClient(transport, Tokens()).cdr.download(datetime.now(UTC), END)
    assert transport.asked == []
