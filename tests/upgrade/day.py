"""Two days of a hotel, played through its outer doors: every kind of row, event and state.

Everything has a fixed time and all that is counted begins at 1, so that each time it is played
the same comes of it. In the end the PBX is away, and much waits: that is the moment at which a
database is recorded, and at which its owner upgrades.

For a process of its own: ``python -m tests.upgrade.day [--look]`` with the environment of the
recorded hotel and a database without rows; prints what others have in the end (:class:`Kept`) as
JSON, and with ``--look`` what is answered and which events there were.
"""

import json
import re
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from tests.upgrade import looking
from tests.upgrade.faces import Desk, Form, House, begin, forms_on, instant, manage

HERE: Final = Path(__file__).parent

BEGINS: Final = "2026-05-03 10:00:00"
ENDS: Final = "2026-05-04 12:00:02"
LOOKED_AT: Final = "2026-05-04 12:00:03"

SCOPES: Final = (
    "stays:read", "stays:write", "rooms:read", "rooms:write", "wakeups:read", "wakeups:write",
    "charges:read", "charges:write", "events:read", "webhooks:manage", "status:read",
)  # fmt: skip
COLA, WATER = "778*123456789", "778*0012"
FAR: Final = "9021555512"


class Kept:
    """What others have when the day ends.

    :ivar key: a program's
    :ivar reports_to: the address that the PBX was told
    :ivar sessions: cookies of browsers
    :ivar sent: a form that was sent a moment ago: its address and fields
    :ivar open: the forms on pages that are open in a browser, by page and address
    """

    def __init__(self) -> None:
        self.key = ""
        self.reports_to = ""
        self.sessions: dict[str, str] = {}
        self.sent: tuple[str, dict[str, Any]] = ("", {})
        self.open: dict[str, tuple[str, dict[str, Any]]] = {}


def play(house: House, *, browsers: bool = True) -> Kept:
    """Both days. ``browsers``: in the end pages are left open."""
    kept = Kept()
    _open(house, kept)
    mia = house.sign_in("mia")
    _people_at_the_desk(house, mia)
    _arrivals(house)
    _reservations(house)
    _rooms(house)
    _minibar(house)
    _calls(house)
    _money(house, mia)
    _departures(house, mia)
    _evening(house)
    _night(house)
    _morning(house)
    _outage(house)
    _faults(house)
    mia = house.sign_in("mia")
    _forenoon(house, mia)
    _noon(house, mia)
    _is_sent(mia, kept)
    if browsers:
        _stay_open(house, mia, kept)
    return kept


# --- Sunday ----------------------------------------------------------------------------------


def _open(house: House, kept: Kept) -> None:
    """Hotels, people and keys; the house speaks to its PBXs."""
    _load_earlier(house)
    manage("load_hotel", str(HERE / "inn.toml"))
    for code, name, role in (
        ("GRAND", "mia", "manager"),
        ("GRAND", "clara", "clerk"),
        ("GRAND", "rosa", "housekeeping"),
        ("INN", "ivan", "manager"),
    ):
        manage("create_staff", code, name, "--role", role)
    scopes = [word for scope in SCOPES for word in ("--scope", scope)]
    kept.key = house.key = manage("create_api_key", "GRAND", "PMS", *scopes).split()[-1]
    manage("create_api_key", "GRAND", "Kiosk", "--scope", "status:read")
    manage("create_api_key", "GRAND", "Old", "--scope", "status:read")
    house.task("pbx.tasks.note_the_worker_lives")
    house.task("pbx.tasks.keep_session", 1)
    house.task("pbx.tasks.keep_session", 2)
    house.go("2026-05-03 10:05:00")
    house.task("pbx.tasks.keep_session", 1)
    house.work()


def _load_earlier(house: House) -> None:
    """The hotel as its file was before: a phone stood in another room, and water was cheaper."""
    text = (HERE / "grand.toml").read_text(encoding="utf-8")
    for now, before in (
        ('["2212", "2213"]', '["2212"]'),
        ('["2303"]', '["2303", "2213"]'),
        ('price = "8.00"', 'price = "7.50"'),
    ):
        assert now in text
        text = text.replace(now, before)
    with TemporaryDirectory() as folder:
        path = Path(folder, "grand.toml")
        path.write_text(text, encoding="utf-8")
        shutil.copy(HERE / "logo.png", folder)
        manage("load_hotel", str(path))


def _people_at_the_desk(house: House, mia: Desk) -> None:
    """Logins made in the browser, an invitation, wrong passwords, a key that is revoked."""
    add = "/GRAND/settings/staff/add/"
    mia.send(add, username="newcomer", role="clerk", password="a first password")
    mia.send(add, username="ivan", role="clerk", password=None, invite="on")
    keys = "/GRAND/settings/api-keys/"
    mia.send(keys, f"{keys}3/revoke/")
    _sign_in_wrongly()


def _sign_in_wrongly() -> None:
    """By a name that somebody has, and by another."""
    for name in ("mia", "nobody"):
        form = Desk().form("/sign-in/").filled({"username": name, "password": "not the right one"})
        try:
            Desk().post(form)
        except AssertionError:
            continue
        raise AssertionError("A wrong password was taken.")


def _book(house: House, reference: str, name: str, **more: Any) -> None:
    first, _, last = name.partition(" ")
    guest = {"first_name": first, "last_name": last, **more.pop("guest", {})}
    body = {"guests": [guest], "arrival": "2026-05-03", "departure": "2026-05-06", **more}
    house.ask("PUT", f"stays/{reference}/", body)


def _come(house: House, reference: str, name: str, room: str, **more: Any) -> None:
    """A guest books and comes in."""
    service = more.pop("class_of_service", "standard")
    both = ("sharing", "accept_overlap")
    same = {name: value for name, value in more.items() if name in both}
    _book(house, reference, name, room=room, **more)
    body = {"class_of_service": service, "accept_dirty": True, **same}
    house.ask("POST", f"stays/{reference}/check-in/", body)


def _arrivals(house: House) -> None:
    """Who is in the house from Sunday on."""
    vip = {"guest": {"title": "Mr", "vip": True, "language": "en"}}
    _come(house, "HB-1001", "Alice Smith", "201", notes="Feather pillow.\nLate breakfast.")
    _come(house, "HB-1002", "Carol Jones", "201", sharing=True)
    _come(house, "HB-1003", "Bob Brown", "202", class_of_service="vip", **vip)
    _come(house, "HB-1004", "小明 王", "203", group="TOUR-7", class_of_service="tour")
    _come(house, "HB-1005", "Élodie Müller", "204", group="TOUR-7")
    _come(house, "HB-1006", "Dora Debt", "206", credit_limit="20.00")
    _come(house, "HB-1007", "Fred Firm", "208", class_of_service="tour")
    _come(house, "HB-1008", "Grace Grand", "301")
    _come(house, "HB-1009", "Early Leaver", "209", departure="2026-05-04")
    _come(house, "HB-1010", "Una Unknown", "211")
    _come(house, "HB-1011", "Ida Idle", "212", class_of_service="barred")
    two = [{"first_name": "Hans", "last_name": "Herd"}, {"last_name": "Herd", "vip": True}]
    house.ask(
        "PUT",
        "stays/HB-1012/",
        {"guests": two, "departure": "2026-05-05", "room": "302", "class_of_service": "vip"},
    )
    house.ask("POST", "stays/HB-1012/check-in/", {})
    house.work()


def _reservations(house: House) -> None:
    """Who is to come, and who never does."""
    _book(house, "HB-2001", "Later Comer", room="205", group="TOUR-7")
    _book(house, "HB-2002", "Some Day", arrival="2026-07-01", departure="2026-07-03")
    _book(house, "HB-2003", "Called Off")
    house.ask("POST", "stays/HB-2003/cancel/")
    _book(house, "HB-2004", "No Show")
    house.ask("POST", "stays/HB-2004/no-show/")
    _book(house, "HB-2005", "Too Long", room="205", accept_overlap=True, override_reason="family")
    house.ask("PUT", "stays/HB-1001/", {"departure": "2026-05-07"})


def _rooms(house: House) -> None:
    """The four axes of a room, by programs and by telephone."""
    house.ask("PATCH", "rooms/210/", {"availability_status": "out_of_order"})
    house.ask("PATCH", "rooms/205/", {"housekeeping_status": "dirty"})
    house.ask("PATCH", "rooms/301/", {"service_request": "do_not_disturb"})
    house.ask("PATCH", "rooms/204/", {"service_request": "make_up_room"})
    house.work()
    house.go("2026-05-03 10:20:00")
    for extension, keys in (("2205", "777*03"), ("2204", "777*01*12"), ("2207", "777*55")):
        house.exchange.act("key-in", extension=extension, keys=keys)
    house.work()


def _minibar(house: House) -> None:
    """Charged, repeated, nobody's, of an unknown product."""
    house.go("2026-05-03 10:30:00")
    for extension, keys in (("2201", f"{COLA}*2"), ("2207", f"{WATER}*1"), ("2202", "778*999*1")):
        house.exchange.act("key-in", extension=extension, keys=keys)
    house.take_reports()
    water = _keyed("2203", f"{WATER}*3", "2026-05-03 10:31:00", 901)
    peanuts = _keyed("2208", "778*77*1", "2026-05-03 10:31:00", 902)
    for at in ("2026-05-03 10:31:00", "2026-05-03 10:33:00"):
        house.go(at)
        house.report(water)
        house.report(peanuts)
        house.take_reports()
    _decide(house, "repeated_entry", "discard", reason="Keyed in twice")


def _keyed(extension: str, keys: str, at: str, number: int) -> dict[str, Any]:
    """A code that a maid keys in, as the PBX reports it."""
    party = {"ext": {"extid": extension}}
    return {"action": "DTMF", "callid": _callid(at, number), "call": [party], "infos": keys}


def _callid(at: str, number: int) -> str:
    return f"{int(instant(at).timestamp())}.{number}"


def _record(at: str, number: int, source: str, target: str, **more: str) -> dict[str, Any]:
    """The record of a call outside."""
    return {
        "action": "NewCdr",
        "callid": _callid(at, number),
        "timestart": at,
        "callfrom": source,
        "callto": target,
        "callduraction": "70",
        "talkduraction": "65",
        "srctrunkname": "",
        "desttrunkname": "SIP-national",
        "status": "ANSWERED",
        "type": "Outbound",
        "sn": "369362089179",
        **more,
    }


def _decide(house: House, kind: str, action: str, **more: str) -> None:
    """Settle the oldest thing of a kind that needs a person."""
    found = [each for each in house.ask("GET", "attention/")["results"] if each["kind"] == kind]
    assert found, f"Nothing of kind {kind} waits."
    house.ask("POST", f"attention/{found[0]['id']}/resolve/", {"action": action, **more})


def _calls(house: House) -> None:
    """Rated, free, unrated, nobody's, the house's, put through, for help."""
    at = "2026-05-03 11:00:00"
    house.go(at)
    act = house.exchange.act
    act("call-out", extension="2201", number=FAR, talk=95)
    act("call-out", extension="2201", number=FAR, talk=0)
    act("call-out", extension="2202", number="9001555512", talk=400)
    act("call-in", extension="2203", number="13800138000", talk=30)
    act("call-inside", extension="2201", to="2202", talk=20)
    house.take_reports()
    house.report(_record(at, 911, "2201", "95512"))  # no rate
    house.report(_record(at, 912, "2203", FAR, desttrunkname="SIP-cheap"))
    house.report(_record(at, 913, "2207", FAR))  # an empty room
    house.report(_record(at, 914, "2207", "9021777777"))
    house.report(_record(at, 915, "8001", FAR))  # the house's own
    house.report(_record(at, 916, "2204", FAR, status="HALF"))  # in no manual
    house.report(_record(at, 917, "2208", FAR, talkduraction="4", callduraction="9"))
    house.report(_record(at, 918, "2204", FAR, status="BUSY", talkduraction="0"))
    house.report(_record(at, 919, "2299", FAR))  # no extension of the PBX
    house.take_reports()
    party = [{"ext": {"extid": "2201"}}, {"ext": {"extid": "2202"}}]
    moved = _callid(at, 920)
    house.report({"action": "Tranfer", "callid": moved, "call": party, "sn": "369362089179"})
    house.report(_record(at, 920, "2201", "2202", type="Internal", desttrunkname=""))
    house.report(_record(at, 920, "2202", FAR))
    house.report(_record(at, 921, "13900", FAR, type="Transfer", srctrunkname="SIP-in"))
    house.take_reports()
    for number, extension, dialled in ((931, "2301", "9119"), (932, "8001", "110")):
        outer = {"from": extension, "to": dialled, "trunk": "SIP-local", "outboundid": "1.1"}
        party = [{"outbound": outer}, {"ext": {"extid": extension}}]
        house.report({"action": "RING", "callid": _callid(at, number), "call": party})
    house.take_reports()
    _decide(house, "emergency_call", "acknowledge", reason="An ambulance came")
    _decide(house, "parked_report", "discard", reason="A wrong code")
    _decide(house, "unclaimed_call", "assign", stay="HB-1001")
    house.report(_record(at, 941, "2206", FAR, talkduraction="1500", callduraction="1504"))
    house.work()  # Dora owes more than she may


def _money(house: House, mia: Desk) -> None:
    """Charges by program and by hand, payments, transfers, settling."""
    house.go("2026-05-03 11:30:00")
    other = {"type": "other", "description": "Laundry", "amount": "45.00"}
    minibar = {"type": "minibar", "product": "123456789", "quantity": 2}
    laundry = house.ask("POST", "charges/", {"stay": "HB-1001", **other})
    house.ask("POST", "charges/", {"stay": "HB-1002", **minibar})
    dinner = {**other, "description": "Dinner", "amount": {"amount": "120.00", "currency": "CNY"}}
    for reference in ("HB-1004", "HB-1005", "HB-1009", "HB-1012"):
        house.ask("POST", "charges/", {"stay": reference, **dinner, "accept_over_limit": True})
    house.ask("POST", f"charges/{laundry['id']}/reverse/", {"reason": "Another guest's"})
    for number, status in ((1, "accepted"), (2, "rejected")):
        body = {"status": status, "reason": "" if status == "accepted" else "Folio closed"}
        house.ask("POST", f"charges/{number}/acknowledgement/", body)
    _transfers(house, mia)
    pay = "stays/HB-1001/payments/"
    house.ask("POST", pay, {"amount": "5.00", "method": "cash"})
    paid = house.ask("POST", pay, {"amount": "4.00", "method": "card", "reference": "Slip 7"})
    advance = {"amount": "500.00", "method": "other", "in_advance": True}
    house.ask("POST", "stays/HB-1003/payments/", advance)
    house.ask(
        "POST", "stays/HB-1003/refund/", {"amount": "50.00", "method": "cash", "reason": "Asked"}
    )
    house.ask("POST", f"{pay}{paid['id']}/reverse/", {"reason": "Wrong card"})
    mia.send("/GRAND/stays/HB-1012/", "/GRAND/stays/HB-1012/settle/", reason="Company pays")
    house.ask("POST", "charges/", {"stay": "HB-1012", **dinner, "description": "Breakfast"})


def _transfers(house: House, mia: Desk) -> None:
    """Whole lines, an amount of one, equal parts."""
    (tour,) = [
        each["id"] for each in house.ask("GET", "charges/?stay=HB-1004&type=other")["results"]
    ]
    there, carol = _stay_row(house, "HB-1005"), _stay_row(house, "HB-1002")
    path = "/GRAND/stays/HB-1004/transfer/"
    some = {"how": "amount", "amount": "20.00", "reason": "One pays"}
    mia.send(path, charges=[tour], targets=[there], **some)
    alice = "/GRAND/stays/HB-1001/transfer/"
    drinks = [
        each["id"] for each in house.ask("GET", "charges/?stay=HB-1001&type=minibar")["results"]
    ]
    mia.send(alice, charges=drinks[:1], targets=[carol], how="equal", amount="")
    (dinner,) = [
        each["id"] for each in house.ask("GET", "charges/?stay=HB-1005&type=other")["results"]
    ][:1]
    first = _stay_row(house, "HB-1004")
    mia.send(
        "/GRAND/stays/HB-1005/transfer/", charges=[dinner], targets=[first], how="whole", amount=""
    )


def _stay_row(house: House, reference: str) -> int:
    """What a form of the desk calls a stay."""
    found: int = house.sql("SELECT id FROM rooms_stay WHERE reference = %s", reference)[0][0]
    return found


def _departures(house: House, mia: Desk) -> None:
    """One leaves, calls and drinks are found afterwards, one moves."""
    house.go("2026-05-03 12:00:00")
    house.ask("POST", "stays/HB-1009/check-out/")
    house.work()
    house.go("2026-05-03 12:10:00")
    house.report(_record("2026-05-03 11:58:00", 951, "2209", FAR))  # a late charge
    house.report(_keyed("2209", f"{COLA}*1", "2026-05-03 12:10:00", 952))  # whose?
    house.work()
    refill = "/GRAND/minibar/"
    rosa = house.sign_in("rosa")
    rosa.send(refill, f"{refill}201/")
    act = house.exchange.act
    act("leave-message", extension="2202", sender="8000")
    act("set", extension="2202", settings={"dnd": "on"})
    house.ask("POST", "stays/HB-1003/move/", {"to_room": "207", "accept_dirty": True})
    house.work()
    house.go("2026-05-03 12:20:00")
    house.work()


def _wake(house: House, reference: str, time: str, day: str = "2026-05-04", **more: Any) -> int:
    """A guest wants to be woken; the call's id."""
    body = {"stay": reference, "date": day, "time": time, **more}
    found: int = house.ask("POST", "wake-up-calls/", body)["id"]
    return found


def _evening(house: House) -> None:
    """What the guests want for the morning, and what they change."""
    house.go("2026-05-03 18:00:00")
    _wake(house, "HB-1001", "06:30")
    _wake(house, "HB-1002", "06:30", repeats=1)
    _wake(house, "HB-1005", "06:40")
    _wake(house, "HB-1011", "06:45", repeats=1)
    _wake(house, "HB-1007", "06:50")
    _wake(house, "HB-1003", "07:00")
    _wake(house, "HB-1012", "07:05", repeats=1)
    _wake(house, "HB-1004", "07:10", repeats=1)
    _wake(house, "HB-1008", "07:20", repeats=1)
    _wake(house, "HB-1010", "08:00")
    _wake(house, "HB-1001", "19:00", recurrence="daily", until="2026-05-06")
    weekdays: dict[str, Any] = {"recurrence": "weekdays", "weekdays": ["tue", "thu"]}
    _wake(house, "HB-1002", "06:15", repeats=3, repeat_interval=4, **weekdays)
    changed = _wake(house, "HB-1008", "09:30", day="2026-05-05")
    cancelled = _wake(house, "HB-1008", "09:35", day="2026-05-05")
    house.work()
    change = {"time": "09:40", "confirm": True, "repeats": 3}
    house.ask("PATCH", f"wake-up-calls/{changed}/", change)
    house.ask("DELETE", f"wake-up-calls/{cancelled}/")
    late = {"time": "11:00", "date": "2026-05-09", "stay": "HB-1008", "outside_stay": True}
    house.ask("POST", "wake-up-calls/", late)
    house.work()


def _night(house: House) -> None:
    """Hands on the PBX, a start that loses its alarms, the comparison of the night."""
    act = house.exchange.act
    house.go("2026-05-04 02:00:00")
    act("set", extension="2201", settings={"username": "Somebody"})
    act("set", extension="2209", settings={"username": "Early Leaver"})
    act("set", extension="2210", settings={"username": "Ghost", "dnd": "on"})
    house.go("2026-05-04 03:00:00")
    act("reboot", lose=["alarms"])
    act("guest-alarm", extension="2204", time="16:00")
    house.work()
    house.go("2026-05-04 03:00:10")
    house.task("rooms.tasks.resync_due")
    house.work()
    house.go("2026-05-04 03:20:00")
    house.task("rooms.tasks.fetch_nightly_records")
    house.work()
    house.go("2026-05-04 04:05:00")
    house.task("rooms.tasks.resync_nightly")
    house.task("rooms.tasks.resync_due")
    house.work()
    house.go("2026-05-04 04:10:00")
    house.task("rooms.tasks.prune")
    house.work()


# --- Monday ----------------------------------------------------------------------------------


def _at_each(house: House, *times: str) -> None:
    for each in times:
        house.go(f"2026-05-04 {each}")
        house.work()


def _morning(house: House) -> None:
    """Who is reached by the PBX, by our own calls, with a key, by a person, or not at all."""
    act = house.exchange.act
    act("set", extension="2301", settings={"dnd": "on"})
    _at_each(house, "06:10:00", "06:30:01", "06:30:10")
    act("set", extension="2204", behaviour="ignores")
    act("set", extension="2212", behaviour="ignores")
    _at_each(house, "06:40:01", "06:45:01")
    act("set", extension="2204", behaviour="answers")
    act("options", alarm_reports="calls")
    act("set", extension="2208", keys="3")
    _at_each(house, "06:46:10", "06:46:20", "06:50:01", "06:50:25", "06:50:35")
    _decide(house, "wake_up_alarm", "acknowledge", reason="Went to the room")
    act("set", extension="2208", keys="1")
    _at_each(house, "07:00:40", "07:00:50")
    _decide(house, "wake_up_alarm", "acknowledge", reason="Called him")
    act("set", extension="2203", keys="")
    _at_each(house, "07:05:01", "07:10:01", "07:10:30", "07:12:00")
    act("set", extension="2301", behaviour="voicemail")
    _at_each(house, "07:15:01", "07:20:01")
    act("set", extension="2301", behaviour="unregistered")
    unregistered = {"action": "ExtensionStatus", "extension": "2301", "status": "Unregistered"}
    house.report({**unregistered, "sn": "369362089179"})
    _at_each(house, "07:21:40", "07:25:00")
    act("options", alarm_reports="status")


def _outage(house: House) -> None:
    """The PBX cannot be reached: one call is not observed, another not placed."""
    act = house.exchange.act
    house.go("2026-05-04 07:57:30")
    house.work()
    act("away", what="network")
    _wake(house, "HB-1005", "08:03", repeats=1)
    _at_each(house, "07:57:40", "08:00:30", "08:03:10", "08:05:30", "08:09:00", "08:20:00")
    act("away", what="nothing")
    _at_each(house, "08:21:00", "08:22:00")
    house.task("rooms.tasks.resync_due")
    house.work()


def _faults(house: House) -> None:
    """What the PBX refuses, what gets lost, and what it wants slower."""
    act = house.exchange.act
    refused = {"kind": "errno", "path": "extension/update", "value": "10017", "times": 0}
    house.go("2026-05-04 08:40:00")
    act("fault", **refused)
    _come(house, "HB-1013", "Rejected Name", "209")
    _come(house, "HB-1014", "Given Up", "205", accept_overlap=True)
    house.work()
    act("clear-faults")
    _decide(house, "failed_command", "discard", reason="Name is too odd")
    act("fault", kind="drop_after", path="extension/update", times=1)
    _come(house, "HB-1015", "Lost Answer", "202")
    house.work()
    _at_each(house, "08:40:10", "08:40:30", "08:41:40")
    house.task("rooms.tasks.resync_due")
    act("fault", kind="errno", path="extension/update", value="10025", times=1)
    house.ask("PUT", "stays/HB-1015/", {"guests": [{"last_name": "Found"}]})
    house.work()
    house.ask("PUT", "stays/HB-1015/", {"guests": [{"last_name": "Found Again"}]})
    _at_each(house, "08:42:00", "08:42:30")


def _forenoon(house: House, mia: Desk) -> None:
    """A new hotel file, jobs, a departure with late charges, what is decided."""
    house.go("2026-05-04 10:00:00")
    house.work()
    manage("load_hotel", str(HERE / "grand.toml"))
    house.ask("PATCH", "rooms/210/", {"availability_status": "in_service"})
    job = house.ask("POST", "groups/TOUR-7/wake-up-calls/", {"date": "2026-05-05", "time": "06:00"})
    house.task("rooms.tasks.run_jobs")
    assert house.ask("GET", "jobs/1/")["state"] == "completed", job
    _wake_many(mia, "201 07:30\n208 7:45")
    house.task("billing.tasks.settle_doubtful_calls")
    house.task("billing.tasks.settle_doubtful", 1)
    house.task("billing.tasks.rate_unrated", 1)
    other = {"type": "other", "description": "Taxi", "amount": "30.00", "accept_over_limit": True}
    house.ask("POST", "charges/", {"stay": "HB-1014", **other})
    house.work()
    path = "/GRAND/stays/HB-1012/"
    mia.send(f"{path}check-out/", reason="The company pays the rest")
    house.work()
    house.report(
        _record("2026-05-04 09:50:00", 961, "2303", FAR, talkduration="900", callduration="905")
    )
    house.report(_record("2026-05-04 10:00:00", 962, "2207", "9001555512"))
    house.work()
    late = "/GRAND/stays/HB-1009/"
    mia.send(late, f"{late}settle/", reason="Sent after them")


def _wake_many(mia: Desk, lines: str) -> None:
    """A list is looked at and saved."""
    mia.post(_preview(mia, lines))


def _preview(mia: Desk, lines: str) -> Form:
    """The form that saves a list which was looked at."""
    path = "/GRAND/wake-up-calls/new/"
    answer = mia.post(mia.form(path).filled({"lines": lines, "date": "2026-05-05", "repeats": "1"}))
    found = forms_on(path, answer.content.decode())
    return next(each for each in found if each.action == f"{path}save/")


def _noon(house: House, mia: Desk) -> None:
    """The house is full of what is under way when its PBX goes away."""
    _wake(house, "HB-1007", "11:58", repeats=1)
    _wake(house, "HB-1003", "13:00")
    back = _wake(house, "HB-1005", "18:30")
    house.work()
    _at_each(house, "10:20:00", "10:40:00", "11:00:00", "11:20:00", "11:40:00", "11:52:00")
    mia.send("/GRAND/pbx/compare/", "/GRAND/pbx/compare/now/")
    house.task("rooms.tasks.resync_due")
    house.exchange.act("set", extension="2208", behaviour="ignores")
    _at_each(house, "11:55:10", "11:58:01", "11:58:20")
    house.go("2026-05-04 11:59:05")
    house.listen()
    house.task("pbx.tasks.process_reports", 1)
    house.task("wakeups.tasks.watch")  # our own call: the command is not sent any more
    house.exchange.act("away", what="network")
    _under_way(house, back)
    _left_half_done(house)
    house.go(ENDS)


def _under_way(house: House, back: int) -> None:
    """Wishes for the PBX, reports that nobody has looked at, a job and a comparison."""
    house.go("2026-05-04 11:59:10")
    house.ask("POST", "stays/HB-2001/check-in/", {"room": "302", "accept_dirty": True})
    house.ask("POST", "stays/HB-1008/move/", {"to_room": "210", "accept_dirty": True})
    house.ask("DELETE", f"wake-up-calls/{back}/")
    house.ask("POST", "stays/HB-1010/check-out/")
    _wake(house, "HB-1011", "12:01", repeats=1)
    _wake(house, "HB-1013", "20:00")
    house.task("wakeups.tasks.plan")
    house.go("2026-05-04 11:59:20")
    house.task("pbx.tasks.deliver", 1)
    at = "2026-05-04 11:50:00"
    for report in (
        _keyed("2201", f"{WATER}*4", at, 971),
        _keyed("2203", "777*02*34", at, 972),
        _keyed("2201", "778*98765*1", at, 973),
        _record(at, 974, "2201", FAR),
        _record(at, 975, "2207", "9001555512", talkduration="30"),
        {"action": "ExtensionStatus", "extension": "2206", "status": "Unregistered"},
        {"action": "Satisfaction", "callid": _callid(at, 976), "extension": "2201"},
    ):
        house.report(report)
    outer = {"from": "2204", "to": "9110", "trunk": "SIP-local", "outboundid": "1.1"}
    house.report(
        {
            "action": "RING",
            "callid": _callid(at, 977),
            "call": [{"outbound": outer}, {"ext": {"extid": "2204"}}],
        }
    )
    house.report(b'{"action": oops')
    house.ask("POST", "groups/TOUR-7/wake-up-calls/", {"date": "2026-05-05", "time": "06:05"})
    house.ask("POST", "groups/TOUR-7/wake-up-calls/", {"date": "2026-05-05", "time": "06:10"})


def _left_half_done(house: House) -> None:
    """A worker died in the middle of its work: nothing that an outer door can do."""
    house.sql(
        "UPDATE pbx_command SET state = 'in_flight', claim = gen_random_uuid(), "
        "claimed_until = %s, attempts = 1 WHERE id = (SELECT min(id) FROM pbx_command "
        "WHERE state = 'waiting' AND kind = 'configure')",
        instant("2026-05-04 11:59:30"),
    )
    house.sql(
        "UPDATE rooms_job SET state = 'running', started_at = created_at "
        "WHERE id = (SELECT max(id) FROM rooms_job)"
    )
    house.sql(
        "UPDATE rooms_jobitem SET state = 'done' "
        "WHERE position = 0 AND job_id = (SELECT max(id) FROM rooms_job)"
    )
    house.sql(
        "UPDATE rooms_resync SET state = 'running', started_at = %s WHERE property_id = 2",
        house.now(),
    )
    house.sql("INSERT INTO auth_group (name) VALUES ('auditors')")
    house.sql("INSERT INTO auth_user_groups (user_id, group_id) VALUES (1, 1)")
    house.sql(
        "INSERT INTO auth_group_permissions (group_id, permission_id) "
        "SELECT 1, min(id) FROM auth_permission"
    )
    house.sql(
        "INSERT INTO auth_user_user_permissions (user_id, permission_id) "
        "SELECT 1, min(id) FROM auth_permission"
    )
    house.sql(
        "INSERT INTO django_session (session_key, session_data, expire_date) "
        "VALUES ('of-a-version-before-all-others', '', %s)",
        instant(ENDS),
    )


# Pages with forms that somebody has open when the house is upgraded.
PAGES: Final = (
    "/GRAND/stays/HB-1001/",
    "/GRAND/stays/HB-1001/edit/",
    "/GRAND/stays/HB-1001/check-out/",
    "/GRAND/stays/HB-1002/transfer/",
    "/GRAND/stays/HB-2002/",
    "/GRAND/housekeeping/",
    "/GRAND/rooms/201/",
    "/GRAND/minibar/",
    "/GRAND/wake-up-calls/11/",
    "/GRAND/attention/",
    "/GRAND/pbx/compare/",
    "/GRAND/settings/hotel/",
    "/GRAND/settings/logo/",
    "/GRAND/settings/pbx/",
    "/GRAND/settings/feature-codes/",
    "/GRAND/settings/wake-up-calls/",
    "/GRAND/settings/retention/",
    "/GRAND/settings/classes/1/",
    "/GRAND/settings/rooms/1/",
    "/GRAND/settings/products/1/",
    "/GRAND/settings/tariffs/1/",
    "/GRAND/settings/rates/1/",
    "/GRAND/settings/staff/2/",
    "/GRAND/settings/api-keys/",
    "/account/",
)


def _is_sent(mia: Desk, kept: Kept) -> None:
    """A form, a moment ago."""
    stay = "/GRAND/stays/HB-1001/"
    sent = mia.form(stay, f"{stay}charge/").filled({"description": "Umbrella", "amount": "5"})
    mia.post(sent)
    kept.sent = (sent.action, sent.values)


def _stay_open(house: House, mia: Desk, kept: Kept) -> None:
    """Pages, a list that was looked at, a wall board."""
    seen = {"/sign-in/", "/sign-out/"}
    for path in PAGES:
        for form in mia.forms(path):
            kind = re.sub(r"\d+", "1", form.action)
            if kind not in seen:
                kept.open[f"{path} → {form.action}"] = (form.action, form.values)
            seen.add(kind)
    listed = _preview(mia, "204 07:50")
    kept.open["a list that was looked at"] = (listed.action, listed.values)
    clara = house.sign_in("clara")
    clara.send("/account/", "/account/board/", property="GRAND")
    _sign_in_wrongly()
    kept.reports_to = house.reports_to
    kept.sessions = {"mia": mia.session, "board": clara.session}


def main() -> None:
    """Plays the day."""
    with begin(BEGINS) as house:
        manage("migrate", "--verbosity", "0")
        look = "--look" in sys.argv
        found: dict[str, Any] = {"held": vars(play(house, browsers=not look))}
        if look:
            house.let_pass(LOOKED_AT)
            found |= {"answers": looking.answers(house), "events": looking.events(house)}
    json.dump(found, sys.stdout, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
