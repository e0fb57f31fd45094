"""cdr/get_random and the file behind its link (L4273-L4345)."""

import csv
import io
import secrets
from datetime import datetime, timedelta
from typing import Any, Final

from pbx.simulator.endpoints.base import Call, EndpointContext, listed, needed
from pbx.simulator.errors import Refused
from pbx.simulator.state import State

_LIFE: Final = timedelta(seconds=30)  # (L4278)
_FORMAT: Final = "%Y-%m-%d %H:%M:%S"
_COLUMNS: Final = (
    "callid", "timestart", "callfrom", "callto", "callduraction", "talkduraction",
    "srctrunkname", "dsttrunkname", "status", "type", "pincode", "recording", "didnumber", "sn",
)  # fmt: skip


def get_random(context: EndpointContext, body: dict[str, Any]) -> dict[str, Any]:
    """Ask for a link to the records of a period, in the PBX's local time."""
    wanted = {name: needed(body, name) for name in ("extid", "starttime", "endtime")}
    try:
        for name in ("starttime", "endtime"):
            datetime.strptime(wanted[name], _FORMAT)  # noqa: DTZ007 (the PBX knows no zones)
    except ValueError:
        raise Refused("20019") from None
    random, state = secrets.token_hex(16), context.state
    state.links[random] = (state.clock.elapsed() + _LIFE, wanted)
    return {**wanted, "random": random}


def download(state: State, query: dict[str, str]) -> str:
    """The CSV file, once for each link (L4278).

    20020: the link is unknown, used or too old, or other values than before are asked for.
    """
    until, wanted = state.links.pop(query.get("random", ""), (timedelta.min, {}))
    too_late = state.clock.elapsed() > until
    if too_late or any(query.get(name) != value for name, value in wanted.items()):
        raise Refused("20020")
    numbers = None if wanted["extid"] == "all" else set(listed(wanted["extid"]))
    with state.lock:
        rows = [
            record
            for record in state.records
            if wanted["starttime"] <= record["timestart"] <= wanted["endtime"]
            and (numbers is None or numbers & {record["callfrom"], record["callto"]})
        ]
    if not rows:
        raise Refused("20021")
    out = io.StringIO()
    writer = csv.DictWriter(out, _COLUMNS, restval="", extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    for row in rows:
        renamed = {**row, "dsttrunkname": row.get("desttrunkname", ""), "sn": state.serial}
        writer.writerow(renamed)
    return out.getvalue()


CALLS: dict[str, Call] = {"cdr/get_random": get_random}
