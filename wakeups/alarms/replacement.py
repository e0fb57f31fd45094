"""Replacing alarms that would be placed differently now. The caller holds the locks."""

from django.db.models import F, Q, QuerySet

from hotelpbx.clock import now
from wakeups.alarms import placement, planning
from wakeups.models import Occurrence, WakeUpCall


def replace_outdated(calls: QuerySet[WakeUpCall]) -> None:
    """Withdraw what would be placed differently now, and place it again.

    Occurrences that are ringing, or that somebody has acknowledged, are left alone. The caller
    holds the locks on stays and rooms.
    """
    to_come = Q(rings_at__gt=now()) | Q(rings_at__isnull=True, due_at__gt=now())
    waiting = (
        Occurrence.objects.filter(to_come, call__in=calls, state__in=Occurrence.WAITING)
        .filter(acknowledged_at__isnull=True, call__due_at=F("due_at"))
        .filter(call__stay__room__isnull=False)
        .select_related("call__stay__room", "call__property__pbx")
        .prefetch_related("call__stay__room__phones")
    )
    by_person = placement.personal_calls() if waiting else {}
    outdated = {each.call_id for each in waiting if not placement.is_current(each, by_person)}
    for call in lock_calls(WakeUpCall.objects.filter(pk__in=outdated)):
        planning.withdraw(call)
        planning.place_call(call)


def lock_calls(calls: QuerySet[WakeUpCall]) -> QuerySet[WakeUpCall]:
    """Calls locked, with what planning reads. A subquery, because a join may repeat rows."""
    found = WakeUpCall.objects.filter(pk__in=calls.values("pk"))
    return (
        found.select_for_update(of=("self",), no_key=True)
        .select_related("stay__room", "stay__property__pbx", "property__pbx")
        .order_by("pk")
    )
