"""The season as report bodies: shuffled, some repeated, in the various formats of the PBX."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from bench.soaking.hotel import LOBBY, SERIAL, ZONE
from bench.soaking.traffic import Entry, Leg

# Repetitions come within a minute. This number of reports is sent in much less.
SOON: Final = 400
REPEATED: Final = 0.1
_UNANSWERED: Final = ("NO ANSWER", "BUSY", "FAILED", "VOICEMAIL", "")
_SPELLINGS: Final = (
    *("{}", "Guest<{}>", '"Guest, A. 7" <{}>', "sip:{}@192.168.5.150", " {} ", "SIP/{}-0000001a"),
    "<sip:{}@192.168.5.150;transport=udp>",
)
_TRUNK: Final = ("desttrunkname", "dstrunkname", "dsttrcunkname", "dsttrunkname")


@dataclass(frozen=True)
class Post:
    """Reports to be sent first, and those repeated more than a minute later."""

    first: list[bytes]
    later: list[bytes]
    repeated_late: list[Entry]
    repetitions: int


def post(dice: random.Random, legs: Sequence[Leg], entries: Sequence[Entry], bad: int) -> Post:
    """All reports of a season in the order of sending."""
    bodies = [(_record(leg), False) for leg in legs]
    bodies += [(_keys(entry), True) for entry in entries]
    dice.shuffle(bodies)
    places: list[tuple[float, bytes]] = []
    for place, (body, keyed) in enumerate(bodies):
        places.append((place, _text(body)))
        if dice.random() < REPEATED:
            last = min(place + SOON, len(bodies)) if keyed else len(bodies)
            places.append((dice.uniform(place, last), _again(dice, body)))
    repetitions = len(places) - len(bodies)
    places += [(dice.uniform(0, len(bodies)), body) for body in unreadable(bad)]
    late = dice.sample(list(entries), len(entries) // 100)
    later = [_again(dice, _keys(entry)) for entry in late]
    later += [_again(dice, _record(leg)) for leg in dice.sample(list(legs), len(late))]
    dice.shuffle(later)
    return Post([body for _, body in sorted(places)], later, late, repetitions)


def unreadable(number: int) -> list[bytes]:
    """``number`` different reports of each fault that must be parked."""
    bodies = []
    for each in range(number):
        bodies.append(b'{"action": "NewCdr", "callid" "%d"}' % each)
        for product, quantity in (("404", "1"), ("12", "0"), ("12", "100")):
            infos = f"778*{product}*{quantity}"
            bodies.append(_text(_dtmf(f"1741000000.{each}", "2101", infos)))
        bodies.append(_text(_dtmf(f"1741000001.{each}", LOBBY, "778*12*1")))
        stranger = {"action": "NewCdr", "callid": f"1741000002.{each}", "type": "Outbound"}
        bodies.append(_text({**stranger, "sn": "another"}))
        bodies.append(_text({**stranger, "talkduraction": "soon", "sn": SERIAL}))
    return bodies


def _record(leg: Leg) -> dict[str, Any]:
    began = datetime.fromtimestamp(leg.began + leg.number * 7, ZONE)
    inward = leg.kind == "Inbound"
    extension = _spelled(leg.extension, leg.talked)
    caller, called = (leg.dialed, extension) if inward else (extension, leg.dialed)
    outward = leg.kind in ("Outbound", "Transfer")
    trunk = {_TRUNK[leg.talked % len(_TRUNK)]: "Trunk"} if outward else {}
    return {
        "action": "NewCdr",
        "callid": leg.callid,
        "timestart": f"{began:%Y-%m-%d %H:%M:%S}",
        "callfrom": caller,
        "callto": called,
        "callduraction": str(leg.talked + 9),
        "talkduraction": str(leg.talked),
        **({"srctrunkname": "Trunk"} if inward else trunk),
        "status": "ANSWERED" if leg.answered else _UNANSWERED[leg.talked % len(_UNANSWERED)],
        "type": leg.kind,
        "sn": SERIAL,
    }


def _spelled(extension: str, number: int) -> str:
    return _SPELLINGS[number % len(_SPELLINGS)].format(extension)


def _keys(entry: Entry) -> dict[str, Any]:
    extension = _spelled(entry.extension, entry.quantity)
    return _dtmf(entry.callid, extension, f"778*{entry.product}*{entry.quantity}")


def _dtmf(callid: str, extension: str, infos: str) -> dict[str, Any]:
    return {
        "action": "DTMF",
        "callid": callid,
        "call": [{"ext": {"extid": extension}}],
        "infos": infos,
        "sn": SERIAL,
    }


def _text(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


def _again(dice: random.Random, body: dict[str, Any]) -> bytes:
    """The same object with its keys in another order and other spacing."""
    pairs = list(body.items())
    dice.shuffle(pairs)
    return json.dumps(dict(pairs), indent=dice.choice((None, 1, 4))).encode()
