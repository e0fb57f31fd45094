"""The extensions that a PBX has or had."""

from django.db import models

from pbx.models.pbx import Pbx


class Extension(models.Model):
    """An extension that the PBX listed (L649-L707).

    Kept after it is gone: its calls may be reported later.
    """

    pbx = models.ForeignKey(Pbx, on_delete=models.CASCADE, related_name="extensions")
    number = models.CharField(max_length=16)
    since = models.DateTimeField()
    # When it was no longer listed; null: it is listed.
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pbx", "number"], name="extension_of_pbx_once"),
        ]

    def __str__(self) -> str:
        return self.number
