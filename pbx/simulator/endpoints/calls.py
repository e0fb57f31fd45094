"""Calls made by request: playprompt, dial_extension, ivr/dial_extension, hangup."""

from typing import Any

from pbx.simulator.endpoints.base import Call, House, extension, needed
from pbx.simulator.errors import Refused


def play_prompt(house: House, body: dict[str, Any]) -> dict[str, Any]:
    """Call a phone and play a prompt; its name must have a letter (L3919)."""
    found, prompt = extension(house, needed(body, "extid")), needed(body, "prompt")
    if not all(any(char.isalpha() for char in part) for part in prompt.split("+")):
        raise Refused("10023")
    callid = house.state.call_id()
    house.state.note_ring(found, "prompt")
    house.calls.play_prompt(found, prompt, callid)
    return {"callid": callid}


def dial_extension(house: House, body: dict[str, Any]) -> dict[str, Any]:
    """Connect two phones; the caller rings first (L3088-L3132)."""
    caller = extension(house, needed(body, "caller"))
    callee = extension(house, needed(body, "callee"))
    if caller.status == "Busy":
        raise Refused("10008")
    return {"callid": house.telephony.call_inside(caller, callee, talk=5)}


def ivr_dial(house: House, body: dict[str, Any]) -> dict[str, Any]:
    """Call a phone and connect it to a menu (L3624-L3666)."""
    found, ivr = extension(house, needed(body, "extid")), needed(body, "ivrid")
    if ivr not in house.state.ivrs:
        raise Refused("10012")
    callid = house.state.call_id()
    house.state.note_ring(found, "menu")
    house.calls.dial_ivr(found, ivr, callid)
    return {"callid": callid}


def hangup(house: House, body: dict[str, Any]) -> dict[str, Any]:
    """End the call of a phone."""
    found = extension(house, needed(body, "extid"))
    if found.status != "Busy":
        raise Refused("10007")
    house.telephony.hang_up(found)
    return {}


CALLS: dict[str, Call] = {
    "extension/playprompt": play_prompt,
    "extension/dial_extension": dial_extension,
    "ivr/dial_extension": ivr_dial,
    "extension/hangup": hangup,
}
