"""``hotel/checkout`` for one or many extensions (L4698-L4732).

A late repetition resets the next guest's phone (T11). Our own commands for the next guest wait
behind it in the lane; but after a lost answer somebody may have set up the phone by hand. So the
PBX is queried first, and a person decides what its answer leaves open.
"""

import logging
from datetime import timedelta
from typing import Any, Final

from hotelpbx.clock import now
from pbx import cdr_download
from pbx.delivery.leased_client import LeasedClient
from pbx.errors import Rejected
from pbx.models import Command

log = logging.getLogger(__name__)

# How far back a guest's calls are downloaded if the list of calls never was.
_UNKNOWN_PAST: Final = timedelta(days=1)


def deliver(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Reset the extensions of all the commands with one request."""
    if commands[0].outcome_unknown and _was_reset(leased, commands[0]):
        return {}
    _fetch_calls(leased, commands)
    leased.renew_lease().hotel.checkout([command.extension for command in commands])
    return {}


def _fetch_calls(leased: LeasedClient, commands: list[Command]) -> None:
    """Download CDRs first: by one page of the manual a check-out deletes them (L4217-L4219)."""
    pbx = commands[0].pbx
    since = cdr_download.downloaded_until(pbx) or now() - _UNKNOWN_PAST
    try:
        cdr_download.download_missing(
            pbx, leased.renew_lease(), since, [command.extension for command in commands]
        )
    except Rejected as fault:
        # Billing relies on reports; a rejected download must not prevent the phone's check-out.
        log.warning("Call records could not be downloaded before a check-out: %s", fault)


def _was_reset(leased: LeasedClient, command: Command) -> bool:
    """Whether the PBX carried out the lost request, by the state of the phone.

    :raises Rejected: the phone is neither the last guest's nor reset
    """
    guest = _name_given(command)
    if not guest:
        return False
    shown = next(iter(leased.renew_lease().extensions.query([command.extension])), None)
    if shown is None or shown.name == guest:
        return False
    alarms = leased.renew_lease().wakeupcalls.query(command.extension)
    messages = leased.renew_lease().voicemail.query([command.extension])
    if not (alarms or messages or shown.routes):
        return True
    raise Rejected(
        f"The answer to the check-out of extension {command.extension} was lost. The phone shows "
        f"“{shown.name}” now, with {len(alarms)} alarms, {len(messages)} voicemail messages and "
        f"outbound routes “{', '.join(shown.routes or ())}”. If these are the last guest's, try "
        "again; if somebody has set up the phone for the next guest, discard this."
    )


def _name_given(command: Command) -> str:
    """The name that the phone was given for the leaving guest; empty if none."""
    lane = Command.objects.filter(
        pbx=command.pbx_id, extension=command.extension, pk__lt=command.pk
    )
    named = lane.filter(
        kind__in=[Command.Kind.PROVISION, Command.Kind.DEPROVISION], state=Command.State.DONE
    )
    for earlier in named.order_by("-pk")[:_LOOK_BACK]:
        if earlier.kind == Command.Kind.DEPROVISION:
            break
        if name := str(earlier.result.get("username", "")):
            return name
    return ""


# A stay has few changes of its phone: name, class, do-not-disturb.
_LOOK_BACK: Final = 50
