"""The hotel's logo, printed on folios beside its name and address."""

import builtins  # the field "property" hides the built-in in a class body

from django.db import models

from rooms.models.property import Property


class Logo(models.Model):
    """The hotel's logo, validated by :mod:`rooms.logo`. Width and height in pixels.

    A table of its own, so that reading a property does not load the picture.
    """

    class Format(models.TextChoices):
        PNG = "PNG", "image/png"
        JPEG = "JPEG", "image/jpeg"
        GIF = "GIF", "image/gif"
        WEBP = "WEBP", "image/webp"

    property = models.OneToOneField(
        Property, on_delete=models.CASCADE, primary_key=True, related_name="logo"
    )
    content = models.BinaryField()
    format = models.CharField(max_length=8, choices=Format)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"{self.format} {self.width} × {self.height}"

    @builtins.property
    def content_type(self) -> str:
        return str(self.Format(self.format).label)
