"""Property, classes of service, rooms and their phones."""

import builtins  # the field "property" hides the built-in in a class body
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from hotelpbx.clock import now
from pbx.models import Pbx
from rooms.natural_order import NaturalOrder


def default_housekeeping_statuses() -> dict[str, str]:
    """The codes of the PBX manual's example: uncleaned and cleaned (L6172-L6201)."""
    return {"*00": "dirty", "*01": "clean"}


class Property(models.Model):
    """A hotel."""

    class Language(models.TextChoices):
        ENGLISH = "en", "English"
        CHINESE = "zh-hans", "简体中文"

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=120)
    timezone = models.CharField(max_length=64)
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=8, choices=Language, default=Language.ENGLISH)
    tax_rate = models.DecimalField(
        max_digits=6,
        decimal_places=5,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(1))],
    )
    tax_included = models.BooleanField(default=True)
    late_charge_window = models.DurationField(default=timedelta(hours=3))
    emergency_numbers = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    # Outbound routes that a phone keeps when it is barred (docs/credit-limit.md).
    emergency_routes = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    housekeeping_code = models.CharField(max_length=8, default="777")
    minibar_code = models.CharField(max_length=8, default="778")
    housekeeping_statuses = models.JSONField(default=default_housekeeping_statuses)
    # Digits of the staff number keyed in after a status; "#": any, ended by "#"; empty: none.
    staff_number = models.CharField(max_length=1, blank=True, default="")
    # Days after which finished rows are deleted (docs/retention.md).
    keep_reports = models.PositiveSmallIntegerField(default=90)
    keep_commands = models.PositiveSmallIntegerField(default=90)
    keep_events = models.PositiveSmallIntegerField(default=90, validators=[MinValueValidator(30)])
    # Printed on folios; may have several lines.
    address = models.TextField(blank=True, default="")
    tax_number = models.CharField(max_length=64, blank=True, default="")
    pbx = models.OneToOneField(
        Pbx, null=True, blank=True, on_delete=models.SET_NULL, related_name="property"
    )

    class Meta:
        verbose_name_plural = "properties"

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The hotel's time zone."""
        return ZoneInfo(self.timezone)

    def local_now(self) -> datetime:
        """The current time in the hotel's zone."""
        return now().astimezone(self.zone)


class ClassOfService(models.Model):
    """What a guest's phone may do, and the tariff of its calls."""

    property = models.ForeignKey(
        Property, on_delete=models.CASCADE, related_name="classes_of_service"
    )
    name = models.CharField(max_length=64)
    voicemail = models.BooleanField(default=True)
    outbound_routes = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    # Empty: the property's first tariff.
    tariff = models.CharField(max_length=64, blank=True, default="")
    # Free calls per stay; at most one of the two is set.
    allowance_minutes = models.PositiveIntegerField(null=True, blank=True)
    allowance_amount = models.DecimalField(max_digits=14, decimal_places=3, null=True, blank=True)
    is_default = models.BooleanField(default=False)
    # What a guest may owe before the phone is barred; null: no limit.
    credit_limit = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    # A wake-up call counts as answered only when the guest has pressed a key.
    confirm_wake_up_calls = models.BooleanField(default=False)

    class Meta:
        verbose_name_plural = "classes of service"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["property", "name"], name="class_name_in_property"),
            models.UniqueConstraint(
                fields=["property"],
                condition=models.Q(is_default=True),
                name="one_default_class_in_property",
            ),
            models.CheckConstraint(
                condition=models.Q(allowance_minutes=None) | models.Q(allowance_amount=None),
                name="one_kind_of_allowance",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @builtins.property
    def has_allowance(self) -> bool:
        """Whether some of a stay's calls are free."""
        return self.allowance_minutes is not None or self.allowance_amount is not None


class HousekeepingStatus(models.TextChoices):
    DIRTY = "dirty"
    PICKUP = "pickup"
    CLEAN = "clean"
    INSPECTED = "inspected"


class OccupancyStatus(models.TextChoices):
    VACANT = "vacant"
    OCCUPIED = "occupied"


class AvailabilityStatus(models.TextChoices):
    IN_SERVICE = "in_service"
    OUT_OF_SERVICE = "out_of_service"
    OUT_OF_ORDER = "out_of_order"


class ServiceRequest(models.TextChoices):
    NONE = "none"
    DO_NOT_DISTURB = "do_not_disturb"
    MAKE_UP_ROOM = "make_up_room"


class Room(models.Model):
    """A room. Its four statuses are independent: cleaning never changes occupancy."""

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="rooms")
    number = models.CharField(max_length=16)
    floor = models.CharField(max_length=16, blank=True, default="")
    type = models.CharField(max_length=64, blank=True, default="")
    occupancy_status = models.CharField(
        max_length=16, choices=OccupancyStatus, default=OccupancyStatus.VACANT
    )
    housekeeping_status = models.CharField(
        max_length=16, choices=HousekeepingStatus, default=HousekeepingStatus.CLEAN
    )
    availability_status = models.CharField(
        max_length=16, choices=AvailabilityStatus, default=AvailabilityStatus.IN_SERVICE
    )
    service_request = models.CharField(
        max_length=16, choices=ServiceRequest, default=ServiceRequest.NONE
    )
    # Grows with every change; the ETag of the REST resource.
    version = models.PositiveIntegerField(default=1)
    # Sort key, generated by the database.
    order = models.GeneratedField(
        expression=NaturalOrder("number"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        # "01" and "1" have the same sort key; then the number decides.
        ordering = ["order", "number"]
        constraints = [
            models.UniqueConstraint(fields=["property", "number"], name="room_number_in_property"),
        ]

    def __str__(self) -> str:
        return self.number

    @builtins.property
    def main_extension(self) -> str:
        """The extension of the room's first phone, which wake-up calls ring; empty: no phone."""
        return next((phone.extension for phone in self.phones.all()), "")

    @builtins.property
    def ready(self) -> bool:
        """Clean enough to be given to a guest."""
        return self.housekeeping_status in (HousekeepingStatus.CLEAN, HousekeepingStatus.INSPECTED)


class Phone(models.Model):
    """An extension of the PBX that is in a room."""

    class Status(models.TextChoices):
        UNKNOWN = "unknown"
        UNAVAILABLE = "unavailable"
        REGISTERED = "registered"
        IDLE = "idle"
        RINGING = "ringing"
        BUSY = "busy"
        HOLD = "hold"
        MALFUNCTION = "malfunction"

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="phones")
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="phones")
    extension = models.CharField(max_length=16)
    position = models.PositiveSmallIntegerField(default=0)
    status = models.CharField(max_length=16, choices=Status, default=Status.UNKNOWN)
    status_since = models.DateTimeField(null=True)
    # A wake-up call is due: do-not-disturb is off, and whether it is switched on again afterwards.
    dnd_suspended = models.BooleanField(default=False, db_column="lets_ring")
    dnd_resumes = models.BooleanField(default=False, db_column="quiet_after")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["property", "extension"], name="extension_in_property"),
        ]

    def __str__(self) -> str:
        return self.extension
