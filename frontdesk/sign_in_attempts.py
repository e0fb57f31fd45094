"""Slowing down whoever guesses passwords, across all processes.

A try is written down before the password is looked at, so that many at once gain nothing; the
one that succeeds takes its tries away again.
"""

from datetime import timedelta
from typing import Final

from django.utils.crypto import salted_hmac

from frontdesk.models import FailedSignIn
from hotelpbx.clock import now

ALLOWED: Final = 5
WINDOW: Final = timedelta(minutes=15)


def begin(username: str, address: str | None) -> bool:
    """Note a try. False: too many by this name from this address, the password is not looked at."""
    instant = now()
    FailedSignIn.objects.filter(at__lt=instant - WINDOW).delete()
    who = _who(username, address)
    attempt = FailedSignIn.objects.create(who=who, at=instant)
    if FailedSignIn.objects.filter(who=who).count() <= ALLOWED:
        return True
    attempt.delete()  # knocking at a closed door does not keep it closed for longer
    return False


def succeeded(username: str, address: str | None) -> None:
    """Forget the tries of somebody who has shown who he is."""
    FailedSignIn.objects.filter(who=_who(username, address)).delete()


def _who(username: str, address: str | None) -> str:
    value = f"{username.casefold()}\n{address}"
    return salted_hmac("frontdesk.sign_in", value, algorithm="sha256").hexdigest()
