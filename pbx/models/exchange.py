"""A PBX and the state of the link to it."""

import hashlib
import os
import secrets
from typing import Final
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models

from hotelpbx.secrets import EncryptedTextField

_FROM_ENVIRONMENT: Final = "env:"


def new_report_secret() -> str:
    """The unguessable part of the report address (T16): reports carry no signature."""
    return secrets.token_urlsafe(24)


class Pbx(models.Model):
    """One PBX: where it is and how to sign in."""

    name = models.CharField(max_length=64)
    url = models.URLField(max_length=255)
    username = models.CharField(max_length=64)
    # A literal password, or "env:NAME" to be read from the environment at each login.
    password = EncryptedTextField(default="")
    # "true", "false" or the path of a CA file.
    verify_tls = models.CharField(max_length=255, default="true")
    timezone = models.CharField(max_length=64)
    serial_number = models.CharField(max_length=64, blank=True, default="")
    allowed_sources = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    report_secret = models.CharField(max_length=64, unique=True, default=new_report_secret)
    # How many requests it is asked to work on at a time.
    parallel_requests = models.PositiveSmallIntegerField(default=4)
    # What the voicemail PIN of a vacant phone is set to; empty: the extension's own number.
    voicemail_pin = EncryptedTextField(default="")

    class Meta:
        verbose_name = "PBX"

    def __str__(self) -> str:
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the PBX keeps its clock."""
        return ZoneInfo(self.timezone)

    @property
    def resolved_password(self) -> str:
        """The password itself; empty when it is not set or its variable is not."""
        if self.password.startswith(_FROM_ENVIRONMENT):
            return os.environ.get(self.password.removeprefix(_FROM_ENVIRONMENT), "")
        return self.password

    @property
    def missing_password_variable(self) -> str | None:
        """The environment variable that should hold the password and does not."""
        if self.password.startswith(_FROM_ENVIRONMENT) and not self.resolved_password:
            return self.password.removeprefix(_FROM_ENVIRONMENT)
        return None

    def credentials_fingerprint(self) -> str:
        """Changes whenever a login would be a different one (after a refused password)."""
        parts = "\n".join((self.url, self.username, self.resolved_password, self.verify_tls))
        return hashlib.sha256(parts.encode()).hexdigest()


class PbxLink(models.Model):
    """The one session with a PBX that all processes share, and how the link is doing."""

    class State(models.TextChoices):
        UNKNOWN = "unknown"
        UP = "up"
        DOWN = "down"
        REFUSED = "refused"  # the PBX turned the login down: a person must change something

    pbx = models.OneToOneField(Pbx, on_delete=models.CASCADE, related_name="link")
    token = EncryptedTextField(default="")
    logged_in_at = models.DateTimeField(null=True)
    # The last answered request: the PBX forgets a token after 30 minutes without one (L494).
    used_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.UNKNOWN)
    state_since = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    # A refused login is not tried again while the settings are still these (L453).
    refused_fingerprint = models.CharField(max_length=64, blank=True, default="")
    locked_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    clock_difference = models.FloatField(null=True, help_text="seconds the PBX is ahead of us")
    utc_offset_seconds = models.IntegerField(null=True)
    device_name = models.CharField(max_length=64, blank=True, default="")
    firmware = models.CharField(max_length=64, blank=True, default="")
    serial_number = models.CharField(max_length=64, blank=True, default="")
    last_report_at = models.DateTimeField(null=True)
    # When the PBX started, by its own account; a later one means that it has started anew.
    booted_at = models.DateTimeField(null=True)
    # The calls before are nobody's: the house was not connected yet.
    records_from = models.DateTimeField(null=True)
    # Its list of calls has been fetched for all that began before.
    records_until = models.DateTimeField(null=True)
    # When the calls of a whole day were last compared; null: that is owed.
    day_compared_at = models.DateTimeField(null=True)
    records_tried_at = models.DateTimeField(null=True)
    records_error = models.TextField(blank=True, default="")
    # Reports stay out: calls were found on the PBX that it never reported, since then.
    reports_missing_since = models.DateTimeField(null=True)
    # After "apply too frequent" (10025): seconds from one change to the next, and the pause.
    pace_seconds = models.FloatField(default=0)
    paused_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pbx} {self.state}"
