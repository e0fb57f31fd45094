"""Former rooms of extensions: a call may be reported after its phone was reassigned."""

from django.db import models

from rooms.models.property import Property, Room


class FormerPhone(models.Model):
    """An extension was in this room until an instant; no room: it was a house phone."""

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="+")
    extension = models.CharField(max_length=16)
    room = models.ForeignKey(Room, null=True, on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["property", "extension", "until"], name="former_phone")]

    def __str__(self) -> str:
        return f"{self.extension} until {self.until}"
