"""Examples of requests and responses for the OpenAPI document, which tests validate."""

from typing import Any, Final

from hotelpbx.clock import now

# Dates must be in the future when copied, also after a process has run for a year.
YEAR: Final = now().year + 2

_APPLIED: Final = {"state": "applied", "error": None}

ROOM: Final[dict[str, Any]] = {
    "number": "203",
    "floor": "2",
    "type": "double",
    "extensions": [{"number": "2003", "status": "idle"}],
    "occupancy_status": "occupied",
    "housekeeping_status": "clean",
    "availability_status": "in_service",
    "service_request": "none",
    "stays": ["HB-1042"],
    "phone": _APPLIED,
}

GUEST: Final[dict[str, Any]] = {
    "first_name": "Alice",
    "last_name": "Smith",
    "title": "Ms",
    "language": "en",
    "vip": False,
}
RESERVATION: Final[dict[str, Any]] = {
    "guests": [GUEST],
    "arrival": f"{YEAR}-05-04",
    "departure": f"{YEAR}-05-07",
    "room": "203",
    "class_of_service": "standard",
    "group": "TOUR-7",
    "notes": "Late arrival",
}
STAY: Final[dict[str, Any]] = {
    "reference": "HB-1042",
    "status": "in_house",
    "room": "203",
    "guests": [GUEST],
    "group": "TOUR-7",
    "arrival": f"{YEAR}-05-04",
    "departure": f"{YEAR}-05-07",
    "checked_in_at": f"{YEAR}-05-04T07:12:09Z",
    "checked_out_at": None,
    "class_of_service": "standard",
    "sharing": False,
    "notes": "Late arrival",
    "balance": {"amount": "45.50", "currency": "CNY"},
    "credit_limit": {"amount": "500.00", "currency": "CNY"},
    "phone_barred": False,
    "phone": _APPLIED,
}

CHARGE: Final[dict[str, Any]] = {
    "id": 912,
    "sequence": 57,
    "type": "minibar",
    "stay": "HB-1042",
    "room": "203",
    "occurred_at": f"{YEAR}-05-05T03:20:00Z",
    "posted_at": f"{YEAR}-05-05T03:20:02Z",
    "description": "Cola × 2",
    "amount": {"amount": "30.00", "currency": "CNY"},
    "tax": {"amount": "1.70", "currency": "CNY"},
    "late": False,
    "reverses": None,
    "origin": None,
    "call": None,
    "minibar": {"product": "123456789", "quantity": 2},
    "acknowledgement": "pending",
}
PAYMENT: Final[dict[str, Any]] = {
    "id": 17,
    "sequence": 9,
    "stay": "HB-1042",
    "method": "card",
    "amount": {"amount": "20.00", "currency": "CNY"},
    "reference": "Slip 77",
    "received_at": f"{YEAR}-05-05T12:40:00Z",
    "received_by": "clara",
    "reason": "",
    "reverses": None,
}
FOLIO: Final[dict[str, Any]] = {
    "lines": [CHARGE],
    "subtotal": {"amount": "28.30", "currency": "CNY"},
    "tax": {"amount": "1.70", "currency": "CNY"},
    "total": {"amount": "30.00", "currency": "CNY"},
    "payments": {"amount": "20.00", "currency": "CNY"},
    "balance": {"amount": "10.00", "currency": "CNY"},
    "totals": [{"type": "minibar", "amount": {"amount": "30.00", "currency": "CNY"}}],
    "parts": [
        {
            "title": "main",
            "number": None,
            "settled_at": None,
            "charges": [912],
            "subtotal": {"amount": "28.30", "currency": "CNY"},
            "tax": {"amount": "1.70", "currency": "CNY"},
            "total": {"amount": "30.00", "currency": "CNY"},
        }
    ],
    "receipts": [PAYMENT],
}

WAKE_UP_CALL: Final[dict[str, Any]] = {
    "id": 31,
    "stay": "HB-1042",
    "room": "203",
    "date": f"{YEAR}-05-05",
    "time": "07:00",
    "recurrence": "daily",
    "weekdays": [],
    "until": None,
    "repeats": 2,
    "repeat_interval": 5,
    "confirm": False,
    "status": "pending",
    "due_at": f"{YEAR}-05-05T23:00:00Z",
    "outside_stay": False,
    "phone": _APPLIED,
    "outcome": "completed",
    "attempts": [
        {
            "kind": "pbx",
            "status": "completed",
            "extension": "2003",
            "due_at": f"{YEAR}-05-04T23:00:00Z",
            "started_at": f"{YEAR}-05-04T23:00:02Z",
            "answered_at": f"{YEAR}-05-04T23:00:09Z",
            "ended_at": f"{YEAR}-05-04T23:00:31Z",
            "callid": "",
            "detail": "The receiver was lifted.",
            "evidence": [
                {"at": f"{YEAR}-05-04T23:00:02Z", "report": "ringing", "callid": "", "detail": ""},
                {"at": f"{YEAR}-05-04T23:00:09Z", "report": "busy", "callid": "", "detail": ""},
            ],
        }
    ],
}

CALL: Final[dict[str, Any]] = {
    "id": 411,
    "callid": "1777950000.12",
    "stay": "HB-1042",
    "room": "203",
    "started_at": f"{YEAR}-05-05T03:00:00Z",
    "from": "2003",
    "to": "9075512345678",
    "direction": "outbound",
    "talk_seconds": 95,
    "billed_seconds": 96,
    "amount": {"amount": "1.46", "currency": "CNY"},
    "rating": "rated",
}

EVENT: Final[dict[str, Any]] = {
    "id": "0d3c8a2e-6b1f-4a57-9b52-6c1d5f7e8a90",
    "type": "room.housekeeping_status_changed",
    "timestamp": f"{YEAR}-05-04T07:12:09Z",
    "sequence": 1204,
    "property": "GRAND",
    "data": {
        "room": "203",
        "occupancy_status": "vacant",
        "housekeeping_status": "clean",
        "availability_status": "in_service",
        "service_request": "none",
        "before": "dirty",
    },
}

ITEM: Final[dict[str, Any]] = {
    "id": "unclaimed_call:411",
    "kind": "unclaimed_call",
    "since": f"{YEAR}-05-05T03:00:00Z",
    "room": "203",
    "detail": "Call from extension 2003 to 9075512345678, 95 s, 1.46 CNY: nobody was in the room.",
    "suggestions": ["HB-1042"],
    "actions": ["assign", "discard"],
    "body": "",
}

STATUS: Final[dict[str, Any]] = {
    "state": "degraded",
    "checks": [
        {"name": "database", "state": "ok", "detail": "It answers.", "since": None},
        {
            "name": "pbx_link",
            "state": "down",
            "detail": "The PBX does not answer.",
            "since": f"{YEAR}-05-05T03:00:00Z",
        },
    ],
}
