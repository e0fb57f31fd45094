"""Calls made by the PBX itself: alarms, prompts and IVRs.

The phone reacts as set: it ``answers``, ``ignores`` the call, is ``busy`` or ``unregistered``, or
``voicemail`` answers for it. An answering person presses the phone's ``keys``, by default 1 in an
IVR. Whether a phone with do-not-disturb rings is undocumented (``dnd_mode``).
"""

from typing import Any, Final

from pbx.simulator.line import Line
from pbx.simulator.state import Extension

_RING: Final = 4
_TALK: Final = 12

# For calls that did not reach the phone: the reason of CallFailed (L5422-L5430) and the status of
# the record.
_FAILURES: Final = {
    "ignores": ("480", "NO ANSWER"),
    "busy": ("486 Busy Here", "BUSY"),
    "unregistered": ("480", "FAILED"),
    "dnd": ("DND", "FAILED"),
}
# Behaviors in which a phone does not ring.
_SILENT: Final = ("busy", "unregistered")


class OwnCalls:
    """The PBX calls a phone."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def ring_alarm(self, extension: Extension, prompt: str, *, as_call: bool, callid: str) -> None:
        """Ring an alarm; ``as_call``: with the reports of a call (T6)."""
        if extension.behaviour in _SILENT or self._line.is_blocked_by_dnd(extension):
            return
        party = {"ext": {"extid": extension.number}}
        send = self._line.send if as_call else _discard_report
        self._line.status(extension, "Ringing")
        send({"action": "RING", "callid": callid, "call": [party]})
        if extension.behaviour == "answers":
            self._line.lift(extension)
            send({"action": "PlayPromptEnd", "callid": callid, **party, "prompt": prompt})
        elif extension.behaviour == "ignores":
            send({"action": "CallFailed", "reason": "480", "callid": callid, **party})
        self._line.hang_up(extension)
        if extension.behaviour == "voicemail":
            self._take_message(extension, callid, {"prompt": prompt}, as_call=as_call)

    def play_prompt(self, extension: Extension, prompt: str, callid: str) -> None:
        """Call a phone and play a prompt after it answers (L3905-L3966)."""
        self._call(extension, callid, {"prompt": prompt}, extension.pressed("prompt"), "")

    def dial_ivr(self, extension: Extension, ivr: str, callid: str) -> None:
        """Call a phone and connect it to an IVR (L3624-L3666)."""
        end = {"ivr": {"ivrid": ivr}, "playtonum": extension.number}
        self._call(extension, callid, end, extension.pressed("menu"), ivr)

    def _call(
        self, extension: Extension, callid: str, end: dict[str, Any], keys: str, ivr: str
    ) -> None:
        if self._line.is_blocked_by_dnd(extension):
            self._fail(extension, callid, "dnd")
            return
        if extension.behaviour in _SILENT:
            self._fail(extension, callid, extension.behaviour)
            return
        party = {"ext": {"extid": extension.number}}
        self._line.status(extension, "Ringing")
        self._line.send({"action": "RING", "callid": callid, "call": [party]})
        if extension.behaviour == "ignores":
            self._fail(extension, callid, "ignores")
            self._line.hang_up(extension)
        elif extension.behaviour == "voicemail":
            self._line.hang_up(extension)
            self._take_message(extension, callid, end, as_call=True)
        else:
            self._talk(extension, callid, end, keys, ivr)

    def _talk(
        self, extension: Extension, callid: str, end: dict[str, Any], keys: str, ivr: str
    ) -> None:
        party: dict[str, Any] = {"ext": {"extid": extension.number}}
        self._line.lift(extension)
        self._line.send({"action": "ANSWER", "callid": callid, "call": [party]})
        presses = {"ext": {"extid": extension.number, **({"callpath": ivr} if ivr else {})}}
        for place, key in enumerate(keys):
            report = {"action": "DTMF", "callid": callid, "call": [presses]}
            self._line.send({**report, "info": key, "flag": str(place)})
        self._end(callid, party, end)
        self._line.send({"action": "BYE", "callid": callid, "call": [party]})
        self._line.hang_up(extension)
        self._record(extension, callid, _TALK, "ANSWERED")

    def _take_message(
        self, extension: Extension, callid: str, end: dict[str, Any], *, as_call: bool
    ) -> None:
        """Voicemail answers, which the manual counts as an answer (L5419)."""
        self._line.leave_message(extension, extension.number)
        if not as_call:
            return
        party = {"ext": {"extid": extension.number}}
        self._line.send({"action": "ANSWER", "callid": callid, "call": [party]})
        self._end(callid, party, end)
        self._record(extension, callid, _TALK, "VOICEMAIL")

    def _fail(self, extension: Extension, callid: str, why: str) -> None:
        reason, status = _FAILURES[why]
        party = {"ext": {"extid": extension.number}}
        self._line.send({"action": "CallFailed", "reason": reason, "callid": callid, **party})
        self._record(extension, callid, 0, status)

    def _end(self, callid: str, party: dict[str, Any], end: dict[str, Any]) -> None:
        who = {"call": [party]} if "ivr" in end else party
        self._line.send({"action": "PlayPromptEnd", "callid": callid, **who, **end})

    def _record(self, extension: Extension, callid: str, talk: int, status: str) -> None:
        """Record the call; the caller is undocumented, here it is the phone itself."""
        number = extension.number
        self._line.record(callid, number, number, _RING, talk, "Internal", status)


def _discard_report(report: dict[str, Any]) -> None:
    """Discard a report: the alarm's call is not reported."""
