"""Input for a stay and its guests, from the desk or a PMS."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from rooms.models import ClassOfService, Room


@dataclass(frozen=True)
class GuestDetails:
    """A guest; one of the names may be empty. None: unchanged from the guest of that name."""

    last_name: str
    first_name: str = ""
    title: str | None = None
    language: str | None = None
    vip: bool | None = None


@dataclass(frozen=True)
class StayDetails:
    """The fields of a stay to save. None: unchanged; an empty text clears the field (the credit
    limit is then that of the class of service)."""

    guests: Sequence[GuestDetails] | None = None
    arrival: date | None = None
    departure: date | None = None
    room: Room | Literal[""] | None = None
    class_of_service: ClassOfService | Literal[""] | None = None
    group: str | None = None
    notes: str | None = None
    credit_limit: Decimal | Literal[""] | None = None
    sharing: bool | None = None
