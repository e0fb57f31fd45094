"""The log of past wake-up calls."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from rooms.models import Guest, Property
from rooms.stays.names import name_filter, normalize
from wakeups.models import Occurrence

OUTCOMES: Final = {
    Occurrence.State.ANSWERED: "Answered",
    Occurrence.State.CONFIRMED: "Awake, confirmed",
    Occurrence.State.NO_ANSWER: "No answer",
    Occurrence.State.UNKNOWN: "Unknown",
    Occurrence.State.FAILED: "Failed",
    Occurrence.State.WITHDRAWN: "Withdrawn",
}


@dataclass(frozen=True)
class LogQuery:
    """A search of the log; empty: everything except withdrawn calls.

    :ivar words: rooms, parts of names, references; all of them must match
    """

    words: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None


def log_of(property_: Property, wanted: LogQuery) -> QuerySet[Occurrence]:
    """Occurrences that are over, the latest first."""
    found = Occurrence.objects.filter(call__property=property_).exclude(state__in=Occurrence.OPEN)
    if wanted.outcome in OUTCOMES:
        found = found.filter(state=wanted.outcome)
    else:
        found = found.exclude(state=Occurrence.State.WITHDRAWN)
    if wanted.since:
        found = found.filter(due_at__gte=_midnight(property_, wanted.since))
    if wanted.until:
        found = found.filter(due_at__lt=_midnight(property_, wanted.until + timedelta(days=1)))
    for word in normalize(wanted.words).split()[:5]:
        found = found.filter(_fits(word))
    return (
        found.select_related("call__stay__room")
        .prefetch_related("call__stay__guests", "attempts")
        .order_by("-due_at", "-pk")
    )


def _fits(word: str) -> Q:
    stays = Guest.objects.filter(name_filter(word)).values("stay")
    return Q(room__iexact=word) | Q(call__stay__reference__iexact=word) | Q(call__stay__in=stays)


def _midnight(property_: Property, day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=property_.zone)
