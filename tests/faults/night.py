"""One busy night in two rooms, and what must be true when it is over.

Alice comes into the first room, has a wake-up call, a bottle from the minibar and a call outside,
moves to the second and leaves; Bob takes that room at once. Nobody waits for the PBX in between.
"""

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import requests

from hotelpbx.processes.running import wait_until
from tests.faults.house import House

# Phone commands are delivered within 75 s after a fault has ended (docs/faults.md).
AFTER_A_FAULT: Final = 75.0
_HOTEL: Final = ZoneInfo("Asia/Shanghai")
_numbers = itertools.count(1)

# A minibar entry soon after a change of guests is asked about, not charged: the room in which
# Alice drinks is used for one night only. Nobody drinks in the second.
_ROOMS: Final = [f"{floor}0{place}" for floor in "234" for place in range(1, 9)]
_fresh, _second = iter(_ROOMS[:20]), itertools.cycle(_ROOMS[20:])


class Night:
    """The night of one pair of guests."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.first, self.second = next(_fresh), next(_second)
        number = next(_numbers)
        self.alice, self.bob = f"A-{number}", f"B-{number}"
        self._number = number
        self.since = len(house.phones.state()["requests"])

    @property
    def phones_of(self) -> tuple[str, str]:
        return f"{self.first[0]}00{self.first[-1]}", f"{self.second[0]}00{self.second[-1]}"

    def book(self) -> None:
        """Create both guests' reservations, before any fault."""
        today = datetime.now(_HOTEL).date()
        for reference, name in ((self.alice, "Alice"), (self.bob, "Bob")):
            body = {
                "guests": [{"first_name": name, "last_name": reference.replace("-", "")}],
                "arrival": today.isoformat(),
                "departure": (today + timedelta(days=3)).isoformat(),
            }
            self.house.rest.put(f"stays/{reference}/", body)

    def arrive(self) -> None:
        """Check Alice in, with a wake-up call in three hours."""
        self._post(f"stays/{self.alice}/check-in/", {"room": self.first, "accept_dirty": True})
        due = datetime.now(_HOTEL) + timedelta(hours=3)
        wanted = {
            "stay": self.alice,
            "date": due.date().isoformat(),
            "time": f"{due:%H:%M}",
            "recurrence": "once",
        }
        self._post("wake-up-calls/", wanted)

    def drink_and_call(self) -> None:
        """A minibar entry by feature code, and a call that is reported twice."""
        extension, _ = self.phones_of
        self.house.phones.key_in(extension, "778*101*1")
        began = datetime.now(_HOTEL)
        record = {
            "action": "NewCdr",
            "callid": f"{int(began.timestamp())}.7{self._number:03}",
            "timestart": f"{began:%Y-%m-%d %H:%M:%S}",
            "callfrom": extension,
            "callto": "90215551234",
            "callduraction": "70",
            "talkduraction": "60",
            "desttrunkname": "SIP-national",
            "status": "ANSWERED",
            "type": "Outbound",
        }
        for _ in range(2):
            control(self.house, "report", **record)

    def leave(self) -> None:
        """Alice moves and checks out; Bob gets her room at once."""
        self._post(f"stays/{self.alice}/move/", {"to_room": self.second, "accept_dirty": True})
        self._post(f"stays/{self.alice}/check-out/", {})
        self._post(f"stays/{self.bob}/check-in/", {"room": self.second, "accept_dirty": True})

    def is_over(self) -> bool:
        """Whether all commands are delivered and all reports processed."""
        return (
            self.phone(self.alice) == "applied"
            and self.phone(self.bob) == "applied"
            and not self.house.phones.state()["reports_waiting"]
            and len(self.charges()) >= 2
        )

    def wait(self) -> None:
        """Wait until the night is over; raises with what is missing after a timeout."""
        try:
            wait_until(quietly(self.is_over), AFTER_A_FAULT, "the phones to be as the books are")
        except TimeoutError as fault:
            raise AssertionError(f"{fault} {self.told()} {self.charges()}") from None

    def end(self) -> None:
        """Check out whoever is still in house, so that the rooms are free for the next night."""
        for reference in (self.alice, self.bob):
            try:
                self._post(f"stays/{reference}/check-out/", {})
            except (requests.RequestException, RuntimeError):
                pass  # not in house

    def phone(self, reference: str) -> str:
        return str(self.house.rest.get(f"stays/{reference}/")["phone"]["state"])

    def told(self) -> str:
        """What staff see about the phone of either guest."""
        found = [
            self.house.rest.get(f"stays/{reference}/")["phone"]
            for reference in (self.alice, self.bob)
        ]
        return " ".join(phone["error"] or "" for phone in found)

    def charges(self) -> list[str]:
        found = self.house.rest.get("charges/", stay=self.alice)["results"]
        return sorted(charge["type"] for charge in found)

    def must_be_right(self) -> None:
        """Check that nothing is lost or duplicated, and that the order is kept."""
        assert self.charges() == ["call", "minibar"]
        first, second = self.phones_of
        shown = {number: self.house.phones.on_the_pbx(number) for number in (first, second)}
        assert shown[first]["name"] == first, "nobody is in the first room"
        assert shown[second]["name"] == f"{self.bob.replace('-', '')} Bob"
        assert [phone["alarms"] for phone in shown.values()] == [[], []]
        for number in (first, second):
            self._order_was_kept(number)
        kinds = [item["kind"] for item in self.house.rest.get("attention/")["results"]]
        assert kinds == []

    def _order_was_kept(self, number: str) -> None:
        """Alice's settings come before the reset, the reset before Bob's, and no reset later."""
        acts = [name for name in map(_act, self.acts(number)) if name]
        alice, bob = f"{self.alice.replace('-', '')} Alice", f"{self.bob.replace('-', '')} Bob"
        order = [act for act in acts if act in (alice, bob, "wiped")]
        ranks = {alice: 0, "wiped": 1, bob: 2}
        assert [ranks[act] for act in order] == sorted(ranks[act] for act in order), order
        assert acts.count("wiped") == 1
        assert acts.count("alarm") <= 1

    def acts(self, number: str) -> list[dict[str, Any]]:
        """What the PBX did with a phone, in order, without rejected requests."""
        journal = self.house.phones.state()["requests"][self.since :]
        return [
            entry
            for entry in journal
            if "errno" not in entry and number in str(entry["body"].get("extid", "")).split(",")
        ]

    def _post(self, path: str, body: dict[str, Any]) -> None:
        self.house.rest.post(path, body)


def _act(entry: dict[str, Any]) -> str:
    match entry["path"]:
        case "hotel/checkout":
            return "wiped"
        case "wakeupcall/create":
            return "alarm"
        case "extension/update":
            return str(entry["body"].get("username", ""))
    return ""


def control(house: House, act: str, **body: Any) -> None:
    """Control the simulated PBX."""
    answer = requests.post(f"{house.stack.at.simulator}/_sim/{act}", json=body, timeout=10)
    assert answer.ok, answer.text


def quietly(condition: Callable[[], bool]) -> Callable[[], bool]:
    """The same condition, which counts as false while the system does not answer."""

    def met() -> bool:
        try:
            return condition()
        except (requests.RequestException, RuntimeError):
            return False

    return met


def check(house: House, name: str) -> dict[str, Any]:
    """One check in ``status/``, as staff and the PMS see it."""
    checks = house.rest.get("status/")["checks"]
    found: dict[str, Any] = next(each for each in checks if each["name"] == name)
    return found
