"""Which reports are repetitions of each other."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pbx.reports.parsing import CallRecord, parse_report

RECORDED = Path(__file__).parents[2] / "recorded"


def fingerprint(body: bytes) -> str | None:
    return parse_report(body).fingerprint


def recorded(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((RECORDED / name).read_bytes())
    return loaded


def wire(report: dict[str, Any]) -> bytes:
    return json.dumps(report).encode()


MINIBAR = recorded("report-dtmf-minibar.json")
CALL = recorded("report-newcdr-outbound.json")


def test_key_order_and_spacing_do_not_matter() -> None:
    compact = json.dumps(dict(reversed(MINIBAR.items())), separators=(",", ":")).encode()
    assert fingerprint(compact) == fingerprint(wire(MINIBAR)) is not None


def test_escapes_are_only_another_spelling() -> None:
    one = rb'{"action":"DTMF","callid":"1.1","infos":"\u0037*"}'
    assert fingerprint(one) == fingerprint(rb'{"action":"DTMF","callid":"1.1","infos":"7*"}')


@pytest.mark.parametrize(
    "change",
    [
        {"infos": "778*123456789*3"},
        {"callid": "1575425107.150"},
        {"sn": "1"},
        {"call": [{"ext": {"extid": "204"}}]},
        {"more": ""},
        {"infos": None},
    ],
)
def test_another_content_is_another_report(change: dict[str, Any]) -> None:
    assert fingerprint(wire(MINIBAR | change)) != fingerprint(wire(MINIBAR))


def test_the_two_reports_of_one_hang_up_are_two() -> None:
    mirrored = [(RECORDED / f"report-bye-internal-{number}.json").read_bytes() for number in (1, 2)]
    assert fingerprint(mirrored[0]) != fingerprint(mirrored[1])


def test_twins_of_a_key_count_in_their_order() -> None:
    both = b'{"action":"BYE","callid":"1.1","ext":{"extid":"1"},"ext":{"extid":"2"}}'
    turned = b'{"action":"BYE","callid":"1.1","ext":{"extid":"2"},"ext":{"extid":"1"}}'
    last = b'{"action":"BYE","callid":"1.1","ext":{"extid":"2"}}'
    assert len({fingerprint(both), fingerprint(turned), fingerprint(last)}) == 3


def test_a_number_is_not_the_text_of_it() -> None:
    number = b'{"action":"DTMF","callid":"1.1","infos":1}'
    assert fingerprint(number) != fingerprint(b'{"action":"DTMF","callid":"1.1","infos":"1"}')


def test_without_a_callid_nothing_is_the_same() -> None:
    assert fingerprint(b'{"action":"ExtensionStatus","extension":"1006","status":"Busy"}') is None
    assert fingerprint(b'{"action":"DTMF","callid":"","infos":"777*01"}') is None


@pytest.mark.parametrize(
    "change",
    [
        {"recording": "another.wav"},
        {"status": "ANSWERD"},
        {"callduraction": "7"},
        {"desttrunkname": ""},
        {"talkduraction": 3},
        {"callto": " 9283737733 "},
        {"more": "of it"},
    ],
)
def test_call_records_are_compared_by_their_key_alone(change: dict[str, Any]) -> None:
    assert fingerprint(wire(CALL | change)) == fingerprint(wire(CALL))


@pytest.mark.parametrize(
    "name", ["sn", "callid", "timestart", "callfrom", "callto", "type", "talkduraction"]
)
def test_each_part_of_the_key_tells_legs_apart(name: str) -> None:
    assert fingerprint(wire(CALL | {name: "4"})) != fingerprint(wire(CALL))


def test_an_absent_part_of_the_key_is_as_good_as_an_empty_one() -> None:
    without = {name: value for name, value in CALL.items() if name != "sn"}
    assert fingerprint(wire(without)) == fingerprint(wire(CALL | {"sn": ""}))


def test_a_downloaded_call_is_the_same_as_the_reported_one() -> None:
    row = {name: value for name, value in CALL.items() if name not in ("action", "desttrunkname")}
    downloaded = CallRecord.of_row({**row, "dsttrunkname": "SPS-6-36", "pincode": ""})
    reported = CallRecord.of_report(parse_report(wire(CALL)))
    assert downloaded.fingerprint == reported.fingerprint == fingerprint(wire(CALL))
    assert downloaded == reported


values = st.recursive(
    st.none() | st.booleans() | st.integers(-99, 99) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from("abcdef"), values), st.randoms())
def test_any_shuffle_of_the_keys_is_the_same(extra: dict[str, Any], chance: Any) -> None:
    report = {"action": "DTMF", "callid": "1.1", **extra}
    shuffled = list(report.items())
    chance.shuffle(shuffled)
    assert fingerprint(wire(dict(shuffled))) == fingerprint(wire(report))
