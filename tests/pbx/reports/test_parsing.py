"""Parsing of the manual's reports and of arbitrary input."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pbx.reports.parsing import ParsedReport, Party, Unreadable, parse_report

RECORDED = Path(__file__).parents[2] / "recorded"
REPORTS = sorted(
    path.name for path in RECORDED.iterdir() if "report-" in path.name and "v2-" not in path.name
)

TRUNK = "SPS-6-36"


def recorded(name: str) -> bytes:
    return (RECORDED / name).read_bytes()


def ext(number: str, callpath: str = "") -> Party:
    return Party("ext", extid=number, callpath=callpath)


def report(**fields: Any) -> bytes:
    return json.dumps(fields).encode()


# file, action, callid, parties, other fields
TRAFFIC: list[tuple[str, str, str, Sequence[Party], dict[str, str]]] = [
    ("report-bootup.json", "BootUp", "", [], {}),
    (
        "report-configchange-extension.json",
        "ConfigChange",
        "",
        [],
        {"type": "extension", "extid": "1001", "operation": "update"},
    ),
    (
        "report-extensionstatus.json",
        "ExtensionStatus",
        "",
        [],
        {"extension": "1006", "status": "Registered"},
    ),
    ("report-alert-internal.json", "ALERT", "1550710849.199", [ext("1001")], {}),
    ("report-ring-internal.json", "RING", "1550710849.199", [ext("1002"), ext("1001")], {}),
    (
        "report-ring-outbound.json",
        "RING",
        "1547396927.428",
        [
            Party("outbound", "", "1001", "9282883883", TRUNK, "1547396927.429"),
            ext("1001"),
        ],
        {},
    ),
    (
        "report-answer-inbound.json",
        "ANSWER",
        "1547375509.72",
        [ext("1005"), Party("inbound", "", "3834847222", "1005", TRUNK, "1547375509.72")],
        {},
    ),
    # The manual prints a space behind the number (L5275).
    (
        "report-bye-outbound-1.json",
        "BYE",
        "1547376084.84",
        [Party("outbound", "", "1005", "12564555", TRUNK, "1547376084.85"), ext("1005")],
        {},
    ),
    ("report-tranfer-forward.json", "Tranfer", "1547379044.160", [ext("1006")], {}),
    (
        "report-callfailed.json",
        "CallFailed",
        "1536976927.37",
        [Party("outbound", "", "1002", "70871520926", "Wanatel-1", "1536976927.38"), ext("1002")],
        {"reason": "486 Busy Here"},
    ),
    (
        "report-dtmf-ivr-single.json",
        "DTMF",
        "1547389829.281",
        [ext("1005", "6500")],
        {"info": "2", "flag": "0"},
    ),
    (
        "report-dtmf-inbound-infos.json",
        "DTMF",
        "1547391097.305",
        [Party("inbound", "", "192883838", "6500", TRUNK, "1547391097.305", "6500")],
        {"infos": "1005"},
    ),
    (
        "report-dtmf-minibar.json",
        "DTMF",
        "1575425107.149",
        [ext("203")],
        {"infos": "778*123456789*2"},
    ),
    (
        "report-dtmf-roomstatus.json",
        "DTMF",
        "1530768971.265",
        [ext("1002")],
        {"infos": "777*01"},
    ),
    (
        "report-playpromptend-outbound.json",
        "PlayPromptEnd",
        "1547395463.366",
        [Party("outbound", trunk=TRUNK)],
        {"prompt": "record"},
    ),
    ("report-satisfaction.json", "satisfaction", "1547396435.415", [], {"surveyresult": "2"}),
    (
        "legacy-v1.0.1-report-bye-duplicate-ext.txt",
        "BYE",
        "1495706238.328",
        [ext("1000"), ext("1002")],
        {},
    ),
    (
        "legacy-v1.0.1-report-tranfer-inbound.json",
        "Tranfer",
        "1505291815.120",
        [ext("1000"), Party("inbound", "", "102", "1000", "Apple_test", "1505291815.120")],
        {},
    ),
    (
        "legacy-v1.0.1-report-callfailed-no-party.json",
        "CallFailed",
        "1505294245.162",
        [],
        {"reason": "User busy"},
    ),
]


@pytest.mark.parametrize(("name", "action", "callid", "parties", "fields"), TRAFFIC)
def test_recorded_reports_are_understood(
    name: str, action: str, callid: str, parties: Sequence[Party], fields: dict[str, str]
) -> None:
    parsed = parse_report(recorded(name))
    assert parsed.action == action
    assert parsed.callid == callid
    assert parsed.parties == tuple(parties)
    assert parsed.fields == fields
    assert (parsed.fingerprint is None) == (callid == "")


@pytest.mark.parametrize("name", REPORTS)
def test_every_recorded_report_is_read_or_called_unreadable(name: str) -> None:
    if "malformed" in name:
        with pytest.raises(Unreadable, match="not JSON"):
            parse_report(recorded(name))
    else:
        body = json.loads(recorded(name))
        parsed = parse_report(recorded(name))
        assert parsed.action == body["action"]
        assert parsed.sn == body.get("sn", "")


def test_there_are_reports_to_read() -> None:
    assert len(REPORTS) > 50


def test_a_report_of_the_newer_api_is_read() -> None:
    parsed = parse_report(recorded("v2-report-newcdr.json"))
    assert parsed.action == "NewCdr"


def test_parties_twice_under_one_key_are_both_kept() -> None:
    parsed = parse_report(recorded("legacy-v1.0.1-report-ring-duplicate-ext.txt"))
    assert parsed.extensions == ("1000", "1002")


@pytest.mark.parametrize(
    "body",
    [
        b'{"action":"BYE","callid":"1.1","call":[{"ext":"1000"}]}',
        b'{"action":"BYE","callid":"1.1","ext":1000}',
        b'{"Action":"bye","CallID":1.1,"Call":{"Ext":{"ExtID":1000}}}',
        b'{"action":"BYE","callid":"1.1","call":[{"ext":[{"number":"1000"}]}]}',
    ],
)
def test_a_phone_is_found_however_it_is_written(body: bytes) -> None:
    parsed = parse_report(body)
    assert (parsed.action, parsed.callid) == ("BYE", "1.1")
    assert parsed.parties == (ext("1000"),)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("INVITE", "Invite"), ("dtmf", "DTMF"), ("Transfer", "Tranfer"), ("TrunkStatus",) * 2],
)
def test_the_kind_of_report_has_one_spelling(written: str, meant: str) -> None:
    assert parse_report(report(action=written)).action == meant


def test_numbers_keep_every_digit() -> None:
    parsed = parse_report(
        b'{"action":"DTMF","callid":1547375509.70,"infos":007.0}'.replace(b"00", b"")
    )
    assert parsed.callid == "1547375509.70"
    assert parsed.fields["infos"] == "7.0"


@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"action":"BootUp"}',
        b'{"action":"BootUp"}\0',
        b'\r\n {"action":" BootUp "}\r\n\r\n',
        b'{"action":"BootUp","note":"two\r\nlines"}',
        b'{"action":"BootUp","note":"caf\xe9"}',
    ],
)
def test_what_senders_do_around_and_inside_json_is_forgiven(body: bytes) -> None:
    assert parse_report(body).action == "BootUp"


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "not JSON"),
        (b"hello", "not JSON"),
        (b'{"action":"BYE",}', "not JSON"),
        (b"[1]", "not an object"),
        (b"null", "not an object"),
        (b"{}", "no action"),
        (b'{"action":"","sn":"1"}', "no action"),
        (b'{"action":{"a":1}}', "no action"),
        (b"[" * 200_000, "too deeply"),
        (b'{"a":' * 200_000, "too deeply"),
        (b'{"action":"BYE","callid":"1.1","x":' + b"[" * 900 + b"]" * 900 + b"}", "too deeply"),
        (b"\xff\xfe\x00", "not JSON"),
    ],
)
def test_the_unreadable_is_named(body: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        parse_report(body)
    assert caught.value.reason == str(caught.value)


def test_texts_can_be_stored_and_are_bounded() -> None:
    body = (
        rb'{"action":"%s","callid":"%s","sn":"a\u0000b","k\u0000":"\ud800x","long":"%s",'
        rb'"ext":{"extid":"1\u0000%s"}}' % (b"A" * 99, b"1" * 99, b"x" * 999, b"2" * 999)
    )
    parsed = parse_report(body)
    assert (len(parsed.action), len(parsed.callid)) == (32, 64)
    assert parsed.sn == "ab"
    assert parsed.fields["k"] == "\ufffdx"
    assert len(parsed.fields["long"]) == len(parsed.parties[0].extid) == 255


def test_a_report_of_many_keys_is_read_in_good_time() -> None:
    body = b'{"action":"BootUp",' + b",".join(b'"k%d":1' % i for i in range(60_000)) + b"}"
    assert len(parse_report(body).fields) == 60_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)
keys = st.sampled_from(["action", "event", "callid", "sn", "call", "ext", "inbound", "Outbound"])


def reading(body: bytes) -> ParsedReport | str:
    """The parsed report, or the reason why it cannot be parsed."""
    try:
        return parse_report(body)
    except Unreadable as fault:
        return fault.reason


def assert_storable(parsed: ParsedReport) -> None:
    texts = [parsed.action, parsed.callid, parsed.sn, *parsed.fields, *parsed.fields.values()]
    for party in parsed.parties:
        texts += [party.extid, party.from_, party.to, party.trunk, party.leg_id, party.callpath]
    for text in texts:
        assert "\0" not in text
        text.encode()  # a lone surrogate would not let itself be encoded


@given(st.binary())
@example(b"9" * 10_000)
@example(b'{"action":"BYE","callid":' + b"9" * 10_000 + b"}")
@example(rb'{"action":"\ud800\u0000"}')
@example(b'{"action":NaN}')
def test_no_bytes_raise_anything_else(body: bytes) -> None:
    result = reading(body)
    assert result
    if isinstance(result, ParsedReport):
        assert_storable(result)


@given(st.dictionaries(keys | st.text(), json_values))
def test_no_json_object_raises_anything_else(value: dict[str, Any]) -> None:
    result = reading(json.dumps(value).encode())
    if isinstance(result, ParsedReport):
        assert_storable(result)
        assert (result.fingerprint is None) == (result.callid == "")
    else:
        assert result == "it has no action"
