"""Refusals of reservations and check-ins that can be overridden.

Another stay has the room on some of the nights, or the dates are implausible. The request is
refused until a person or a program overrides that; the audit trail has the override and its reason.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from django.db.models import Q

from hotelpbx.refusals import FieldFault, Refusal, RefusalKind
from rooms.audit import Actor, note
from rooms.models import Room, Stay

# A longer stay is probably a typing error.
MAX_LENGTH: Final = timedelta(days=365)
# An arrival further ahead is probably a typing error.
MAX_LEAD: Final = timedelta(days=3650)
# Guests of the day before may still arrive after midnight.
_EARLIEST: Final = timedelta(days=1)

Subject = Literal["overlap", "dates"]


@dataclass
class OverrideRequired(Refusal):
    """Refused unless it is overridden.

    :param subject: what has to be overridden
    :param tokens: the exact facts, so that an override holds for nothing else
    :param conflicting_stays: the other stays that have the room
    """

    subject: Subject = "dates"
    tokens: frozenset[str] = frozenset()
    conflicting_stays: tuple[Stay, ...] = ()


@dataclass(frozen=True)
class Override:
    """What is overridden, and why.

    :param shown: the tokens of the refusals that the person has seen; None: any
    """

    subjects: frozenset[Subject] = field(default=frozenset())
    reason: str = ""
    shown: frozenset[str] | None = None

    def covers(self, refusal: OverrideRequired) -> bool:
        """Whether the refusal is overridden."""
        seen = self.shown is None or refusal.tokens <= self.shown
        return refusal.subject in self.subjects and seen


NO_OVERRIDE: Final = Override()
OVERRIDE_ALL: Final = Override(frozenset({"overlap", "dates"}))


def raise_unless_overridden(
    refusal: OverrideRequired | None, stay: Stay, override: Override, actor: Actor
) -> None:
    """Raise ``refusal``, or note in the audit trail that it is overridden. None: no refusal."""
    if refusal is None:
        return
    if not override.covers(refusal):
        raise refusal
    details = {"although": refusal.detail, "reason": override.reason}
    note(stay.property, actor, "override", f"stay:{stay.reference}", after=details)


def check_overlap(
    room: Room | None,
    first: date,
    last: date,
    *,
    stay: Stay | None = None,
    known: Collection[Stay] = (),
) -> OverrideRequired | None:
    """Refuse a room that other stays have between two dates. The room is locked.

    :param stay: the stay that wants the room
    :param known: conflicting stays that were overridden before
    """
    others = [
        other for other in conflicting_stays(room, first, last, stay=stay) if other not in known
    ]
    if room is None or not others:
        return None
    words = "; ".join(_words(other) for other in others)
    return OverrideRequired(
        "room_occupied",
        f"Room {room.number} is not free from {first} to {last}: {words}. "
        "Choose another room or other dates.",
        subject="overlap",
        tokens=frozenset(f"stay {other.pk} {other.arrival} {other.departure}" for other in others),
        conflicting_stays=tuple(others),
    )


def conflicting_stays(
    room: Room | None, first: date, last: date, *, stay: Stay | None = None
) -> list[Stay]:
    """Other stays that have the room on a night between the dates, or for the same day use."""
    if room is None:
        return []
    nights = Q(arrival__lt=last, departure__gt=first) | Q(arrival=first, departure=last)
    rows = Stay.objects.filter(
        nights, room=room, status__in=(Stay.Status.RESERVED, Stay.Status.IN_HOUSE)
    )
    rows = rows.exclude(pk=stay.pk) if stay is not None else rows
    return list(rows.prefetch_related("guests").order_by("arrival", "pk"))


def check_dates(
    arrival: date, departure: date, today: date, *, typed: bool = False
) -> OverrideRequired | None:
    """Refuse implausible dates.

    :param typed: a person typed the arrival, so one before yesterday is implausible. A PMS that is
        connected later sends guests who arrived long ago.
    """
    if departure < today:
        return _dates_refusal(
            "/departure", arrival, departure, f"The departure {departure} has passed."
        )
    if departure - arrival > MAX_LENGTH:
        nights = (departure - arrival).days
        return _dates_refusal("/departure", arrival, departure, f"The stay has {nights} nights.")
    if arrival - today > MAX_LEAD:
        return _dates_refusal(
            "/arrival", arrival, departure, f"The arrival {arrival} is years away."
        )
    if typed and today - arrival > _EARLIEST:
        return _dates_refusal("/arrival", arrival, departure, f"The arrival {arrival} has passed.")
    return None


def departure_override(stay: Stay, words: str) -> OverrideRequired:
    """Refuse an action that does not fit the dates of the stay."""
    return _dates_refusal("", stay.arrival, stay.departure, words, kind="conflict")


def _dates_refusal(
    pointer: str, arrival: date, departure: date, words: str, *, kind: RefusalKind = "invalid"
) -> OverrideRequired:
    return OverrideRequired(
        "validation_error" if kind == "invalid" else "invalid_transition",
        words,
        kind,
        (FieldFault(pointer, words),) if pointer else (),
        subject="dates",
        tokens=frozenset({f"dates {arrival} {departure}"}),
    )


def _words(stay: Stay) -> str:
    status = Stay.Status(stay.status).label.lower()
    return f"stay {stay.reference}, {stay.arrival} to {stay.departure}, {status}"
