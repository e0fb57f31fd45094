"""Payloads of the events of wake-up calls."""

from typing import Any

from wakeups.models import WakeUpCall


def call_payload(call: WakeUpCall) -> dict[str, Any]:
    """A wake-up call, as events carry it."""
    return {
        "id": call.pk,
        "stay": call.stay.reference,
        "room": call.stay.room.number if call.stay.room else None,
        "date": call.date.isoformat(),
        "time": call.time.strftime("%H:%M"),
        "recurrence": call.recurrence,
        "status": call.status,
        "due_at": call.due_at.isoformat() if call.due_at else None,
    }
