"""Call records as the hotel keeps them."""

import builtins  # the field "property" hides the built-in in a class body
from decimal import Decimal
from typing import Final

from django.db import models
from django.db.models import Q

from pbx.numbers import number_of
from pbx.reports.parsing import UNANSWERED_STATUSES, Answer, answer_of
from rooms.models import Property, Room, Stay

# By the status of the record, whatever its talk time says (pbx/reports/parsing/call_record.py).
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
    # The leg's own key (T8), and the serial number of the PBX, which some reports lack.
    leg = models.CharField(max_length=64)
    serial = models.CharField(max_length=64, blank=True, default="")
    callid = models.CharField(max_length=64)
    stay = models.ForeignKey(Stay, null=True, on_delete=models.PROTECT, related_name="calls")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="calls")
    # The phone that made or caused the leg; empty: it cannot be told (billing/calls/diversions.py).
    extension = models.CharField(max_length=16, blank=True, default="")
    # It is a transfer or a callback, or came in by a trunk: its caller may have dialled nothing.
    diverted = models.BooleanField(default=False, db_default=False)
    # It came in by a trunk: its caller is somebody outside.
    from_outside = models.BooleanField(default=False, db_default=False)
    # It is the house's as long as the PBX's list of extensions is not known.
    unverified = models.BooleanField(default=False, db_default=False)
    started_at = models.DateTimeField()
    call_from = models.CharField(max_length=64)
    call_to = models.CharField(max_length=64)
    direction = models.CharField(max_length=16, choices=Direction)
    trunk = models.CharField(max_length=64, blank=True, default="")
    call_seconds = models.PositiveIntegerField(default=0)
    talk_seconds = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=32, blank=True, default="")
    # By a person's decision, where the status is in no manual.
    counted_as_answered = models.BooleanField(default=False, db_default=False)
    rating = models.CharField(max_length=16, choices=Rating)
    # Why it is unrated or free, or by which rate it was charged.
    rating_detail = models.CharField(max_length=255, blank=True, default="")
    # What is paid for; what the allowance of the class of service covered stands beside it.
    billed_seconds = models.PositiveIntegerField(default=0)
    amount = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    allowance_seconds = models.PositiveIntegerField(default=0)
    allowance_amount = models.DecimalField(max_digits=14, decimal_places=3, default=0)
    # A guest's phone made it, it costs, and no stay could be found: a person decides.
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
        """What is charged for it; None: it has no price yet, for 0 is a price."""
        return None if self.rating == self.Rating.UNRATED else self.amount

    @builtins.property
    def answer_unknown(self) -> bool:
        """Its status is in no manual, and no person has decided what it means."""
        return answer_of(self.status) == Answer.UNKNOWN and not self.counted_as_answered

    @builtins.property
    def caller(self) -> str:
        """The number that called; empty: what the PBX says names none (pbx/numbers.py)."""
        return number_of(self.call_from)

    @builtins.property
    def callee(self) -> str:
        """The number that was called; empty: what the PBX says names none."""
        return number_of(self.call_to)

    @builtins.property
    def phone_unknown(self) -> bool:
        """A call outside, and it cannot be told which extension of the PBX made or caused it."""
        return self.direction == self.Direction.OUTBOUND and not self.extension

    @builtins.property
    def is_house_call(self) -> bool:
        """A call outside by a phone that is in no room: nobody pays for it."""
        outward = self.direction == self.Direction.OUTBOUND and bool(self.extension)
        return outward and self.room_id is None and self.stay_id is None
