"""Call a phone now: ``extension/playprompt`` (L3905), ``ivr/dial_extension`` (L3624).

A call is made in time or not at all. It is not repeated blindly: after a lost answer it counts as
made if the phone has been reported as ringing since, or is ringing or off-hook now. Otherwise the
phone is called again.
"""

from datetime import datetime
from typing import Any, Final

from hotelpbx.clock import now
from pbx.client import PbxClient
from pbx.delivery.leased_client import LeasedClient
from pbx.errors import Rejected
from pbx.models import Command, Report
from pbx.reports.parsing import ExtensionState, parse_report

_TAKEN: Final = ("ringing", "busy", "hold")


def deliver(leased: LeasedClient, commands: list[Command]) -> dict[int, dict[str, Any]]:
    """Call one phone. A rejection by the PBX is a result, not a failure for a person to retry."""
    (command,) = commands
    if command.outcome_unknown and (_has_rung(command) or _is_taken(leased, command)):
        return {command.pk: {"callid": ""}}
    if now() > datetime.fromisoformat(command.payload["not_after"]):
        reason = command.last_error or "The PBX could not be told in time."
        return {command.pk: {"refused": f"The call was not made: {reason}"}}
    try:
        return {command.pk: {"callid": _ring(leased.renew_lease(), command)}}
    except Rejected as fault:
        return {command.pk: {"refused": str(fault)}}


def _ring(pbx: PbxClient, command: Command) -> str:
    if ivr := command.payload.get("ivr"):
        return pbx.calls.dial_ivr(ivr, command.extension)
    return pbx.calls.play_prompt(command.extension, command.payload["prompt"].split("+"))


def _has_rung(command: Command) -> bool:
    """By the reports received since, whether or not they have been processed."""
    reports = Report.objects.filter(
        pbx=command.pbx_id, action="ExtensionStatus", received_at__gte=command.created_at
    )
    states = (
        ExtensionState.of_report(parse_report(bytes(body)))
        for body in reports.values_list("body", flat=True)
    )
    return any((each.extension, each.status) == (command.extension, "ringing") for each in states)


def _is_taken(leased: LeasedClient, command: Command) -> bool:
    return any(
        each.status in _TAKEN for each in leased.renew_lease().extensions.query([command.extension])
    )
