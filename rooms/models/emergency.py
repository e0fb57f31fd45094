"""Calls for help."""

from django.db import models

from rooms.models.property import Property, Room


class EmergencyCall(models.Model):
    """A phone of the house called an emergency number. Stays on screen until somebody has seen it.

    The PBX may report one call several times (ringing, answered, record): one row each call.
    """

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="emergencies")
    room = models.ForeignKey(Room, null=True, on_delete=models.SET_NULL, related_name="+")
    extension = models.CharField(max_length=16)
    callid = models.CharField(max_length=64)
    number = models.CharField(max_length=32)
    started_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["property", "callid"], name="emergency_call_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number} from {self.extension}"
