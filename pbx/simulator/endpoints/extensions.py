"""extensionlist/query, extension/query and extension/update (L649-L1068)."""

import re
from collections.abc import Callable
from typing import Any, Final

from pbx.simulator.endpoints.base import Call, EndpointContext, extension, listed, needed
from pbx.simulator.errors import Refused
from pbx.simulator.state import Extension

# The PBX's import rules for an extension's name, and the English guide's length.
_FORBIDDEN: Final = re.compile("[!%.@:;&\"'`\\\\<>$]")
_NAME_LENGTH: Final = 31
_ROUTES_LENGTH: Final = 4096  # (L1048)


def _switch(value: str) -> bool:
    return value in ("on", "off")


def _one_of(*allowed: str) -> Callable[[str], bool]:
    return lambda value: value in allowed


def _digits(most: int) -> Callable[[str], bool]:
    return lambda value: value == "" or (value.isascii() and value.isdigit() and len(value) <= most)


def _text(most: int) -> Callable[[str], bool]:
    return lambda value: len(value) <= most


_DESTINATION = _one_of("Voicemail", "Extension", "Mobile Number", "Custom Number")

# What extension/update takes, with its limits (L913-L1068).
_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "callerid": _text(31),
    "registername": _text(31),
    "registerpassword": _text(31),
    "loginpassword": _text(63),
    "maxregistrations": _one_of("1", "2", "3", "4", "5"),
    "email": _text(128),
    "mobile": _digits(31),
    "vmsecret": _digits(63),
    "monitormode": _one_of("Disabled", "Extensive", "Listen", "Whisper", "Barge-in"),
    "ringtimeout": _one_of("15", "30", "60", "120", "300"),
    "maxduration": _one_of(
        "Follow System", "Unlimited", "60", "300", "600", "900", "1800", "3600", "6000"
    ),
    "agentid": _digits(31),
    "mobileprefix": _digits(7),
    **{
        f"{which}{name}": check
        for which in "anb"
        for name, check in (
            ("transferto", _DESTINATION),
            ("transferext", _digits(8)),
            ("transferprefix", _digits(7)),
            ("transfernum", _digits(15)),
        )
    },
    **dict.fromkeys(
        (
            "hasvoicemail", "enablevmtoemail", "alwaysforward", "noanswerforward", "busyforward",
            "enablemobile", "ringsimultaneous", "allowbeingmonitored", "dnd", "callrestriction",
        ),
        _switch,
    ),
}  # fmt: skip


def extension_list(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """All extensions, in short."""
    return {
        "extlist": [
            {
                "extnumber": each.number,
                "status": each.status,
                "type": "SIP",
                "username": each.settings["username"],
                "agentid": each.settings["agentid"],
            }
            for each in context.state.extensions.values()
        ]
    }


def query(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """The settings of one, several or all extensions."""
    numbers = listed(body.get("extid") or ",".join(context.state.extensions))
    return {"extinfos": [_shown(context, extension(context, number)) for number in numbers]}


def update(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Change settings of one extension; all or nothing."""
    found = extension(context, needed(body, "extid"))
    changes = {name: str(value) for name, value in body.items() if name != "extid"}
    selected = changes.pop("selectoutroute", None)
    routes = None if selected is None else _routes(context, selected)
    for name, value in changes.items():
        if not (_name_fits(context, value) if name == "username" else _fits(name, value)):
            raise Refused("10017")
    found.settings.update(changes)
    if routes is not None:
        _select(context, found, routes)
    return {}


def _fits(name: str, value: str) -> bool:
    check = _CHECKS.get(name)
    return check is not None and check(value)


def _name_fits(context: EndpointContext, name: str) -> bool:
    if context.state.ascii_names and not name.isascii():
        return False
    return len(name) <= _NAME_LENGTH and not _FORBIDDEN.search(name)


def _routes(context: EndpointContext, text: str) -> list[str]:
    routes = listed(text)
    if len(text) > _ROUTES_LENGTH or any(name not in context.state.routes for name in routes):
        raise Refused("10033")
    return routes


def _select(context: EndpointContext, found: Extension, routes: list[str]) -> None:
    if context.state.route_mode == "replace":
        found.routes = routes
    elif context.state.route_mode == "add":
        found.routes = list(dict.fromkeys([*found.routes, *routes]))


def _shown(context: EndpointContext, found: Extension) -> dict[str, str]:
    settings = dict(found.settings)
    settings["moblie"] = settings.pop("mobile")  # sic (L887)
    return {
        "extnumber": found.number,
        "status": found.status,
        "type": "SIP",
        **settings,
        "selectoutroute": ",".join(found.routes),
        "unselectoutroute": ",".join(
            name for name in context.state.routes if name not in found.routes
        ),
    }


CALLS: dict[str, Call] = {
    "extensionlist/query": extension_list,
    "extension/query": query,
    "extension/update": update,
}
