"""Charges (the lines of folios) and minibar entries."""

import builtins  # the field "property" hides the built-in in a class body
from decimal import Decimal

from django.db import models
from django.db.models import Q

from billing.models.calls import Call
from billing.models.prices import MinibarProduct
from rooms.models import Property, Room, Stay


class PostingCounter(models.Model):
    """The last numbers of a property. Counting rows instead would give duplicates under load."""

    property = models.OneToOneField(
        Property, on_delete=models.CASCADE, primary_key=True, related_name="posting_counter"
    )
    last = models.BigIntegerField(default=0)
    last_payment = models.BigIntegerField(default=0)
    last_settlement = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.last)


class Charge(models.Model):
    """One line of a folio. Immutable: a mistake is reversed by a new, negative charge.

    A line transferred to another folio is reversed here and posted again there. The new lines
    refer to it as their ``origin`` and add up to it exactly.

    ``amount`` is gross if the property's prices include tax, else net. ``tax`` is the tax
    included in it or added to it, at the rate of that day.
    """

    class Type(models.TextChoices):
        CALL = "call"
        MINIBAR = "minibar"
        OTHER = "other"

    class Acknowledgement(models.TextChoices):
        PENDING = "pending"
        ACCEPTED = "accepted"
        REJECTED = "rejected"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="charges")
    sequence = models.BigIntegerField()
    type = models.CharField(max_length=16, choices=Type)
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="charges")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    occurred_at = models.DateTimeField()
    posted_at = models.DateTimeField()
    description = models.CharField(max_length=255)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    tax = models.DecimalField(max_digits=14, decimal_places=3)
    tax_included = models.BooleanField()
    late = models.BooleanField(default=False)
    reason = models.CharField(max_length=255, blank=True, default="")
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )
    # The line that was transferred or split; this is all of it or a share.
    origin = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="successors"
    )
    call = models.ForeignKey(Call, null=True, on_delete=models.PROTECT, related_name="charges")
    product = models.ForeignKey(
        MinibarProduct, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    product_code = models.CharField(max_length=9, blank=True, default="")
    quantity = models.IntegerField(null=True)
    # Who posted it, as in the audit trail: a user, an API key, a phone, or the system.
    posted_by_kind = models.CharField(max_length=16, blank=True, default="")
    posted_by = models.CharField(max_length=150, blank=True, default="")
    # Whether the PMS accepted the posting; not part of the charge itself.
    acknowledgement = models.CharField(
        max_length=16, choices=Acknowledgement, default=Acknowledgement.PENDING
    )
    acknowledgement_reason = models.CharField(max_length=255, blank=True, default="")
    # Nor is this: when the minibar was refilled (billing/refill.py).
    refilled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["property", "sequence"], name="posting_number_once"),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(call__isnull=False, reverses__isnull=True, origin__isnull=True),
                name="a_call_is_charged_once",
            ),
            # A line has successors only together with its one reversal, at most one per folio.
            models.UniqueConstraint(
                fields=["origin", "stay"],
                condition=Q(origin__isnull=False),
                name="a_stay_has_one_share",
            ),
            models.CheckConstraint(
                condition=Q(origin__isnull=True) | Q(reverses__isnull=True),
                name="a_reversal_has_no_origin",
            ),
        ]
        indexes = [
            models.Index(fields=["stay", "sequence"], name="charge_by_stay"),
            models.Index(fields=["property", "posted_at"], name="charge_by_posting"),
            models.Index(fields=["property", "type", "occurred_at"], name="charge_by_time"),
            models.Index(
                fields=["property", "occurred_at"],
                condition=Q(type="minibar", reverses=None, refilled_at=None),
                name="charge_to_refill",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.description}"

    @builtins.property
    def net(self) -> Decimal:
        return self.amount - self.tax if self.tax_included else self.amount

    @builtins.property
    def gross(self) -> Decimal:
        return self.amount if self.tax_included else self.amount + self.tax


class MinibarEntry(models.Model):
    """A minibar entry keyed in by housekeeping (``778*PRODUCT*QTY``), charged or undecided."""

    class State(models.TextChoices):
        CHARGED = "charged"
        UNCLAIMED = "unclaimed"
        REPEATED = "repeated"  # the same entry in one call, a minute or more later
        DISCARDED = "discarded"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="minibar_entries")
    report_id = models.BigIntegerField(unique=True)
    callid = models.CharField(max_length=64)
    extension = models.CharField(max_length=16)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="minibar_entries")
    product = models.ForeignKey(MinibarProduct, on_delete=models.PROTECT, related_name="entries")
    quantity = models.PositiveSmallIntegerField()
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State)
    suggestions = models.ManyToManyField(Stay, related_name="+")
    charge = models.OneToOneField(
        Charge, null=True, on_delete=models.PROTECT, related_name="minibar_entry"
    )
    reason = models.CharField(max_length=255, blank=True, default="")
    # When the minibar was refilled before the entry was charged (billing/refill.py).
    refilled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "minibar entries"
        indexes = [
            models.Index(
                fields=["property", "id"],
                condition=Q(state__in=["unclaimed", "repeated"]),
                name="minibar_entry_open",
            ),
            models.Index(fields=["property", "occurred_at"], name="minibar_entry_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.product} in {self.room}"
