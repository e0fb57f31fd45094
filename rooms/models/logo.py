"""What stands on top of a printed folio beside the hotel's name and address."""

import builtins  # the field "property" hides the built-in in a class body

from django.db import models

from rooms.models.property import Property


class Logo(models.Model):
    """The hotel's picture, checked (:mod:`rooms.logo`). ``width``, ``height`` in pixels.

    A row of its own, so that a property is read without it.
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
