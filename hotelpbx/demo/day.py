"""A hotel day: one guest from check-in to check-out, narrated and checked step by step.

Everything uses the public interfaces: REST like a PMS, the phones of housekeeping and of the guest.
Each step is checked in the hotel's data and on the PBX.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from hotelpbx.demo.narrator import Narrator
from hotelpbx.demo.rest import Rest
from hotelpbx.demo.telephones import Telephones
from hotelpbx.processes.running import wait_until

# Phone commands are delivered within 30 s if nothing fails.
PATIENCE: Final = 30.0
ZONE: Final = ZoneInfo("Asia/Shanghai")
# Seconds that must be left of the current minute, so that the alarm is set in time.
_ROOM_FOR_AN_ALARM: Final = 20

# 9 for outside, then Germany: 3.50 a minute by the second, 125 s: 7.29166… → 7.29.
NUMBER: Final = "9004930123456"
TALK: Final = 125
CALL_COST: Final = "7.29"
# Two bottles of cola at 15.00.
MINIBAR: Final = "778*123456789*2"
MINIBAR_COST: Final = "30.00"
TOTAL: Final = "37.29"


class Day:
    """The day of Ms Alice Smith."""

    def __init__(self, rest: Rest, phones: Telephones, narrator: Narrator) -> None:
        self._rest = rest
        self._phones = phones
        self._narrator = narrator
        self._reference = f"DEMO-{datetime.now(UTC):%Y%m%d-%H%M%S}"

    def play(self) -> None:
        """Play the whole day; raises ``StepFailed`` at the first failing check."""
        first, second = self._pick_two_rooms()
        alarm = self.arrive(first)
        self.clean(first)
        self.use_minibar(first)
        self.make_call(first)
        self.wake_up(alarm)
        self.move(first, second)
        self.leave(second)

    def arrive(self, room: dict[str, Any]) -> dict[str, Any]:
        """Check in and request a wake-up call; returns that call."""
        number, extension = room["number"], _extension(room)
        self._narrator.chapter("Check-in")
        self._narrator.say(
            f"The PMS books Ms Alice Smith as {self._reference}; the clerk gives her room {number}."
        )
        today = datetime.now(ZONE).date()
        self._rest.put(f"stays/{self._reference}/", _booking(today))
        body = {"room": number, "class_of_service": "vip", "accept_dirty": True}
        self._rest.post(f"stays/{self._reference}/check-in/", body)
        self._narrator.step("The stay is in house.", lambda: self._check_stay("status", "in_house"))
        self._narrator.step(
            f"Phone {extension} carries her name.",
            self._eventually(lambda: self._phone_shows(extension, "name", "Ms Smith Alice")),
        )
        self._narrator.step(
            "It may call outside, abroad too.",
            self._eventually(
                lambda: self._phone_shows(
                    extension, "routes", ["local", "national", "international"]
                )
            ),
        )
        self._narrator.step("No command is left for the PBX.", self._eventually(self._applied))
        return self._request_wake_up(extension)

    def clean(self, room: dict[str, Any]) -> None:
        """A housekeeper dials housekeeping codes."""
        number, extension = room["number"], _extension(room)
        self._narrator.chapter("Housekeeping")
        self._narrator.say(
            f"Rosa of housekeeping dials 777*00, cleans, then dials 777*01 on phone {extension}."
        )
        for code, status in (("777*00", "dirty"), ("777*01", "clean")):
            self._phones.key_in(extension, code)
            self._narrator.step(
                f"{code}: room {number} is {status}.",
                self._eventually(lambda status=status: self._room(number, status)),  # type: ignore[misc]
            )

    def use_minibar(self, room: dict[str, Any]) -> None:
        """A housekeeper posts a minibar sale."""
        self._narrator.chapter("Minibar")
        self._narrator.say(f"Two bottles of cola are gone: Rosa dials {MINIBAR}.")
        self._phones.key_in(_extension(room), MINIBAR)
        if self._assign_if_asked():
            self._narrator.say(
                "Somebody else left this room within the last hours, so it is not certain whose "
                "they were: the desk asks, and the clerk says that they were Ms Smith's."
            )
        self._narrator.step(
            f"{MINIBAR_COST} CNY are on the folio.",
            self._eventually(lambda: self._charged("minibar", MINIBAR_COST)),
        )

    def make_call(self, room: dict[str, Any]) -> None:
        """The guest makes a call abroad."""
        self._narrator.chapter("A call")
        self._narrator.say(f"Ms Smith calls Germany ({NUMBER}) and talks for {TALK} seconds.")
        self._phones.call_out(_extension(room), NUMBER, TALK)
        self._narrator.step(
            f"The call is rated and charged: {CALL_COST} CNY.",
            self._eventually(lambda: self._charged("call", CALL_COST)),
        )

    def wake_up(self, call: dict[str, Any]) -> None:
        """Wait for the wake-up call, which the PBX makes by itself."""
        self._narrator.chapter("Wake-up call")
        self._narrator.say(f"The PBX will ring at {call['time']} by its own clock; we wait for it.")
        path = f"wake-up-calls/{call['id']}/"
        self._narrator.step(
            "The phone rang and was answered: completed.",
            self._eventually(lambda: self._rest.get(path)["status"] == "completed", 150),
        )

    def move(self, old: dict[str, Any], new: dict[str, Any]) -> None:
        """The guest moves; a message waits on the old phone, do-not-disturb is on."""
        self._narrator.chapter("Room move")
        before, after = _extension(old), _extension(new)
        self._phones.leave_message(before, "8000")
        self._phones.set(before, dnd="on")
        self._narrator.say(f"The air conditioning hums: Ms Smith moves to room {new['number']}.")
        body = {"to_room": new["number"], "accept_dirty": True}
        self._rest.post(f"stays/{self._reference}/move/", body)
        self._narrator.step(
            f"Phone {after} carries her name.",
            self._eventually(lambda: self._phone_shows(after, "name", "Ms Smith Alice")),
        )
        self._narrator.step(
            "Do-not-disturb has moved, too.",
            self._eventually(lambda: self._phone_shows(after, "dnd", "on")),
        )
        self._narrator.step(
            f"Phone {before} is reset.", self._eventually(lambda: self._is_reset(before))
        )
        self._narrator.step(
            f"Room {old['number']} is dirty.",
            self._eventually(lambda: self._room(old["number"], "dirty")),
        )

    def leave(self, room: dict[str, Any]) -> None:
        """Check-out and folio."""
        self._narrator.chapter("Check-out")
        extension = _extension(room)
        self._phones.leave_message(extension, "8000")
        self._rest.post(f"stays/{self._reference}/check-out/")
        folio = self._rest.get(f"stays/{self._reference}/folio/")
        self._narrator.table(_folio_lines(folio))
        self._narrator.step(
            f"The folio adds up to {TOTAL} CNY.",
            lambda: _check(folio["total"]["amount"] == TOTAL, str(folio["total"])),
        )
        self._narrator.step(
            f"Name, routes, alarms and messages are gone from phone {extension}.",
            self._eventually(lambda: self._is_reset(extension)),
        )
        self._narrator.step(
            "What a check-out on the PBX leaves is reset: do-not-disturb is off.",
            self._eventually(lambda: self._phone_shows(extension, "dnd", "off")),
        )
        self._narrator.step("No command is left for the PBX.", self._eventually(self._applied))
        self._narrator.step(
            "All parts of the system report ok.", self._eventually(self._healthy, 60)
        )

    def _request_wake_up(self, extension: str) -> dict[str, Any]:
        at = datetime.now(ZONE) + timedelta(minutes=1)
        if at.second > 60 - _ROOM_FOR_AN_ALARM:
            at += timedelta(minutes=1)
        self._narrator.say(f"She asks for a wake-up call at {at:%H:%M}.")
        request = {
            "stay": self._reference,
            "date": at.date().isoformat(),
            "time": f"{at:%H:%M}",
            "repeats": 1,
        }
        call: dict[str, Any] = self._rest.post("wake-up-calls/", request)
        self._narrator.step(
            "Its alarm is on the PBX.",
            self._eventually(
                lambda: any(
                    alarm["time"] == request["time"]
                    for alarm in self._phones.on_the_pbx(extension)["alarms"]
                )
            ),
        )
        return call

    def _pick_two_rooms(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Two vacant rooms, 203 first when it is; guests of interrupted demos leave before."""
        for stay in self._rest.get("stays/", status="in_house")["results"]:
            if stay["reference"].startswith("DEMO-"):
                self._rest.post(f"stays/{stay['reference']}/check-out/")
        rooms = [
            room
            for room in self._rest.get("rooms/")["results"]
            if room["occupancy_status"] == "vacant" and room["availability_status"] == "in_service"
        ]
        rooms.sort(key=lambda room: room["number"] != "203")
        if len(rooms) < 2:
            raise RuntimeError("The hotel is full: check a guest out first.")
        return rooms[0], rooms[1]

    def _eventually(
        self, condition: Callable[[], bool], timeout: float = PATIENCE
    ) -> Callable[[], bool]:
        return lambda: wait_until(condition, timeout, "it")

    def _assign_if_asked(self) -> bool:
        """Whether the minibar entry waits for a person; then it is assigned."""

        def waiting() -> list[dict[str, Any]]:
            return [
                item
                for item in self._rest.get("attention/")["results"]
                if item["kind"] == "unclaimed_minibar" and self._reference in item["suggestions"]
            ]

        found = wait_until(
            lambda: waiting() or self._charged("minibar", MINIBAR_COST), PATIENCE, "the entry"
        )
        if not isinstance(found, list):
            return False
        decision = {"action": "assign", "stay": self._reference}
        for item in found:
            self._rest.post(f"attention/{item['id']}/resolve/", decision)
        return True

    def _check_stay(self, name: str, wanted: str) -> None:
        found = self._rest.get(f"stays/{self._reference}/")[name]
        _check(found == wanted, f"{name} is {found}")

    def _applied(self) -> bool:
        phone = self._rest.get(f"stays/{self._reference}/")["phone"]
        _check(phone["state"] != "failed", str(phone["error"]))
        return bool(phone["state"] == "applied")

    def _room(self, number: str, status: str) -> bool:
        return bool(self._rest.get(f"rooms/{number}/")["housekeeping_status"] == status)

    def _phone_shows(self, extension: str, name: str, wanted: object) -> bool:
        return bool(self._phones.on_the_pbx(extension)[name] == wanted)

    def _is_reset(self, extension: str) -> bool:
        found = self._phones.on_the_pbx(extension)
        left = (found["routes"], found["alarms"], found["messages"])
        return bool(found["name"] == extension and not any(left))

    def _charged(self, kind: str, amount: str) -> bool:
        charges = self._rest.get("charges/", stay=self._reference, type=kind)["results"]
        return [charge["amount"]["amount"] for charge in charges] == [amount]

    def _healthy(self) -> bool:
        return bool(self._rest.get("status/")["state"] == "ok")


def _booking(today: date) -> dict[str, Any]:
    guest = {"title": "Ms", "first_name": "Alice", "last_name": "Smith", "vip": True}
    return {
        "guests": [guest],
        "arrival": today.isoformat(),
        "departure": (today + timedelta(days=2)).isoformat(),
    }


def _extension(room: dict[str, Any]) -> str:
    return str(room["extensions"][0]["number"])


def _folio_lines(folio: dict[str, Any]) -> list[str]:
    rows = [(line["description"], line["amount"]["amount"]) for line in folio["lines"]]
    rows += [(name, folio[name.lower()]["amount"]) for name in ("Subtotal", "Tax", "Total")]
    return [f"{name:<48}{amount:>10}" for name, amount in rows]


def _check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
