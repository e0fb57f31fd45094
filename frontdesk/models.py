"""Staff, sessions and sign-in attempts."""

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.crypto import salted_hmac

from rooms.models import Property


class StaffMember(models.Model):
    """A user's role in one property."""

    class Role(models.TextChoices):
        HOUSEKEEPING = "housekeeping", "Housekeeping"
        CLERK = "clerk", "Front desk"
        MANAGER = "manager", "Manager"

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desks"
    )
    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="staff")
    role = models.CharField(max_length=16, choices=Role, default=Role.CLERK)
    # Invited: grants nothing until the user has accepted.
    pending = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "property"], name="one_role_each_property"),
        ]

    def __str__(self) -> str:
        return f"{self.user} at {self.property}"


class TemporaryPassword(models.Model):
    """Somebody else has set the user's password: it must be changed after the next sign-in."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="temporary_password"
    )
    given_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}"


class DeskSession(AbstractBaseSession):
    """A signed-in browser. The columns repeat values of the session's data."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    address = models.GenericIPAddressField(null=True)
    browser = models.CharField(max_length=200, blank=True, default="")
    signed_in_at = models.DateTimeField(null=True)
    used_at = models.DateTimeField(null=True)
    board = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.user} from {self.address}"

    @property
    def public_id(self) -> str:
        """Its identifier on pages: the session key itself is a secret and never shown."""
        key = str(self.session_key)
        return salted_hmac("frontdesk.session", key, algorithm="sha256").hexdigest()[:16]


class FailedSignIn(models.Model):
    """A sign-in attempt, kept for a while to limit the guessing of passwords.

    Digests of the name, the address and both (:mod:`frontdesk.accounts.sign_in_attempts`).
    """

    pair = models.CharField(max_length=64)
    name = models.CharField(max_length=64)
    address = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["pair", "at"], name="failed_by_pair"),
            models.Index(fields=["name", "at"], name="failed_by_name"),
            models.Index(fields=["address", "at"], name="failed_by_address"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class KnownPlace(models.Model):
    """An address from which a name has signed in: attackers elsewhere do not slow it down there."""

    pair = models.CharField(max_length=64, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
