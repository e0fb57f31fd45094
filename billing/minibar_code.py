"""Feature code ``778*PRODUCT*QTY``: sells from the minibar of the room whose phone dialed it."""

import re
from typing import Final

from billing import minibar
from billing.models import MinibarEntry
from pbx.reports.parsing import call_started_at
from pbx.reports.registry import Outcome, Parked, Processed
from rooms.feature_codes.registry import Entry
from rooms.stays.attribution import phone_at

# Product and quantity, then "#" for each time that the same was keyed in earlier in the call.
_ARGUMENTS: Final = re.compile(r"\*(\d{1,9})\*(\d{1,2})(#*)")


def apply(entry: Entry) -> Outcome:
    """Charge the sale, or keep it for a person to assign."""
    keys, code = entry.keys, entry.code
    match = _ARGUMENTS.fullmatch(entry.arguments)
    if match is None or int(match[2]) == 0:
        return Parked(f"{keys} is not {code}*PRODUCT*QUANTITY with a quantity of 1 to 99.")
    phone = phone_at(entry.property_, entry.extension)
    if phone is None:
        return Parked(f"{keys} came from extension {entry.extension}, which is not in a room.")
    product = minibar.product_on_sale(entry.property_, match[1])
    if product is None:
        return Parked(f"No minibar product has the code {match[1]}: add it, then replay this.")
    sold = minibar.record_entry(
        phone,
        product,
        int(match[2]),
        occurred_at=call_started_at(entry.callid) or entry.report.received_at,
        callid=entry.callid,
        report_id=entry.report.pk,
        repeated=entry.report.repeats_id is not None or bool(match[3]),
    )
    if sold.state == MinibarEntry.State.CHARGED:
        return Processed(f"{sold} is charged.")
    return Processed(f"{sold} waits for a person ({sold.state}).")
