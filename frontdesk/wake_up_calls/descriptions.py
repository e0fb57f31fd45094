"""Wake-up calls described in a sentence, with the full day."""

from django.contrib import messages
from django.http import HttpRequest

from rooms.models import Stay
from wakeups.booking.stay_dates import in_words, open_outside
from wakeups.models import WakeUpCall


def warn_of_calls_outside_stay(request: HttpRequest, stay: Stay) -> None:
    """After a change of dates, warn of calls that are now outside the stay."""
    for call in open_outside(stay):
        messages.warning(
            request,
            f"The {describe_call(call)}, is now outside the stay. It rings if the guest is still "
            "here: cancel it, or leave it.",
        )


def describe_call(call: WakeUpCall) -> str:
    """``wake-up call for Alice Smith, room 203: Fri 27 Nov, 06:30, today``."""
    stay = call.stay
    who = f"{stay.main_guest or stay.reference}" + (f", room {stay.room}" if stay.room else "")
    return f"wake-up call for {who}: {_when(call)}"


def _when(call: WakeUpCall) -> str:
    if call.due_at is None:
        return f"{call.time:%H:%M}"
    first = in_words(call.due_at, call.property)
    if call.recurrence == WakeUpCall.Recurrence.ONCE:
        return first
    days = ", ".join(day.capitalize() for day in call.weekdays)
    return f"{days or 'every day'}, next on {first}"
