"""Checks before a reservation or a stay is saved."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from hotelpbx.instants import EARLIEST, LATEST, is_plausible_date
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor
from rooms.models import Stay
from rooms.stays.details import StayDetails
from rooms.stays.overrides import (
    Override,
    check_dates,
    check_overlap,
    conflicting_stays,
    raise_unless_overridden,
)


@dataclass(frozen=True)
class PreviousState:
    """A stay before it is changed: what was overridden then is not refused again."""

    dates: tuple[date, date] | None = None
    conflicting_stays: Sequence[Stay] = ()


def previous_state(stay: Stay) -> PreviousState:
    """Read it before the stay is changed."""
    dates = (stay.arrival, stay.departure)
    known = [] if stay.sharing else conflicting_stays(stay.room, *dates, stay=stay)
    return PreviousState(dates, known)


def check_conflicts(stay: Stay, was: PreviousState, actor: Actor, override: Override) -> None:
    """Refuse implausible dates and a room that others have. The room is locked."""
    if stay.status not in (Stay.Status.RESERVED, Stay.Status.IN_HOUSE):
        return
    dates = (stay.arrival, stay.departure)
    if dates != was.dates:
        today = stay.property.local_now().date()
        typed = actor.kind == "user" and (was.dates is None or stay.arrival != was.dates[0])
        raise_unless_overridden(check_dates(*dates, today, typed=typed), stay, override, actor)
    if not stay.sharing:
        found = check_overlap(stay.room, *dates, stay=stay, known=was.conflicting_stays)
        raise_unless_overridden(found, stay, override, actor)


def require_changeable(stay: Stay, details: StayDetails) -> None:
    """Refuse changes that the status of the stay does not allow."""
    in_house = stay.status == Stay.Status.IN_HOUSE
    if in_house and details.room is not None and details.room != stay.room:
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is in house in room {stay.room}: move it instead.",
        )
    if in_house and details.class_of_service == "":
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is in house: its phone needs a class of service.",
        )
    if stay.status != Stay.Status.RESERVED and details.sharing not in (None, stay.sharing):
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is not reserved any more: sharing is said at check-in.",
        )
    over = stay.status not in (Stay.Status.RESERVED, Stay.Status.IN_HOUSE)
    fixed = (
        details.room,
        details.class_of_service,
        details.arrival,
        details.departure,
        details.credit_limit,
    )
    if over and any(value is not None for value in fixed):
        raise Refusal(
            "invalid_transition",
            f"Stay {stay.reference} is over: only its names, group and notes can be changed.",
        )


def require_valid_dates(arrival: date, departure: date) -> None:
    """Refuse dates that are out of range or in the wrong order."""
    for name, day in (("arrival", arrival), ("departure", departure)):
        if not is_plausible_date(day):
            raise invalid(f"/{name}", f"The {name} must be between {EARLIEST} and {LATEST}.")
    if departure < arrival:
        raise invalid("/departure", "The departure is before the arrival.")
