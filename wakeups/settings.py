"""What the hotel has set for its wake-up calls, and what that means for one of them."""

from datetime import timedelta

from rooms.models import Property
from wakeups.escalation.steps import Rules
from wakeups.models import WakeUpCall, WakeUpSettings


def settings_of(property_: Property) -> WakeUpSettings:
    """The property's wake-up settings, the usual ones where nothing was set."""
    found = WakeUpSettings.objects.filter(property=property_).first()
    return found or WakeUpSettings(property=property_)


def rules_for(call: WakeUpCall, settings: WakeUpSettings) -> Rules:
    """The rules of :mod:`wakeups.escalation.policy` for one call."""
    service = call.stay.class_of_service
    return Rules(
        own_call=bool(settings.fallback_prompt),
        confirm=call.confirm or bool(service and service.confirm_wake_up_calls),
        can_confirm=bool(settings.confirm_ivr and settings.confirm_key),
        after=timedelta(seconds=settings.fallback_after),
        confirm_calls=settings.confirm_calls,
        confirm_repeat=timedelta(seconds=settings.confirm_repeat),
        snoozes=settings.snoozes if settings.snooze_key else 0,
        snooze_for=timedelta(minutes=settings.snooze_minutes),
    )
