"""The error codes of the API, each with its HTTP status and meaning."""

from collections.abc import Iterable
from typing import Final

CODES: Final[dict[str, tuple[int, str]]] = {
    "parse_error": (400, "The body is not valid JSON."),
    "not_authenticated": (401, "The key is missing, unknown, or revoked."),
    "permission_denied": (403, "The key lacks the scope that the detail names."),
    "not_found": (404, "There is nothing at this address."),
    "property_not_found": (404, "There is no such property, or the key belongs to another."),
    "room_not_found": (404, "There is no such room; 422 if it is named in a body."),
    "stay_not_found": (404, "There is no such stay; 422 if it is named in a body."),
    "wake_up_call_not_found": (404, "There is no such wake-up call."),
    "job_not_found": (404, "There is no such job, or it has been deleted since."),
    "charge_not_found": (404, "There is no such charge."),
    "method_not_allowed": (405, "This address does not support the method; see Allow."),
    "room_occupied": (409, "The room is occupied: choose another, or check in as sharing."),
    "room_not_ready": (409, "The room is not clean: wait, or accept it as it is."),
    "room_out_of_order": (409, "The room is out of order: choose another."),
    "stay_not_in_house": (409, "The stay is not in house."),
    "invalid_transition": (409, "The present state does not allow it."),
    "wake_up_in_past": (409, "The time has passed: choose a later one."),
    "credit_limit_reached": (409, "The credit limit is reached: accept_over_limit overrides it."),
    "wake_up_exists": (409, "The stay already has a wake-up call at that time."),
    "precondition_failed": (412, "It has been changed in the meantime: read it again."),
    "unsupported_media_type": (415, "Send application/json."),
    "validation_error": (422, "Some values are invalid: errors says which and why."),
    "rate_limited": (429, "Too many requests: wait as long as Retry-After says."),
    "internal_error": (500, "Internal error; the log has it under request_id."),
    "unavailable": (503, "The database is not available: try again."),
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
# A concurrent request did the same.
_OF_A_CHANGE: Final = ("invalid_transition",)


def by_status(method: str, own: Iterable[str]) -> dict[int, list[str]]:
    """The error codes of an operation, by HTTP status.

    :param own: its own codes, in addition to the common ones. ``room_not_found:422``: with a
        status other than its usual one.
    """
    names = [*_ALWAYS, *own]
    names += _OF_A_BODY if method in ("POST", "PUT", "PATCH") else ()
    names += _OF_A_CHANGE if method != "GET" else ()
    found: dict[int, list[str]] = {}
    for name in dict.fromkeys(names):
        code, _, status = name.partition(":")
        found.setdefault(int(status) if status else CODES[code][0], []).append(code)
    return dict(sorted(found.items()))
