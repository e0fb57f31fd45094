"""The repairs of answers that the manual shows malformed."""

import json
from collections.abc import Callable

import pytest

from pbx.client import PbxClient
from pbx.client.answers import (
    Repair,
    close_brackets,
    close_strings,
    join_arrays,
    parse_answer,
    separate_objects,
)
from pbx.errors import ServerFault
from tests.pbx.client.scripted import ScriptedTransport, Tokens, recorded

REPAIRS: dict[str, list[Repair]] = {
    "wakeupcall-query-response": [join_arrays],
    "voicemail-query-response": [separate_objects, close_brackets],
    "outroute-query-response": [close_strings],
}


@pytest.mark.parametrize(("name", "repairs"), REPAIRS.items())
def test_a_broken_answer_is_mended_into_what_was_meant(name: str, repairs: list[Repair]) -> None:
    meant = parse_answer(recorded(f"{name}.repaired.json"))
    assert parse_answer(recorded(f"{name}.malformed.txt"), repairs) == meant


@pytest.mark.parametrize("name", REPAIRS)
def test_without_its_repair_a_broken_answer_is_a_fault(name: str) -> None:
    with pytest.raises(ServerFault) as caught:
        parse_answer(recorded(f"{name}.malformed.txt"))
    assert caught.value.outcome_unknown


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("wakeupcall-query-response", lambda pbx: pbx.wakeupcalls.query("1000")),
        ("voicemail-query-response", lambda pbx: pbx.voicemail.query(["1000"])),
        ("outroute-query-response", lambda pbx: pbx.routes.query(["route1"])),
    ],
)
def test_each_call_mends_its_own_answer(name: str, ask: Callable[[PbxClient], object]) -> None:
    broken, sound = (
        ask(PbxClient(ScriptedTransport(recorded(f"{name}.{kind}")), Tokens()))
        for kind in ("malformed.txt", "repaired.json")
    )
    assert broken == sound
    assert sound


def test_a_sound_answer_is_never_touched() -> None:
    tempting = json.dumps({"status": "Success", "name": "}{ }] [{", "other": 'x,\n "a":'})
    every = [join_arrays, separate_objects, close_brackets, close_strings]
    assert parse_answer(tempting, every) == parse_answer(tempting)
    assert parse_answer(tempting, every).text("name") == "}{ }] [{"


def test_no_bracket_is_put_behind_a_text_that_ends_elsewhere() -> None:
    for cut in ('{"a":[{"b":"c"},', '{"a":[{"b":"c', '{"a":[{"b":', ""):
        assert close_brackets(cut) == cut
    assert close_brackets('{"a":[{"b":"}["}') == '{"a":[{"b":"}["}]}'


def test_an_answer_may_have_marks_around_it_and_line_ends_in_it() -> None:
    answer = parse_answer('\ufeff\r\n{"status":"Success","name":"two\nlines"}\0')
    assert answer.text("name") == "two\nlines"
