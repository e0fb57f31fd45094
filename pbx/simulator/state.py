"""The state of the simulated PBX."""

import itertools
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from pbx.simulator.clock import Clock

DEFAULT_PROMPT: Final = "macroform-cold_day"  # (L4470)

BEHAVIOURS: Final = ("answers", "ignores", "busy", "unregistered", "voicemail")
"""How a phone may react to a call by the PBX: an alarm, a prompt, an IVR."""

CHOICES: Final = {
    "route_mode": ("replace", "add", "ignore"),
    "alarm_reports": ("status", "calls", "silent"),
    # Whether the PBX's own calls (alarm, prompt, IVR) ring a phone with do-not-disturb.
    "dnd_mode": ("blocks", "rings"),
    # What has failed: the PBX's power, the network (alarms still ring, reports wait), or only the
    # receiver of reports.
    "away": ("nothing", "power", "network", "receiver"),
}
"""How the PBX may behave where the manual leaves it open."""


@dataclass
class Alarm:
    """A wake-up call. ``next_at``: when it rings next; ``rung``: how often it has, this time."""

    id: str
    time: str
    type: str
    weekdays: str
    repeats: int
    interval: int
    prompt: str
    next_at: datetime
    rung: int = 0

    def shown(self) -> dict[str, str]:
        """As ``wakeupcall/query`` shows it (L4552-L4580)."""
        days = {"weekdays": self.weekdays} if self.type == "custom" else {}
        return {
            "wakeupid": self.id,
            "time": self.time,
            "type": self.type,
            **days,
            "prompt": self.prompt,
            "repeats": str(self.repeats),
            "repeatinterval": str(self.interval),
        }


@dataclass(frozen=True)
class Ring:
    """An attempt to ring a phone. ``at``: true time; ``kind``: alarm, prompt, menu.

    :ivar alarm: the alarm's id, for kind ``alarm``
    :ivar behaviour: of the phone: it rings only if it ``answers`` or ``ignores``; ``dnd``: it was
        silent because of do-not-disturb
    :ivar keys: the keys that an answering person presses
    """

    at: datetime
    extension: str
    kind: str
    behaviour: str
    alarm: str = ""
    keys: str = ""


@dataclass
class Message:
    """A voicemail message."""

    file: str
    sender: str
    status: str
    date: str
    seconds: int


@dataclass
class Extension:
    """A phone. ``settings``: what ``extension/update`` may change.

    :ivar behaviour: one of :data:`BEHAVIOURS`
    :ivar keys: the keys that an answering person presses; None: 1 in an IVR, else none
    """

    number: str
    settings: dict[str, str]
    routes: list[str] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    status: str = "Idle"
    behaviour: str = "answers"
    keys: str | None = None

    def pressed(self, kind: str) -> str:
        """The keys that an answering person presses in a call of that kind."""
        if kind == "alarm":
            return ""
        if self.keys is not None:
            return self.keys
        return "1" if kind == "menu" else ""

    @classmethod
    def new(cls, number: str) -> "Extension":
        """A new extension, with the values of the manual's example (L873-L911)."""
        return cls(
            number,
            {
                "username": number,
                "callerid": number,
                "registername": number,
                "registerpassword": "xMn5W4Gs",
                "maxregistrations": "1",
                "loginpassword": "5e12ba8dd1083a7f946e457cf3c18779",
                "email": "",
                "mobile": "",
                "language": "System Default",
                "hasvoicemail": "on",
                "enablevmtoemail": "off",
                "vmsecret": number,
                "alwaysforward": "off",
                "noanswerforward": "off",
                "busyforward": "off",
                "ringsimultaneous": "off",
                "mobileprefix": "",
                "enablemobile": "off",
                "allowbeingmonitored": "off",
                "monitormode": "Disabled",
                "ringtimeout": "30",
                "maxduration": "Follow System",
                "dnd": "off",
                "callrestriction": "off",
                "agentid": "",
            },
        )


@dataclass(frozen=True)
class Route:
    """An outbound route: the one with the longest ``prefix`` that matches a dialed number sends it
    to ``trunk``, after removing ``strip`` digits."""

    id: str
    name: str
    prefix: str
    strip: int
    trunk: str


class State:
    """The complete state, guarded by one lock."""

    def __init__(
        self, clock: Clock, numbers: list[str], routes: dict[str, str], serial: str
    ) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self.serial = serial
        self.started_at = clock.elapsed()
        self.extensions = {number: Extension.new(number) for number in numbers}
        self.routes = {
            name: Route(str(place + 1), name, prefix, 1, f"SIP-{name}")
            for place, (name, prefix) in enumerate(routes.items())
        }
        self.ivrs = ["6600"]
        self.records: list[dict[str, str]] = []
        # Download links: random string → expiry (elapsed time of the clock) and the query.
        self.links: dict[str, tuple[timedelta, dict[str, str]]] = {}
        self.requests: deque[dict[str, Any]] = deque(maxlen=2000)
        # All rings, for tests.
        self.rings: deque[Ring] = deque(maxlen=5000)
        # What has failed: one of CHOICES["away"].
        self.away = "nothing"
        # How "selectoutroute" behaves (T12): replace, add or ignore.
        self.route_mode = "replace"
        # Whether non-ASCII names are rejected with 10017 (T31).
        self.ascii_names = False
        # What an alarm reports (T6): status, calls (like a call without a caller) or silent.
        self.alarm_reports = "status"
        self.dnd_mode = "blocks"
        self._calls = itertools.count(1)
        self._alarms = itertools.count(1)

    def call_id(self) -> str:
        """A new ``callid``, ``epoch.counter``, with the PBX's current time."""
        with self.lock:
            return f"{int(self.clock.now().timestamp())}.{next(self._calls)}"

    def note_ring(self, extension: Extension, kind: str, alarm: str = "") -> None:
        """Add a ring to the log of rings."""
        at, keys = self.clock.true_time(), extension.pressed(kind)
        behaviour = "dnd" if self.blocks_ring(extension) else extension.behaviour
        self.rings.append(Ring(at, extension.number, kind, behaviour, alarm, keys))

    def blocks_ring(self, extension: Extension) -> bool:
        """Whether do-not-disturb prevents the PBX from ringing a phone."""
        return extension.settings["dnd"] == "on" and self.dnd_mode == "blocks"

    def alarm_id(self) -> str:
        """A new id for an alarm."""
        with self.lock:
            return str(next(self._alarms))

    def check_out(self, extension: Extension) -> None:
        """``hotel/checkout``: clear these four and nothing else (L4700-L4705, T13)."""
        extension.messages.clear()
        extension.routes.clear()
        extension.alarms.clear()
        extension.settings["username"] = extension.number
