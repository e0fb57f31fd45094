"""The control interface ``/_sim/…`` for people and tests, with JSON.

Every action is a POST with a JSON object; ``GET /_sim/state`` shows everything. Unknown extensions
and bad values are answered with 400 and a sentence.
"""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from werkzeug import Request, Response

from pbx.simulator.alarms import AlarmRinger
from pbx.simulator.endpoints.alarms import create
from pbx.simulator.endpoints.base import EndpointContext
from pbx.simulator.errors import Refused
from pbx.simulator.faults import Fault, Faults
from pbx.simulator.reports import Reporter
from pbx.simulator.session import Sessions
from pbx.simulator.state import BEHAVIOURS, CHOICES, Extension
from pbx.simulator.telephony import CannotCall

ROOT: Final = "/_sim/"

_KEYS: Final = frozenset("0123456789*#")


class BadRequest(Exception):
    """The requested action is impossible; the text says why."""


class Control:
    """The control actions, by name."""

    def __init__(
        self,
        context: EndpointContext,
        sessions: Sessions,
        reporter: Reporter,
        ringer: AlarmRinger,
        faults: Faults,
    ) -> None:
        self._context = context
        self._state, self._telephony = context.state, context.telephony
        self._sessions = sessions
        self._reporter = reporter
        self._ringer = ringer
        self._faults = faults
        self._acts: dict[str, Callable[[dict[str, Any]], Any]] = {
            "lift": lambda body: self._telephony.lift(self._phone(body)),
            "hang-up": lambda body: self._telephony.hang_up(self._phone(body)),
            "key-in": self._key_in,
            "call-out": self._call_out,
            "call-in": self._call_in,
            "call-inside": self._call_inside,
            "leave-message": self._leave_message,
            "guest-alarm": self._guest_alarm,
            "set": self._set,
            "ring-next": self._ring_next,
            "clock": self._clock,
            "report": lambda body: self._reporter.send(body, with_serial="sn" not in body),
            "fault": lambda body: self._faults.add(Fault(**body)),
            "clear-faults": lambda body: self._faults.clear(),
            "forget-tokens": lambda body: self._sessions.forget(),
            "away": self._away,
            "reboot": self._reboot,
            "options": self._options,
        }

    def answer(self, request: Request) -> Response:
        """Answer one request below ``/_sim/``."""
        name = request.path.removeprefix(ROOT)
        if name == "state" and request.method == "GET":
            return _json(self.state())
        act = self._acts.get(name)
        if act is None or request.method != "POST":
            return _json({"error": f"There is no {request.method} {request.path}."}, 404)
        try:
            body = json.loads(request.get_data() or b"{}")
            if not isinstance(body, dict):
                raise BadRequest("Send a JSON object.")
            result = act(body)
        except KeyError as missing:
            return _json({"error": f"{missing} is missing."}, 400)
        except Refused as refused:
            return _json({"error": f"The PBX refuses it: {refused.errno}."}, 400)
        except (BadRequest, CannotCall, ValueError, TypeError) as fault:
            return _json({"error": str(fault)}, 400)
        return _json({"result": result})

    def state(self) -> dict[str, Any]:
        """The complete state, without passwords and tokens."""
        state = self._state
        with state.lock:
            return {
                "clock": state.clock.system_time(),
                "sessions": self._sessions.shown(),
                "extensions": [_shown(each) for each in state.extensions.values()],
                "records": list(state.records),
                "requests": list(state.requests),
                "reports": [dict(entry) for entry in list(self._reporter.log)],
                "reports_waiting": not self._reporter.idle(),
                "faults": self._faults.shown(),
                "away": state.away,
                "rings": [{**vars(ring), "at": ring.at.isoformat()} for ring in state.rings],
            }

    def _phone(self, body: dict[str, Any], name: str = "extension") -> Extension:
        number = str(body.get(name, ""))
        if number not in self._state.extensions:
            raise BadRequest(f"There is no extension {number!r}.")
        return self._state.extensions[number]

    def _key_in(self, body: dict[str, Any]) -> str:
        entries = body.get("entries") or [body["keys"]]
        return self._telephony.key_in(self._phone(body), [str(each) for each in entries])

    def _call_out(self, body: dict[str, Any]) -> str:
        talk, number = int(body.get("talk", 60)), str(body["number"])
        return self._telephony.call_out(self._phone(body), number, talk)

    def _call_in(self, body: dict[str, Any]) -> str:
        talk, number = int(body.get("talk", 60)), str(body["number"])
        return self._telephony.call_in(self._phone(body), number, talk)

    def _call_inside(self, body: dict[str, Any]) -> str:
        callee = self._phone(body, "to")
        return self._telephony.call_inside(self._phone(body), callee, int(body.get("talk", 60)))

    def _leave_message(self, body: dict[str, Any]) -> None:
        sender = str(body.get("sender", "8000"))
        self._telephony.leave_message(self._phone(body), sender)

    def _guest_alarm(self, body: dict[str, Any]) -> None:
        """An alarm that the guest sets by phone (T35)."""
        alarm = {"time": body["time"], "type": "onetime", "repeats": "1"}
        wanted = {"extid": self._phone(body).number, "wakeup": [alarm]}
        with self._state.lock:
            create(self._context, wanted)

    def _set(self, body: dict[str, Any]) -> None:
        """Settings of an extension as if set on the phone or the PBX's own page."""
        phone = self._phone(body)
        behaviour, settings = body.get("behaviour", phone.behaviour), body.get("settings", {})
        if behaviour not in BEHAVIOURS:
            raise BadRequest(f"choose one of {', '.join(BEHAVIOURS)}")
        keys = body.get("keys", phone.keys)
        if keys is not None and not set(str(keys)) <= _KEYS:
            raise BadRequest("keys may be digits, * and #")
        phone.behaviour, phone.keys = behaviour, keys
        phone.settings.update({name: str(value) for name, value in dict(settings).items()})

    def _ring_next(self, body: dict[str, Any]) -> int:
        """Advance the clock to the next alarm of a phone and ring it."""
        phone = self._phone(body)
        if not phone.alarms:
            raise BadRequest("This phone has no alarm.")
        return self._ringer.ring_next(phone)

    def _clock(self, body: dict[str, Any]) -> str:
        """Set the clock's error to ``offset`` seconds, or stop it ``at`` an instant."""
        if "offset" not in body and "at" not in body:
            raise BadRequest("Say offset (seconds) or at (an instant like 2026-03-29T01:00:00Z).")
        if "offset" in body:
            self._state.clock.offset = float(body["offset"])
        if "at" in body:
            self._ringer.advance_to(_instant(body["at"]))
        return self._state.clock.system_time()

    def _away(self, body: dict[str, Any]) -> None:
        """Cut or restore power or network; after a power cut the PBX boots."""
        what = body["what"]
        if what not in CHOICES["away"]:
            raise BadRequest(f"choose one of {', '.join(CHOICES['away'])}")
        with self._state.lock:
            before, self._state.away = self._state.away, what
            self._reporter.held = what != "nothing"
            if before == "power" and what != "power":
                self._ringer.power_on()
                self._reboot(body)

    def _reboot(self, body: dict[str, Any]) -> None:
        """Reboot: tokens are lost, with ``lose`` also alarms and names. ``report`` false: it is not
        reported (L4740)."""
        sessions = self._sessions.reporting()
        with self._state.lock:
            self._state.started_at = self._state.clock.elapsed()
            for phone in self._state.extensions.values():
                if "alarms" in body.get("lose", []):
                    phone.alarms.clear()
                if "names" in body.get("lose", []):
                    phone.settings["username"] = phone.number
        if sessions is not None and body.get("report", True):
            self._reporter.send_to(sessions, {"action": "BootUp"})
        self._sessions.forget()

    def _options(self, body: dict[str, Any]) -> None:
        """Select the PBX's behavior where the manual leaves it open."""
        for name, value in body.items():
            match name:
                case "route_mode" | "alarm_reports" | "dnd_mode":
                    if value not in CHOICES[name]:
                        raise BadRequest(f"choose one of {', '.join(CHOICES[name])}")
                    setattr(self._state, name, value)
                case "ascii_names":
                    self._state.ascii_names = bool(value)
                case "interval":
                    self._reporter.interval = float(value)
                case "chunked":
                    self._reporter.chunked = bool(value)
                case "copies":
                    self._reporter.copies = int(value)
                case "password":
                    self._sessions.password = str(value)
                case "pause":
                    self._telephony.pause = float(value)
                case _:
                    raise BadRequest(f"There is no option {name!r}.")


def _instant(text: object) -> datetime:
    """An instant with its offset from UTC."""
    found = datetime.fromisoformat(str(text))
    if found.tzinfo is None:
        raise BadRequest(f"{text} has no offset from UTC: add one, or Z.")
    return found


def _shown(phone: Extension) -> dict[str, Any]:
    return {
        "number": phone.number,
        "name": phone.settings["username"],
        "status": phone.status,
        "behaviour": phone.behaviour,
        "keys": phone.keys,
        "routes": list(phone.routes),
        "voicemail": phone.settings["hasvoicemail"],
        "dnd": phone.settings["dnd"],
        "callrestriction": phone.settings["callrestriction"],
        "alwaysforward": phone.settings["alwaysforward"],
        "alarms": [alarm.shown() for alarm in phone.alarms],
        "messages": [message.file for message in phone.messages],
    }


def _json(answer: dict[str, Any], status: int = 200) -> Response:
    text = json.dumps(answer, ensure_ascii=False)
    return Response(text, status=status, content_type="application/json")
