"""Calls, one row for each leg."""

import builtins  # the field "property" hides the built-in in a class body
from decimal import Decimal
from typing import Final

from django.db import models
from django.db.models import Q

from pbx.numbers import number_of
from pbx.reports.parsing import UNANSWERED_STATUSES, Answer, answer_of
from rooms.models import Property, Room, Stay

# The status decides, not the talk time (pbx/reports/parsing/call_record.py).
UNANSWERED: Final = Q(status__in=("", *UNANSWERED_STATUSES))


class Call(models.Model):
    """One leg of a call: one call record of the PBX (T8)."""

    class Direction(models.TextChoices):
        OUTBOUND = "outbound"
        INBOUND = "inbound"
        INTERNAL = "internal"

    class Rating(models.TextChoices):
        RATED = "rated"
        UNRATED = "unrated"
        FREE = "free"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="calls")
    # The leg's unique key (T8), and the serial number of the PBX, which some reports lack.
    leg = models.CharField(max_length=64)
    serial = models.CharField(max_length=64, blank=True, default="")
    callid = models.CharField(max_length=64)
    stay = models.ForeignKey(Stay, null=True, on_delete=models.PROTECT, related_name="calls")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="calls")
    # The phone that made or caused the leg; empty if unknown (billing/calls/diversions.py).
    extension = models.CharField(max_length=16, blank=True, default="")
    # A transfer or callback, or incoming by a trunk: the caller may not have dialed.
    diverted = models.BooleanField(default=False, db_default=False)
    # Incoming by a trunk: the caller is external.
    from_outside = models.BooleanField(default=False, db_default=False)
    # Taken for a house call until the PBX's list of extensions is known.
    unverified = models.BooleanField(default=False, db_default=False)
    started_at = models.DateTimeField()
    call_from = models.CharField(max_length=64)
    call_to = models.CharField(max_length=64)
    direction = models.CharField(max_length=16, choices=Direction)
    trunk = models.CharField(max_length=64, blank=True, default="")
    call_seconds = models.PositiveIntegerField(default=0)
    talk_seconds = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=32, blank=True, default="")
    # Decided by a person because the status is not documented.
    counted_as_answered = models.BooleanField(default=False, db_default=False)
    rating = models.CharField(max_length=16, choices=Rating)
    # Why it is unrated or free, or the rate by which it was charged.
    rating_detail = models.CharField(max_length=255, blank=True, default="")
    # What is charged; the part covered by the allowance is stored separately below.
    billed_seconds = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    allowance_seconds = models.PositiveIntegerField(default=0)
    allowance_amount = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    # A room phone made it, it has a cost, and no stay was found: a person decides.
    unclaimed = models.BooleanField(default=False)
    dismissed_reason = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["property", "leg", "serial"], name="call_leg_once"),
        ]
        indexes = [
            models.Index(fields=["property", "-started_at", "-id"], name="call_by_time"),
            models.Index(fields=["stay", "-started_at"], name="call_by_stay"),
            models.Index(fields=["property", "callid"], name="call_by_callid"),
            models.Index(
                fields=["property", "id"], condition=Q(unclaimed=True), name="call_unclaimed"
            ),
            models.Index(
                fields=["property", "id"], condition=Q(rating="unrated"), name="call_unrated"
            ),
            models.Index(
                fields=["property", "id"], condition=Q(unverified=True), name="call_unverified"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_from} to {self.call_to}"

    @builtins.property
    def cost(self) -> Decimal | None:
        """The amount charged; None while unrated, because 0 is a price."""
        return None if self.rating == self.Rating.UNRATED else self.amount

    @builtins.property
    def answer_unknown(self) -> bool:
        """The status is not documented, and nobody has decided what it means."""
        return answer_of(self.status) == Answer.UNKNOWN and not self.counted_as_answered

    @builtins.property
    def caller(self) -> str:
        """The calling number; empty if the PBX reports none (pbx/numbers.py)."""
        return number_of(self.call_from)

    @builtins.property
    def callee(self) -> str:
        """The called number; empty if the PBX reports none."""
        return number_of(self.call_to)

    @builtins.property
    def phone_unknown(self) -> bool:
        """An outbound call whose extension is unknown."""
        return self.direction == self.Direction.OUTBOUND and not self.extension

    @builtins.property
    def is_house_call(self) -> bool:
        """An outbound call by a phone that is not in a guest room: nobody is charged."""
        outward = self.direction == self.Direction.OUTBOUND and bool(self.extension)
        return outward and self.room_id is None and self.stay_id is None
