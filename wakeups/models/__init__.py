"""Wake-up calls, their occurrences, and the attempts to wake the guest."""

from wakeups.models.attempt import Attempt
from wakeups.models.foreign_alarm import ForeignAlarm
from wakeups.models.occurrence import Occurrence
from wakeups.models.settings import WakeUpSettings
from wakeups.models.wake_up_call import WakeUpCall

__all__ = ["Attempt", "ForeignAlarm", "Occurrence", "WakeUpCall", "WakeUpSettings"]
