"""Rate limit for sign-ins, across all processes.

An attempt counts for the name, for the address and for both together. Above a number of wrong
passwords, further attempts are refused without checking the password until a pause is over; then
one more is checked. Nobody is locked out for good, and a refused attempt costs no password hash.

At an address from which a name has signed in before, only its own attempts from there count:
attackers elsewhere, and others behind the same address, do not slow down the people who work there.

An attempt is stored before the password is checked, so that parallel attempts gain nothing. A
successful sign-in deletes its own attempts and no others.
"""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Final

from django.utils.crypto import salted_hmac

from frontdesk.models import FailedSignIn, KnownPlace
from hotelpbx.clock import now

WINDOW: Final = timedelta(minutes=15)
KNOWN_FOR: Final = timedelta(days=60)
# A home connection with IPv6 has a whole network of addresses.
_HOME_NETWORK: Final = 64


@dataclass(frozen=True)
class Limit:
    """How many wrong passwords within the window are checked without a pause, and the pause."""

    free: int
    pause: timedelta


LIMITS: Final = {
    "pair": Limit(5, timedelta(seconds=20)),
    "name": Limit(10, timedelta(seconds=30)),
    "address": Limit(20, timedelta(seconds=5)),
}


@dataclass(frozen=True)
class Attempt:
    """One sign-in attempt.

    :ivar wait: seconds until the next one is checked; 0: this one may be
    :ivar first_from_there: whether it is the first from its address within the window
    """

    wait: int
    first_from_there: bool = False


def begin(username: str, address: str | None) -> Attempt:
    """Record an attempt. Check the password only if ``wait`` is 0."""
    instant = now()
    FailedSignIn.objects.filter(at__lt=instant - WINDOW).delete()
    keys = _keys(username, address)
    mine = FailedSignIn.objects.create(**keys, at=instant)
    known = KnownPlace.objects.filter(pair=keys["pair"], at__gt=instant - KNOWN_FOR).exists()
    ends = max(_pause_ends(mine, kind) for kind in (["pair"] if known else LIMITS))
    if ends <= instant:
        earlier = FailedSignIn.objects.filter(address=mine.address, pk__lt=mine.pk)
        return Attempt(0, not earlier.exists())
    mine.delete()  # a refused attempt does not extend the pause
    return Attempt(ceil((ends - instant).total_seconds()))


def succeeded(username: str, address: str | None) -> None:
    """Forget the failed attempts of a user who has signed in."""
    pair = _keys(username, address)["pair"]
    FailedSignIn.objects.filter(pair=pair).delete()
    KnownPlace.objects.filter(at__lt=now() - KNOWN_FOR).delete()
    KnownPlace.objects.update_or_create(pair=pair, defaults={"at": now()})


def _pause_ends(mine: FailedSignIn, kind: str) -> datetime:
    """When the next attempt of this kind is checked, given those before this one."""
    limit = LIMITS[kind]
    before = FailedSignIn.objects.filter(**{kind: getattr(mine, kind)}, pk__lt=mine.pk)
    times = list(before.order_by("-pk").values_list("at", flat=True)[: limit.free])
    return times[0] + limit.pause if len(times) == limit.free else mine.at


def _keys(username: str, address: str | None) -> dict[str, str]:
    name, place = username.casefold(), _network(address)
    values = {"pair": f"{name}\n{place}", "name": name, "address": place}
    return {
        kind: salted_hmac(f"frontdesk.sign_in.{kind}", value, algorithm="sha256").hexdigest()
        for kind, value in values.items()
    }


def _network(address: str | None) -> str:
    if address is None:
        return ""
    found = ipaddress.ip_address(address)
    if found.version == 4:
        return address
    return str(ipaddress.ip_network((address, _HOME_NETWORK), strict=False))
