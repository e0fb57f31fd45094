"""Reading the situation that :mod:`wakeups.escalation.policy` decides from."""

from datetime import datetime, timedelta

from pbx.models import PbxLink
from pbx.reports import processing
from rooms.models import Phone
from wakeups.escalation.steps import GuestCall, PbxRing, Rules, Situation
from wakeups.models import Attempt, Occurrence, WakeUpCall, WakeUpSettings
from wakeups.schedule import last_ring


def situation_of(
    occurrence: Occurrence, attempts: list[Attempt], settings: WakeUpSettings, now: datetime
) -> Situation:
    """Everything that the next step of an open occurrence depends on."""
    call = occurrence.call
    pbx = call.property.pbx
    rings_at = occurrence.rings_at
    link = PbxLink.objects.filter(pbx=pbx).first() if pbx else None
    return Situation(
        now=now,
        due_at=occurrence.due_at,
        ends_at=occurrence.ends_at,
        rings_at=rings_at,
        last_ring_at=last_ring(rings_at, call.repeats, call.repeat_interval) if rings_at else None,
        placed=occurrence.placed_at is not None,
        by_person=occurrence.state == Occurrence.State.PERSON,
        acknowledged=occurrence.acknowledged_at is not None,
        pbx_rings=_pbx_rings(attempts),
        guest_calls=_guest_calls(occurrence, attempts),
        snoozes=occurrence.snoozes,
        snooze_until=occurrence.snooze_until,
        reports_unavailable=pbx is None or _are_reports_unavailable(link),
        connected_since=_connected_since(link),
        backlog_pending=pbx is not None
        and processing.backlog(pbx).filter(received_at__lt=now).exists(),
        reachable=_is_reachable(occurrence),
        rules=rules_for(call, settings),
    )


def rules_for(call: WakeUpCall, settings: WakeUpSettings) -> Rules:
    """The hotel's settings as they apply to one call."""
    service = call.stay.class_of_service
    return Rules(
        own_call=bool(settings.fallback_prompt),
        confirm=call.confirm or bool(service and service.confirm_wake_up_calls),
        can_confirm=bool(settings.confirm_ivr and settings.confirm_key),
        fallback_after=timedelta(seconds=settings.fallback_after),
        confirm_calls=settings.confirm_calls,
        confirm_repeat=timedelta(seconds=settings.confirm_repeat),
        snoozes=settings.snoozes if settings.snooze_key else 0,
        snooze_for=timedelta(minutes=settings.snooze_minutes),
    )


def _pbx_rings(attempts: list[Attempt]) -> tuple[PbxRing, ...]:
    return tuple(
        PbxRing(each.due_at, each.result, each.detail, each.answered_at, each.ended_at)
        for each in attempts
        if each.kind == Attempt.Kind.PBX
    )


def _guest_calls(occurrence: Occurrence, attempts: list[Attempt]) -> tuple[GuestCall, ...]:
    """Our calls to the guest since the last snooze."""
    since = occurrence.snooze_until
    return tuple(
        GuestCall(
            due_at=each.due_at,
            result=each.result,
            why=each.detail,
            answered_at=each.answered_at,
            ended_at=each.ended_at,
            ends_at=each.ends_at,
            snoozed=each.snoozed,
        )
        for each in attempts
        if each.kind in Attempt.OUTGOING and (since is None or each.due_at >= since)
    )


def _are_reports_unavailable(link: PbxLink | None) -> bool:
    """Whether the link is known to be down, or reports are known to be missing."""
    if link is None or link.state == PbxLink.State.UNKNOWN:
        return False
    return link.state != PbxLink.State.UP or link.reports_missing_since is not None


def _connected_since(link: PbxLink | None) -> datetime | None:
    """Since when the link has been up and the PBX running: before a restart it did not ring."""
    if link is None or link.state != PbxLink.State.UP:
        return None
    return max((at for at in (link.state_since, link.booted_at) if at), default=None)


def _is_reachable(occurrence: Occurrence) -> bool:
    unavailable = Phone.objects.filter(
        property=occurrence.call.property_id,
        extension=occurrence.extension,
        status=Phone.Status.UNAVAILABLE,
    )
    return not unavailable.exists()
