"""Alarms on the PBX that hotelpbx did not place."""

from django.db import models

from rooms.models import Property


class ForeignAlarm(models.Model):
    """An alarm that somebody set by phone or on the PBX's own page. It is kept (T35)."""

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="foreign_alarms")
    extension = models.CharField(max_length=16)
    # As the PBX returns it; weekdays are digits, 0 is Sunday.
    time = models.CharField(max_length=5)
    type = models.CharField(max_length=16, blank=True, default="")
    weekdays = models.CharField(max_length=7, blank=True, default="")
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "wakeups_foundalarm"
        ordering = ["time", "extension"]
        indexes = [models.Index(fields=["property", "extension"], name="found_alarm_phone")]

    def __str__(self) -> str:
        return f"{self.extension} at {self.time}"
