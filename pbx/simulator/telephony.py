"""Actions of people at the phones, and the reports that they cause.

A call takes no time, whatever its length: all reports of a ten-minute call are sent at once, with
the durations that it would have had.
"""

from typing import Any

from pbx.simulator.line import Line
from pbx.simulator.state import Extension, Route


class CannotCall(Exception):
    """The phone cannot call that number; the text says why."""


class Telephony(Line):
    """The PBX's phones, used by people."""

    def key_in(self, extension: Extension, entries: list[str]) -> str:
        """Dial a feature code, with one or several entries in the call (L6053, L6152).

        ``777*01`` is reported as in the manual: party at the top level and no serial number.
        """
        callid = self._state.call_id()
        party = {"ext": {"extid": extension.number}}
        self.lift(extension)
        for entry in entries:
            if entry.startswith("777"):
                report = {"action": "DTMF", "callid": callid, **party, "infos": entry}
                self.send(report, with_serial=False)
            else:
                self.send({"action": "DTMF", "callid": callid, "call": [party], "infos": entry})
        self.hang_up(extension)
        return callid

    def call_out(self, caller: Extension, dialed: str, talk: int, ring: int = 4) -> str:
        """Call an outside number; ``talk`` 0: nobody answers. Raises :class:`CannotCall`."""
        route = self._route(caller, dialed)
        callid = self._state.call_id()
        inner = {"ext": {"extid": caller.number}}
        outer = {
            "outbound": {
                "from": caller.number,
                "to": dialed,
                "trunk": route.trunk,
                "outboundid": self._state.call_id(),
            }
        }
        self._play(caller, None, callid, inner, outer, answered=talk > 0)
        self.record(
            callid, caller.number, dialed, ring, talk, "Outbound", desttrunkname=route.trunk
        )
        return callid

    def call_in(self, callee: Extension, number: str, talk: int, ring: int = 4) -> str:
        """Call a phone from outside."""
        callid = self._state.call_id()
        trunk = next((route.trunk for route in self._state.routes.values()), "SIP-in")
        party = {"from": number, "to": callee.number, "trunk": trunk, "inboundid": callid}
        talk = self._reached(callee, talk)
        inner = {"ext": {"extid": callee.number}}
        self._play(None, callee, callid, {"inbound": party}, inner, answered=talk > 0)
        self.record(
            callid, number, callee.number, ring, talk, "Inbound",
            srctrunkname=trunk, didnumber=callee.number,
        )  # fmt: skip
        return callid

    def call_inside(self, caller: Extension, callee: Extension, talk: int, ring: int = 4) -> str:
        """Call one phone from another."""
        callid = self._state.call_id()
        first, second = {"ext": {"extid": caller.number}}, {"ext": {"extid": callee.number}}
        talk = self._reached(callee, talk)
        self._play(caller, callee, callid, first, second, answered=talk > 0)
        self.record(callid, caller.number, callee.number, ring, talk, "Internal")
        return callid

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
        quiet = callee is not None and callee.settings["dnd"] == "on"
        if caller:
            self.lift(caller)
        if callee and not quiet:
            self.status(callee, "Ringing")
        self.send({"action": "ALERT", "callid": callid, "call": [first]})
        if not quiet:
            self.send({"action": "RING", "callid": callid, "call": [second, first]})
        if answered and not quiet:
            if callee:
                self.status(callee, "Busy")
            self.send({"action": "ANSWER", "callid": callid, "call": [second, first]})
            self.send({"action": "ANSWERED", "callid": callid, "call": [first, second]})
            self.send({"action": "BYE", "callid": callid, "call": [second, first]})
            self.send({"action": "BYE", "callid": callid, "call": [first, second]})
        else:
            self.send(
                {
                    "action": "CallFailed",
                    "reason": "DND" if quiet else "480",
                    "callid": callid,
                    **second,
                    **first,
                }
            )
        for extension in (caller, callee):
            if extension and not (quiet and extension is callee):
                self.status(extension, "Idle")

    @staticmethod
    def _reached(callee: Extension, talk: int) -> int:
        """The talk time: 0 with do-not-disturb."""
        return 0 if callee.settings["dnd"] == "on" else talk

    def _route(self, caller: Extension, dialed: str) -> Route:
        if caller.settings["callrestriction"] == "on":
            raise CannotCall(f"{caller.number} may not call outside.")
        fitting = [
            route for route in self._state.routes.values() if dialed.startswith(route.prefix)
        ]
        route = max(fitting, key=lambda route: len(route.prefix), default=None)
        if route is None or route.name not in caller.routes:
            raise CannotCall(f"No outbound route of {caller.number} fits {dialed}.")
        return route
