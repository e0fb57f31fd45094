"""From rows to the case that :mod:`wakeups.escalation.policy` decides."""

from datetime import datetime

from pbx.models import PbxLink
from pbx.reports import processing
from rooms.models import Phone
from wakeups.escalation.steps import Case, Ring, Try
from wakeups.models import Attempt, Occurrence, WakeUpSettings
from wakeups.schedule import last_ring
from wakeups.settings import rules_for


def case_of(
    occurrence: Occurrence, attempts: list[Attempt], settings: WakeUpSettings, now: datetime
) -> Case:
    """All that bears on the next step of an open occurrence."""
    call = occurrence.call
    pbx = call.property.pbx
    rings_at = occurrence.rings_at
    link = PbxLink.objects.filter(pbx=pbx).first() if pbx else None
    return Case(
        now=now,
        due_at=occurrence.due_at,
        ends_at=occurrence.ends_at,
        rings_at=rings_at,
        last_ring_at=last_ring(rings_at, call.repeats, call.repeat_interval) if rings_at else None,
        placed=occurrence.placed_at is not None,
        by_person=occurrence.state == Occurrence.State.PERSON,
        acknowledged=occurrence.acknowledged_at is not None,
        rings=_rings(attempts),
        tries=_tries(occurrence, attempts),
        snoozes=occurrence.snoozes,
        snooze_until=occurrence.snooze_until,
        deaf=pbx is None or _is_deaf(link),
        hears_since=_hears_since(link),
        behind=pbx is not None and processing.backlog(pbx).filter(received_at__lt=now).exists(),
        reachable=_is_reachable(occurrence),
        rules=rules_for(call, settings),
    )


def _rings(attempts: list[Attempt]) -> tuple[Ring, ...]:
    return tuple(
        Ring(each.due_at, each.result, each.detail, each.answered_at, each.ended_at)
        for each in attempts
        if each.kind == Attempt.Kind.PBX
    )


def _tries(occurrence: Occurrence, attempts: list[Attempt]) -> tuple[Try, ...]:
    """Our calls since the guest was last granted to sleep on."""
    since = occurrence.snooze_until
    return tuple(
        Try(
            due_at=each.due_at,
            result=each.result,
            why=each.detail,
            answered_at=each.answered_at,
            ended_at=each.ended_at,
            ends_at=each.ends_at,
            snoozed=each.snoozed,
        )
        for each in attempts
        if each.kind in Attempt.OURS and (since is None or each.due_at >= since)
    )


def _is_deaf(link: PbxLink | None) -> bool:
    """The link is known to be down, or reports to stay out."""
    if link is None or link.state == PbxLink.State.UNKNOWN:
        return False
    return link.state != PbxLink.State.UP or link.reports_missing_since is not None


def _hears_since(link: PbxLink | None) -> datetime | None:
    """A PBX that has started anew, while we were away too perhaps, did not ring before either."""
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
