"""Emergency calls."""

from django.db import models

from rooms.models.property import Property, Room


class EmergencyCall(models.Model):
    """A call to an emergency number. Shown at the desk until somebody acknowledges it.

    The PBX may report a call several times (ringing, answered, record): it is one row.
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
