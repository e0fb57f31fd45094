"""Request counts per PBX."""

from django.db import models

from pbx.models.pbx import Pbx


class Traffic(models.Model):
    """Requests to a PBX within one minute, and how many of them failed."""

    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="traffic")
    minute = models.DateTimeField()
    requests = models.PositiveIntegerField(default=0)
    errors = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "traffic"
        constraints = [
            models.UniqueConstraint(fields=["pbx", "minute"], name="traffic_once_a_minute"),
        ]

    def __str__(self) -> str:
        return f"{self.minute:%H:%M} {self.requests} requests, {self.errors} errors"
