"""What the endpoints share."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pbx.simulator.errors import Refused
from pbx.simulator.own_calls import OwnCalls
from pbx.simulator.state import Extension, State
from pbx.simulator.telephony import Telephony


@dataclass(frozen=True)
class EndpointContext:
    """What the endpoints operate on."""

    state: State
    telephony: Telephony
    calls: OwnCalls


Call = Callable[[EndpointContext, dict[str, Any]], dict[str, Any]]


def needed(body: dict[str, Any], name: str) -> str:
    """A required parameter as text; error 10004 if it is missing or empty."""
    value = body.get(name)
    if value is None or isinstance(value, dict | list) or not str(value).strip():
        raise Refused("10004")
    return str(value).strip()


def listed(text: object) -> list[str]:
    """The items of a comma list; empty ones are ignored (T29)."""
    return [item.strip() for item in str(text).split(",") if item.strip()]


def extension(context: EndpointContext, number: str) -> Extension:
    """The extension; error 10006 if there is none."""
    found = context.state.extensions.get(number)
    if found is None:
        raise Refused("10006")
    return found


def extensions(context: EndpointContext, body: dict[str, Any]) -> list[Extension]:
    """The extensions of the comma list ``extid``; error 10006 unless all exist."""
    numbers = dict.fromkeys(listed(needed(body, "extid")))
    return [extension(context, number) for number in numbers]
