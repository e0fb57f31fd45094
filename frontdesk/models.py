"""Who works at which desk."""

from django.conf import settings
from django.db import models

from rooms.models import Property


class StaffMember(models.Model):
    """A user's place in one property."""

    class Role(models.TextChoices):
        HOUSEKEEPING = "housekeeping", "Housekeeping"
        CLERK = "clerk", "Front desk"
        MANAGER = "manager", "Manager"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desks"
    )
    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=16, choices=Role, default=Role.CLERK)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "property"], name="one_role_each_property"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.property}"


class FailedSignIn(models.Model):
    """A try to sign in, remembered for a while so that passwords cannot be guessed at will.

    ``who`` is a digest of name and address (:mod:`frontdesk.sign_in_attempts`).
    """

    who = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["who", "at"], name="failed_sign_in")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
