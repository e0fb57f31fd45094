"""From recorded reports to a result: the table of docs/wake-up-calls.md, row by row.

The bodies have the shape of tests/recorded; they go through the parser and the report handlers'
own reading, so that nothing but the database is left out.
"""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import pytest

from pbx.reports.parsing import parse_report
from tests.house import at, callid
from wakeups.models.observation import Observation, ObservationKind
from wakeups.outcome.assessment import Criteria, assess, reason_of
from wakeups.outcome.report_handlers import observations_of

DUE: Final = at("2026-05-04 23:00:00")
UNTIL: Final = DUE + timedelta(minutes=2)
PHONE: Final = "2201"
OWN: Final = callid(DUE + timedelta(seconds=1), 7)
ALARM: Final = callid(DUE + timedelta(seconds=1), 8)
OTHER: Final = callid(DUE, 9)
LONG: Final = callid(DUE - timedelta(minutes=5), 10)

Told = tuple[float, dict[str, Any]]


def state(second: float, status: str) -> Told:
    return second, {"action": "ExtensionStatus", "extension": PHONE, "status": status}


def said(second: float, action: str, call: str, *others: dict[str, Any], **more: Any) -> Told:
    parties = [{"ext": {"extid": PHONE}}, *others]
    return second, {"action": action, "callid": call, "call": parties, **more}


def failed(second: float, call: str, reason: str) -> Told:
    body = {"action": "CallFailed", "reason": reason, "callid": call, "ext": {"extid": PHONE}}
    return second, body


def record(second: float, call: str, status: str, source: str = "", talk: int = 0) -> Told:
    return second, {
        "action": "NewCdr",
        "callid": call,
        "timestart": "2026-05-05 07:00:00",
        "callfrom": source,
        "callto": PHONE,
        "callduraction": str(talk + 4),
        "talkduraction": str(talk),
        "status": status,
        "type": "Inbound" if len(source) > 4 else "Internal",
    }


COLLEAGUE: Final = {"ext": {"extid": "2202"}}
OUTSIDE: Final = {
    "inbound": {"from": "13800138000", "to": PHONE, "trunk": "SIP", "inboundid": OTHER}
}


@dataclass(frozen=True)
class Row:
    """What was reported, in the order of arrival, and the result."""

    told: tuple[Told, ...]
    result: str
    why: str = ""
    call: str = ""  # our own call's id; empty: the PBX's alarm
    wants_key: bool = False
    now: float = 180.0


RINGS: Final = state(1, "Ringing")
LIFTED: Final = (state(1, "Ringing"), state(9, "Busy"))
RUNG_OUT: Final = (state(1, "Ringing"), state(31, "Idle"))

TABLE: Final[dict[str, Row]] = {
    # --- the PBX's alarm
    "the receiver is lifted": Row((*LIFTED, state(30, "Idle")), "completed", "lifted"),
    "lifted a moment ago: another call may yet be told of": Row(LIFTED, "ringing", now=10),
    "it rings": Row((RINGS,), "ringing", now=10),
    "it rings out": Row(RUNG_OUT, "no_answer", "rang and nobody answered"),
    "the end of its ringing is not told": Row((RINGS,), "no_answer", "rang and nobody answered"),
    "nothing yet": Row((), "pending", now=10),
    "nothing at all": Row((), "unknown", "No report"),
    "lifted, as a call of nobody": Row(
        (
            RINGS,
            said(1.1, "RING", ALARM),
            state(9, "Busy"),
            said(9.1, "ANSWER", ALARM),
            said(20, "PlayPromptEnd", ALARM, prompt="macroform-cold_day"),
            state(21, "Idle"),
            record(21.1, ALARM, "ANSWERED", PHONE, 12),
        ),
        "completed",
        "answered",
    ),
    "the same, in the worst order": Row(
        (
            record(2, ALARM, "ANSWERED", PHONE, 12),
            said(3, "PlayPromptEnd", ALARM, prompt="macroform-cold_day"),
            said(4, "ANSWER", ALARM),
            RINGS,
            state(9, "Busy"),
            said(21, "RING", ALARM),
        ),
        "completed",
        "answered",
    ),
    "a phone without monitor: only the call is told": Row(
        (said(1, "RING", ALARM), said(9, "ANSWER", ALARM)), "completed", "answered"
    ),
    "the same, a moment ago: it may be voicemail": Row(
        (said(1, "RING", ALARM), said(9, "ANSWER", ALARM)), "ringing", now=12
    ),
    "voicemail picks up, by the record": Row(
        (
            RINGS,
            said(1.1, "RING", ALARM),
            state(25, "Idle"),
            said(25.1, "ANSWER", ALARM),
            record(40, ALARM, "VOICEMAIL", PHONE, 14),
        ),
        "no_answer",
        "Voicemail",
    ),
    "voicemail picks up, and the record is missing": Row(
        (RINGS, said(1.1, "RING", ALARM), state(25, "Idle"), said(25.1, "ANSWER", ALARM)),
        "no_answer",
        "voicemail, or a forwarding",
    ),
    "not answered, by CallFailed": Row(
        (RINGS, failed(31, ALARM, "480"), state(31, "Idle")), "no_answer", "Nobody answered."
    ),
    "not answered, by the record": Row(
        (said(1, "RING", ALARM), record(31, ALARM, "NO ANSWER", PHONE)),
        "no_answer",
        "Nobody answered.",
    ),
    "do-not-disturb": Row((failed(1, ALARM, "DND"),), "no_answer", "Do-not-disturb"),
    "busy, by CallFailed": Row((failed(1, ALARM, "User busy"),), "no_answer", "busy"),
    "refused at the phone": Row(
        (RINGS, failed(4, ALARM, "486 Busy Here"), state(4, "Idle")), "no_answer", "refused"
    ),
    "the phone is not connected": Row((state(-60, "Unregistered"),), "no_answer", "not connected"),
    "the receiver has been off the hook for long": Row(
        (state(-60, "Busy"),), "no_answer", "off the hook"
    ),
    "the guest is in a call when it is due": Row(
        (state(-60, "Busy"), said(70, "BYE", LONG, OUTSIDE), state(70, "Idle")),
        "no_answer",
        "on the phone",
    ),
    "he hangs up, and the alarm's next ring is answered": Row(
        (
            state(-60, "Busy"),
            said(20, "BYE", LONG, OUTSIDE),
            state(20, "Idle"),
            state(30, "Ringing"),
            state(38, "Busy"),
        ),
        "completed",
        "lifted",
    ),
    "the guest dials at that minute": Row(
        (
            state(2, "Busy"),
            said(3, "RING", OTHER, COLLEAGUE),
            said(8, "ANSWERED", OTHER, COLLEAGUE),
            said(60, "BYE", OTHER, COLLEAGUE),
            state(60, "Idle"),
        ),
        "no_answer",
        "on the phone",
    ),
    "a colleague calls at that minute, and the guest answers him": Row(
        (
            RINGS,
            said(1.2, "RING", OTHER, COLLEAGUE),
            state(9, "Busy"),
            said(9.1, "ANSWER", OTHER, COLLEAGUE),
            said(40, "BYE", OTHER, COLLEAGUE),
            state(40, "Idle"),
            record(40.2, OTHER, "ANSWERED", "2202", 31),
        ),
        "unknown",
        "another call",
    ),
    "somebody outside calls, and the reports of the call come last": Row(
        (*LIFTED, said(10, "RING", OTHER, OUTSIDE), said(11, "ANSWER", OTHER, OUTSIDE)),
        "unknown",
        "another call",
    ),
    "after that call the alarm is answered": Row(
        (
            RINGS,
            said(1.2, "RING", OTHER, COLLEAGUE),
            failed(20, OTHER, "480"),
            state(20, "Idle"),
            state(40, "Ringing"),
            state(48, "Busy"),
        ),
        "completed",
        "lifted",
    ),
    "the guest hears his voicemail at that minute": Row(
        (
            state(2, "Busy"),
            said(3, "ANSWERED", OTHER),
            said(60, "BYE", OTHER),
            state(60, "Idle"),
            record(61, OTHER, "ANSWERED", PHONE, 57),
        ),
        "no_answer",
        "the receiver was not lifted",
    ),
    "busy before ringing is no answer": Row(
        (state(1, "Busy"), state(2, "Ringing"), state(31, "Idle")),
        "no_answer",
        "rang and nobody answered",
    ),
    # --- a call of our own, known by its callid
    "our call is answered": Row(
        (
            RINGS,
            said(1.1, "RING", OWN),
            state(9, "Busy"),
            said(9.1, "ANSWER", OWN),
            said(20, "PlayPromptEnd", OWN, prompt="wakeup"),
        ),
        "completed",
        "answered",
        call=OWN,
    ),
    "at once, with no doubt": Row(
        (RINGS, state(9, "Busy"), said(9.1, "ANSWER", OWN)), "completed", call=OWN, now=9.2
    ),
    "our call is answered while the PBX's alarm rings, too": Row(
        (RINGS, said(1, "RING", ALARM), state(9, "Busy"), said(9.1, "ANSWER", OWN)),
        "completed",
        call=OWN,
    ),
    "our call rings out": Row(
        (said(1, "RING", OWN), *RUNG_OUT, record(31, OWN, "NO ANSWER")),
        "no_answer",
        "Nobody answered.",
        call=OWN,
    ),
    "our call finds the phone busy": Row(
        (failed(1, OWN, "486 Busy Here"),), "no_answer", "refused", call=OWN
    ),
    "our call is answered by voicemail": Row(
        (
            RINGS,
            state(25, "Idle"),
            said(25.1, "ANSWER", OWN),
            said(39, "PlayPromptEnd", OWN, prompt="wakeup"),
            record(40, OWN, "VOICEMAIL", "", 14),
        ),
        "no_answer",
        "Voicemail",
        call=OWN,
    ),
    "somebody else's call is answered while we call": Row(
        (
            RINGS,
            said(1, "RING", OTHER, COLLEAGUE),
            state(9, "Busy"),
            said(9.1, "ANSWER", OTHER, COLLEAGUE),
            failed(10, OWN, "User busy"),
        ),
        "no_answer",
        "busy",
        call=OWN,
    ),
    # --- a key is wanted
    "the key is pressed": Row(
        (
            RINGS,
            state(9, "Busy"),
            said(9.1, "ANSWER", OWN),
            said(15, "DTMF", OWN, info="1", flag="0"),
        ),
        "confirmed",
        "Key 1",
        call=OWN,
        wants_key=True,
    ),
    "the key comes as a whole entry": Row(
        (said(15, "DTMF", OWN, infos="1"),), "confirmed", "Key 1", call=OWN, wants_key=True
    ),
    "another key is pressed": Row(
        (*LIFTED, said(15, "DTMF", OWN, info="5", flag="0"), state(30, "Idle")),
        "no_answer",
        "no key",
        call=OWN,
        wants_key=True,
    ),
    "lifted, and no key yet": Row(LIFTED, "ringing", call=OWN, wants_key=True, now=20),
    "lifted, and hung up without a key": Row(
        (*LIFTED, state(30, "Idle")), "no_answer", "no key", call=OWN, wants_key=True
    ),
    "a key in some other call does not count": Row(
        (*RUNG_OUT, said(40, "DTMF", OTHER, info="1", flag="0")),
        "no_answer",
        "rang",
        call=OWN,
        wants_key=True,
    ),
}


def seen(told: tuple[Told, ...]) -> list[Observation]:
    """The observations of the room's phone, as the handlers read them."""
    found: list[Observation] = []
    for second, body in told:
        parsed = parse_report(json.dumps(body).encode())
        received_at = DUE + timedelta(seconds=second)
        found += [
            observation
            for extension, observation in observations_of(parsed, received_at)
            if extension == PHONE
        ]
    return found


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_what_reports_tell(row: Row) -> None:
    criteria = Criteria(
        now=DUE + timedelta(seconds=row.now),
        until=UNTIL,
        callid=row.call,
        keys={"1", "3"},
        wants_key=row.wants_key,
    )
    assessment = assess(seen(row.told), criteria)
    assert (assessment.result, row.why in assessment.why) == (row.result, True), assessment


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_a_sign_is_kept_as_it_was(row: Row) -> None:
    for observation in seen(row.told):
        assert Observation.from_json(json.loads(json.dumps(observation.as_json()))) == observation


def test_the_same_signs_in_any_order_of_the_calls_reports_tell_the_same() -> None:
    """Only the phone's own states, which carry no time, depend on the order of arrival."""
    row = TABLE["lifted, as a call of nobody"]
    states = [told for told in row.told if told[1]["action"] == "ExtensionStatus"]
    others = [told for told in row.told if told[1]["action"] != "ExtensionStatus"]
    criteria = Criteria(now=DUE + timedelta(minutes=3), until=UNTIL)
    for turn in range(len(others)):
        turned = others[turn:] + others[:turn]
        moved = tuple((second, body) for (second, _), (_, body) in zip(others, turned, strict=True))
        assert assess(seen((*states, *moved)), criteria).result == "completed"


def test_the_first_key_that_means_something_counts() -> None:
    pressed = [
        Observation(DUE + timedelta(seconds=9), ObservationKind.KEYS, OWN, detail="93"),
        Observation(DUE + timedelta(seconds=10), ObservationKind.KEYS, OWN, detail="1"),
    ]
    criteria = Criteria(now=DUE, until=UNTIL, callid=OWN, keys={"1", "3"})
    assert assess(pressed, criteria).key == "3"


def test_a_late_report_belongs_to_the_time_of_its_call() -> None:
    body = {"action": "CallFailed", "reason": "480", "callid": ALARM, "ext": {"extid": PHONE}}
    parsed = parse_report(json.dumps(body).encode())
    ((_, observation),) = observations_of(parsed, DUE + timedelta(minutes=20))
    assert observation.at == DUE + timedelta(seconds=1)


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("404 NOT found", "knows no such phone"),
        ("487 Request Terminated", "before anybody answered"),
        ("603 Declined", "until the ringing ended"),
        ("503 Service Unavailable", "cannot be reached"),
        ("Line unreachable", "cannot be reached"),
        ("something new", "something new"),
        ("", "no reason given"),
    ],
)
def test_a_reason_in_words(reason: str, words: str) -> None:
    assert words in reason_of(reason)
