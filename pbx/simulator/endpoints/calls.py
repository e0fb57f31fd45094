"""Calls made by request: playprompt, dial_extension, ivr/dial_extension, hangup."""

from typing import Any

from pbx.simulator.endpoints.base import Call, EndpointContext, extension, needed
from pbx.simulator.errors import Refused


def play_prompt(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Call a phone and play a prompt; its name must have a letter (L3919)."""
    found, prompt = extension(context, needed(body, "extid")), needed(body, "prompt")
    if not all(any(char.isalpha() for char in part) for part in prompt.split("+")):
        raise Refused("10023")
    callid = context.state.call_id()
    context.state.note_ring(found, "prompt")
    context.calls.play_prompt(found, prompt, callid)
    return {"callid": callid}


def dial_extension(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Connect two phones; the caller rings first (L3088-L3132)."""
    caller = extension(context, needed(body, "caller"))
    callee = extension(context, needed(body, "callee"))
    if caller.status == "Busy":
        raise Refused("10008")
    return {"callid": context.telephony.call_inside(caller, callee, talk=5)}


def ivr_dial(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Call a phone and connect it to a menu (L3624-L3666)."""
    found, ivr = extension(context, needed(body, "extid")), needed(body, "ivrid")
    if ivr not in context.state.ivrs:
        raise Refused("10012")
    callid = context.state.call_id()
    context.state.note_ring(found, "menu")
    context.calls.dial_ivr(found, ivr, callid)
    return {"callid": callid}


def hangup(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """End the call of a phone."""
    found = extension(context, needed(body, "extid"))
    if found.status != "Busy":
        raise Refused("10007")
    context.telephony.hang_up(found)
    return {}


CALLS: dict[str, Call] = {
    "extension/playprompt": play_prompt,
    "extension/dial_extension": dial_extension,
    "ivr/dial_extension": ivr_dial,
    "extension/hangup": hangup,
}
