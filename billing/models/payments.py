"""Payments and settlements."""

import builtins  # the field "property" hides the built-in in a class body

from django.db import models
from django.db.models import Q

from rooms.models import Property, Stay


class Payment(models.Model):
    """A payment or refund. Immutable: a mistake is reversed by its opposite.

    ``amount`` is what the guest paid: negative for a refund and for a reversed payment.
    """

    class Method(models.TextChoices):
        CASH = "cash"
        CARD = "card"
        OTHER = "other"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="payments")
    sequence = models.BigIntegerField()
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=16, choices=Method)
    amount = models.DecimalField(max_digits=14, decimal_places=3)
    # Such as the number of the card slip, or the company that pays.
    reference = models.CharField(max_length=120, blank=True, default="")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=255, blank=True, default="")
    reverses = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["property", "sequence"], name="payment_number_once"),
            models.CheckConstraint(condition=~Q(amount=0), name="a_payment_moves_money"),
        ]
        indexes = [models.Index(fields=["stay", "sequence"], name="payment_by_stay")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.method}"

    @builtins.property
    def is_refund(self) -> bool:
        return self.amount < 0 and self.reverses_id is None


class Settlement(models.Model):
    """The lines of a folio up to ``through`` are settled; later ones go to a part of their own.

    Which lines belong to it follows from their posting numbers, so no line is ever changed.
    """

    class Title(models.TextChoices):
        MAIN = "main"
        SUPPLEMENT = "supplement"
        LATE = "late"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="settlements")
    # The number of the invoice.
    number = models.BigIntegerField()
    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="settlements")
    title = models.CharField(max_length=16, choices=Title)
    # The posting number of its last line.
    through = models.BigIntegerField()
    settled_at = models.DateTimeField()
    settled_by = models.CharField(max_length=150)
    # The open balance at that moment, and why it was accepted.
    balance = models.DecimalField(max_digits=14, decimal_places=3)
    reason = models.CharField(max_length=255, blank=True, default="")

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["property", "number"], name="settlement_number_once"),
            models.UniqueConstraint(fields=["stay", "through"], name="a_line_is_settled_once"),
            models.UniqueConstraint(
                fields=["stay"], condition=Q(title="main"), name="a_folio_has_one_main_part"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.stay}"
