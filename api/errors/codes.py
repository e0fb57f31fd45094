"""The error codes of the contract (§4): under which status each comes, and what it says."""

from collections.abc import Iterable
from typing import Final

CODES: Final[dict[str, tuple[int, str]]] = {
    "parse_error": (400, "The body is not JSON that can be read."),
    "not_authenticated": (401, "There is no key, or it is not known here, or it was revoked."),
    "permission_denied": (403, "The key lacks the scope; the detail names it."),
    "not_found": (404, "There is nothing at this address."),
    "property_not_found": (404, "There is no such property, or the key is another one's."),
    "room_not_found": (404, "There is no such room; 422 where a body names it."),
    "stay_not_found": (404, "There is no such stay; 422 where a body names it."),
    "wake_up_call_not_found": (404, "There is no such wake-up call."),
    "job_not_found": (404, "There is no such job, or it is long over."),
    "charge_not_found": (404, "There is no such charge."),
    "method_not_allowed": (405, "The address does not know this method; see Allow."),
    "room_occupied": (409, "The room is occupied: choose another, or check in as sharing."),
    "room_not_ready": (409, "The room is not clean: wait, or accept it as it is."),
    "room_out_of_order": (409, "The room is out of order: choose another."),
    "stay_not_in_house": (409, "The stay is not in house."),
    "invalid_transition": (409, "The present state does not allow it."),
    "wake_up_in_past": (409, "The time has passed: choose a later one."),
    "credit_limit_reached": (409, "The guest owes as much as he may: accept_over_limit charges."),
    "wake_up_exists": (409, "The stay has a wake-up call at that time."),
    "precondition_failed": (412, "Somebody changed it since: read it again."),
    "unsupported_media_type": (415, "Send application/json."),
    "validation_error": (422, "Some values are not right: errors says which and why."),
    "rate_limited": (429, "Too many requests: wait as long as Retry-After says."),
    "internal_error": (500, "A fault of the program; request_id finds it in the log."),
    "unavailable": (503, "The hotel's books cannot be reached now: try again."),
}

_ALWAYS: Final = (
    "not_authenticated",
    "permission_denied",
    "not_found",
    "property_not_found",
    "validation_error",
    "internal_error",
    "unavailable",
)
_OF_A_BODY: Final = ("parse_error", "unsupported_media_type")
# Somebody else did the same at the same moment.
_OF_A_CHANGE: Final = ("invalid_transition",)


def by_status(method: str, own: Iterable[str]) -> dict[int, list[str]]:
    """The codes that an operation may answer, by their status.

    :param own: its own ones, beside those that all have. ``room_not_found:422`` is the code of
        an address in the answer for a body.
    """
    names = [*_ALWAYS, *own]
    names += _OF_A_BODY if method in ("POST", "PUT", "PATCH") else ()
    names += _OF_A_CHANGE if method != "GET" else ()
    found: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        code, _, status = name.partition(":")
        found.setdefault(int(status) if status else CODES[code][0], []).append(code)
    return dict(sorted(found.items()))
