"""Stays, their guests, and who held which room at any second."""

import builtins  # the field "property" hides the built-in in a class body
from decimal import Decimal

from django.db import models
from django.db.models import Q

from pbx.names import full_name
from rooms.models.property import ClassOfService, Property, Room


class Group(models.Model):
    """Stays that belong together, e.g. a tour group."""

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="groups")
    code = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["property", "code"], name="group_code_in_property"),
        ]

    def __str__(self) -> str:
        return self.code


class Stay(models.Model):
    """One reservation, in one room at a time, with one or more guests and one folio."""

    class Status(models.TextChoices):
        RESERVED = "reserved"
        IN_HOUSE = "in_house"
        CHECKED_OUT = "checked_out"
        CANCELLED = "cancelled"
        NO_SHOW = "no_show"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="stays")
    reference = models.CharField(max_length=64)
    status = models.CharField(max_length=16, choices=Status, default=Status.RESERVED)
    room = models.ForeignKey(Room, null=True, on_delete=models.PROTECT, related_name="stays")
    class_of_service = models.ForeignKey(
        ClassOfService, null=True, on_delete=models.PROTECT, related_name="stays"
    )
    group = models.ForeignKey(Group, null=True, on_delete=models.SET_NULL, related_name="stays")
    arrival = models.DateField()
    departure = models.DateField()
    checked_in_at = models.DateTimeField(null=True)
    checked_out_at = models.DateTimeField(null=True)
    sharing = models.BooleanField(default=False)
    notes = models.TextField(blank=True, default="")
    # What the guest may owe; null: the limit of the class of service.
    own_credit_limit = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    # The credit limit is reached: set and cleared by billing (docs/credit-limit.md).
    phone_barred = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["property", "reference"], name="stay_reference_in_property"
            ),
            models.CheckConstraint(
                condition=Q(departure__gte=models.F("arrival")), name="departure_not_before_arrival"
            ),
        ]
        indexes = [models.Index(fields=["property", "status"], name="stay_by_status")]

    def __str__(self) -> str:
        return self.reference

    @builtins.property
    def main_guest(self) -> "Guest | None":
        """The first guest, whose name is shown on the phone."""
        return next(iter(self.guests.all()), None)

    @builtins.property
    def credit_limit(self) -> Decimal | None:
        """What the guest may owe: the stay's own limit, else that of its class; None: no limit."""
        if self.own_credit_limit is not None or self.class_of_service is None:
            return self.own_credit_limit
        return self.class_of_service.credit_limit


class Guest(models.Model):
    """A person of a stay."""

    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="guests")
    position = models.PositiveSmallIntegerField(default=0)
    first_name = models.CharField(max_length=120, blank=True, default="")
    # A guest may have one name only, in either of the two.
    last_name = models.CharField(max_length=120, blank=True, default="")
    title = models.CharField(max_length=32, blank=True, default="")
    language = models.CharField(max_length=16, blank=True, default="")
    vip = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return full_name(self.title, self.first_name, self.last_name)


class Occupancy(models.Model):
    """A stay held a room from one whole second to another, both included.

    ``until`` is null while it holds. These rows attribute every call and every minibar entry to its
    stay, room moves included (docs/attribution.md).
    """

    stay = models.ForeignKey(Stay, on_delete=models.CASCADE, related_name="occupancies")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="occupancies")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    sharing = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "occupancies"
        ordering = ["since", "pk"]
        constraints = [
            # A last safeguard beneath the lock on the room: no two unrelated guests in it.
            models.UniqueConstraint(
                fields=["room"],
                condition=Q(until__isnull=True, sharing=False),
                name="one_guest_in_a_room_unless_sharing",
            ),
            models.UniqueConstraint(
                fields=["stay"], condition=Q(until__isnull=True), name="a_stay_holds_one_room"
            ),
        ]
        indexes = [models.Index(fields=["room", "since"], name="occupancy_by_room")]

    def __str__(self) -> str:
        return f"{self.stay} in {self.room}"
