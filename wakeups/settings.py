"""The hotel's settings for wake-up calls."""

from rooms.models import Property
from wakeups.models import WakeUpSettings


def settings_of(property_: Property) -> WakeUpSettings:
    """The property's wake-up settings; the defaults where nothing has been set."""
    found = WakeUpSettings.objects.filter(property=property_).first()
    return found or WakeUpSettings(property=property_)
