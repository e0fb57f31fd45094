"""What people do with the phones, and what the PBX reports about it.

A call is played at once, whatever its length: the reports of a call of ten minutes come within a
moment, with the durations it would have had.
"""

import itertools
import time
from datetime import datetime
from typing import Any

from pbx.simulator.reports import Report, Reporter
from pbx.simulator.state import Extension, Message, Route, State


class CannotCall(Exception):
    """The phone may not call that number; the text says why."""


class Telephony:
    """The exchange's phones."""

    def __init__(self, state: State, reporter: Reporter) -> None:
        self._state = state
        self._reporter = reporter
        # Seconds between two reports of one call, so that a person can follow.
        self.pause = 0.0

    def status(self, extension: Extension, status: str) -> None:
        """A phone changes its state and the PBX reports it (L4795-L4827)."""
        extension.status = status
        self._send({"action": "ExtensionStatus", "extension": extension.number, "status": status})

    def lift(self, extension: Extension) -> None:
        """Somebody takes the receiver off the hook."""
        self.status(extension, "Busy")

    def hang_up(self, extension: Extension) -> None:
        """Somebody puts it back."""
        self.status(extension, "Idle")

    def key_in(self, extension: Extension, entries: list[str]) -> str:
        """Dial a code of the hotel, with one or several entries in the call (L6053, L6152).

        ``777*01`` comes as the manual shows it: party at the top level and no serial number.
        """
        callid = self._state.call_id()
        party = {"ext": {"extid": extension.number}}
        self.lift(extension)
        for entry in entries:
            if entry.startswith("777"):
                report = {"action": "DTMF", "callid": callid, **party, "infos": entry}
                self._send(report, with_serial=False)
            else:
                self._send({"action": "DTMF", "callid": callid, "call": [party], "infos": entry})
        self.hang_up(extension)
        return callid

    def call_out(self, caller: Extension, dialled: str, talk: int, ring: int = 4) -> str:
        """Call a number outside; ``talk`` 0: nobody answers. Raises :class:`CannotCall`."""
        route = self._route(caller, dialled)
        callid = self._state.call_id()
        inner = {"ext": {"extid": caller.number}}
        outer = {
            "outbound": {
                "from": caller.number,
                "to": dialled,
                "trunk": route.trunk,
                "outboundid": self._state.call_id(),
            }
        }
        self._play(caller, None, callid, inner, outer, answered=talk > 0)
        self._record(
            callid, caller.number, dialled, ring, talk, "Outbound", desttrunkname=route.trunk
        )
        return callid

    def call_in(self, callee: Extension, number: str, talk: int, ring: int = 4) -> str:
        """Somebody outside calls a phone."""
        callid = self._state.call_id()
        trunk = next((route.trunk for route in self._state.routes.values()), "SIP-in")
        party = {"from": number, "to": callee.number, "trunk": trunk, "inboundid": callid}
        inner = {"ext": {"extid": callee.number}}
        self._play(None, callee, callid, {"inbound": party}, inner, answered=talk > 0)
        self._record(
            callid, number, callee.number, ring, talk, "Inbound",
            srctrunkname=trunk, didnumber=callee.number,
        )  # fmt: skip
        return callid

    def call_inside(self, caller: Extension, callee: Extension, talk: int, ring: int = 4) -> str:
        """One phone calls another."""
        callid = self._state.call_id()
        first, second = {"ext": {"extid": caller.number}}, {"ext": {"extid": callee.number}}
        self._play(caller, callee, callid, first, second, answered=talk > 0)
        self._record(callid, caller.number, callee.number, ring, talk, "Internal")
        return callid

    def leave_message(self, extension: Extension, sender: str, seconds: int = 12) -> None:
        """Somebody leaves a voicemail message; no report tells of it (T37)."""
        taken = {message.file for message in extension.messages}
        files = (f"msg{number:04}.wav" for number in itertools.count())
        file = next(file for file in files if file not in taken)
        stamp = self._state.clock.stamp()
        extension.messages.append(Message(file, sender, "unread", stamp, seconds))

    def ring_alarm(self, extension: Extension, prompt: str, *, as_call: bool) -> None:
        """An alarm rings; ``as_call``: with the reports of a call that nobody makes (T6)."""
        callid = self._state.call_id()
        party = {"ext": {"extid": extension.number}}
        self.status(extension, "Ringing")
        if as_call:
            self._send({"action": "RING", "callid": callid, "call": [party]})
        if extension.behaviour == "answers":
            self.lift(extension)
            if as_call:
                self._send({"action": "PlayPromptEnd", "callid": callid, **party, "prompt": prompt})
        elif as_call:
            self._send({"action": "CallFailed", "reason": "480", "callid": callid, **party})
        self.hang_up(extension)

    def play_prompt(self, extension: Extension, prompt: str) -> str:
        """The PBX calls a phone and plays a prompt after it is lifted (L3905-L3966)."""
        callid = self._state.call_id()
        self.status(extension, "Ringing")
        if extension.behaviour == "answers":
            self.lift(extension)
            party = {"ext": {"extid": extension.number}}
            self._send({"action": "PlayPromptEnd", "callid": callid, **party, "prompt": prompt})
        self.hang_up(extension)
        return callid

    def answer_ivr(self, extension: Extension, ivr: str, callid: str) -> None:
        """A phone rings for an IVR; whoever lifts it presses 1 (L5518-L5532)."""
        self.status(extension, "Ringing")
        if extension.behaviour == "answers":
            self.lift(extension)
            party = {"ext": {"extid": extension.number, "callpath": ivr}}
            key = {"action": "DTMF", "callid": callid, "call": [party], "info": "1", "flag": "0"}
            self._send(key)
        self.hang_up(extension)

    def _play(
        self,
        caller: Extension | None,
        callee: Extension | None,
        callid: str,
        first: dict[str, Any],
        second: dict[str, Any],
        *,
        answered: bool,
    ) -> None:
        if caller:
            self.lift(caller)
        if callee:
            self.status(callee, "Ringing")
        self._send({"action": "ALERT", "callid": callid, "call": [first]})
        self._send({"action": "RING", "callid": callid, "call": [second, first]})
        if answered:
            if callee:
                self.status(callee, "Busy")
            self._send({"action": "ANSWER", "callid": callid, "call": [second, first]})
            self._send({"action": "ANSWERED", "callid": callid, "call": [first, second]})
            self._send({"action": "BYE", "callid": callid, "call": [second, first]})
            self._send({"action": "BYE", "callid": callid, "call": [first, second]})
        else:
            self._send(
                {"action": "CallFailed", "reason": "480", "callid": callid, **second, **first}
            )
        for extension in (caller, callee):
            if extension:
                self.status(extension, "Idle")

    def _record(
        self, callid: str, source: str, target: str, ring: int, talk: int, kind: str, **more: str
    ) -> None:
        record = {
            "callid": callid,
            "timestart": self._started_at(callid),
            "callfrom": source,
            "callto": target,
            **more,
            "callduraction": str(ring + talk),
            "talkduraction": str(talk),
            "status": "ANSWERED" if talk else "NO ANSWER",
            "type": kind,
        }
        with self._state.lock:
            self._state.records.append(record)
        self._send({"action": "NewCdr", **record})

    def _started_at(self, callid: str) -> str:
        """The same instant that ``callid`` tells, also if the second has turned since."""
        epoch = int(callid.partition(".")[0])
        return datetime.fromtimestamp(epoch, self._state.clock.zone).strftime("%Y-%m-%d %H:%M:%S")

    def _route(self, caller: Extension, dialled: str) -> Route:
        if caller.settings["callrestriction"] == "on":
            raise CannotCall(f"{caller.number} may not call outside.")
        fitting = [
            route for route in self._state.routes.values() if dialled.startswith(route.prefix)
        ]
        route = max(fitting, key=lambda route: len(route.prefix), default=None)
        if route is None or route.name not in caller.routes:
            raise CannotCall(f"No outbound route of {caller.number} fits {dialled}.")
        return route

    def _send(self, report: Report, *, with_serial: bool = True) -> None:
        if self.pause:
            time.sleep(self.pause)
        self._reporter.send(report, with_serial=with_serial)
