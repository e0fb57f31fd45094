"""hotel/checkout (L4698-L4732)."""

from typing import Any

from pbx.simulator.endpoints.base import Call, EndpointContext, extensions


def checkout(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Wipe the extensions of the list: four things, and no other (T13)."""
    for each in extensions(context, body):
        context.state.check_out(each)
    return {}


CALLS: dict[str, Call] = {"hotel/checkout": checkout}
