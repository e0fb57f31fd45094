"""A PBX and the state of the link to it."""

import secrets
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.crypto import salted_hmac

from hotelpbx.environment.variables import OWN_SECRETS, VariableFault, value_of
from hotelpbx.secrets import EncryptedTextField, keyed_digest

FROM_ENVIRONMENT: Final = "env:"
_OWN_SECRET_REFERENCES: Final = frozenset(f"{FROM_ENVIRONMENT}{name}" for name in OWN_SECRETS)
_PORTS: Final = {"http": 80, "https": 443}


def new_report_secret() -> str:
    """A random part of the report address (T16), because reports carry no signature."""
    return secrets.token_urlsafe(24)


def destination(url: str, verify_tls: str) -> str:
    """The host to which secrets for ``url`` are sent, and how its certificate is verified.

    Different spellings of the same address give the same destination.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or _PORTS.get(scheme)
    checked = f" verify_tls={verify_tls}" if scheme == "https" else ""
    return f"{scheme}://{(parts.hostname or '').lower()}:{port}{checked}"


class Pbx(models.Model):
    """One PBX: its address and credentials.

    Its secrets (password, voicemail PIN, report secret) are sent only to the destination for which
    they were entered: whoever changes the address must know them (docs/accounts.md).
    """

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
    report_secret = EncryptedTextField(default=new_report_secret)
    # Finds the PBX of a received report.
    report_digest = models.CharField(max_length=64, unique=True, editable=False)
    # The number of concurrent requests.
    parallel_requests = models.PositiveSmallIntegerField(default=4)
    # The voicemail PIN of vacant rooms' phones; empty: the extension's own number.
    voicemail_pin = EncryptedTextField(default="")
    # The destination for which the secrets were entered.
    entrusted_to = models.CharField(max_length=600, blank=True, default="")

    class Meta:
        verbose_name = "PBX"

    def __str__(self) -> str:
        return self.name

    def save(self, **options: Any) -> None:
        """With the address that a new row's secrets are for, and the report secret's digest.

        A report secret that cannot be read, after another ``SECRET_KEY``, is replaced.
        """
        if self._state.adding and not self.entrusted_to:
            self.entrusted_to = self.destination
        if not self.report_secret:
            self.report_secret = new_report_secret()
        self.report_digest = keyed_digest(self.report_secret)
        if (names := options.get("update_fields")) is not None:
            options["update_fields"] = {*names, "report_secret", "report_digest"}
        super().save(**options)

    @classmethod
    def find_by_report_secret(cls, secret: str) -> "Pbx | None":
        """The PBX with this report secret; its other secrets are not loaded."""
        kept = cls.objects.defer("password", "voicemail_pin", "report_secret")
        return kept.filter(report_digest=keyed_digest(secret)).first()

    @property
    def destination(self) -> str:
        """Where secrets would be sent now: the current address."""
        return destination(self.url, self.verify_tls)

    @property
    def secrets_match_destination(self) -> bool:
        """Whether the secrets may be sent to the current address."""
        return self.entrusted_to == self.destination

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the PBX's clock."""
        return ZoneInfo(self.timezone)

    @property
    def resolved_password(self) -> str:
        """The password itself; empty if :attr:`password_fault` says why there is none."""
        return "" if self.password_fault else self._password()

    @property
    def password_fault(self) -> str:
        """Why a login is impossible, and what to do; empty: a password is known."""
        if not self.secrets_match_destination:
            return "The PBX's address was changed. Enter its password again in the settings."
        if self.password in _OWN_SECRET_REFERENCES:
            return "The PBX's password refers to a secret of hotelpbx. Enter it again."
        try:
            if self._password():
                return ""
        except VariableFault as fault:
            return str(fault)
        if self.password.startswith(FROM_ENVIRONMENT):
            name = self.password.removeprefix(FROM_ENVIRONMENT)
            return f"The environment variable {name} with the PBX's password is not set."
        return "The PBX's password is not set. Enter it in the settings."

    def _password(self) -> str:
        if self.password.startswith(FROM_ENVIRONMENT):
            return value_of(self.password.removeprefix(FROM_ENVIRONMENT))
        return self.password

    def credentials_fingerprint(self) -> str:
        """Changes whenever a login would differ from one that was refused."""
        return _digest(self.destination, self.username, self.resolved_password)

    def login_fingerprint(self) -> str:
        """Where, as whom and with what password to sign in, the same in every process.

        Also in one that lacks the variable with the password.
        """
        return _digest(self.destination, self.username, self.password)


def _digest(*parts: str) -> str:
    return salted_hmac("pbx.credentials", "\n".join(parts), algorithm="sha256").hexdigest()


def columns_for_destination(row: Pbx | None, url: str, verify_tls: str) -> dict[str, str]:
    """Columns that must be saved together with an address and the secrets entered for it.

    Nobody enters the report secret, so a new destination gets a new one.

    :param row: the row before the change; None: a new one
    """
    place = destination(url, verify_tls)
    stays = row is not None and row.entrusted_to == place
    secret = row.report_secret if row is not None and stays else new_report_secret()
    return {"entrusted_to": place, "report_secret": secret}


class PbxLink(models.Model):
    """The session with a PBX that all processes share, and the state of the link."""

    class State(models.TextChoices):
        UNKNOWN = "unknown"
        UP = "up"
        DOWN = "down"
        REFUSED = "refused"  # login refused: a person must change a setting

    pbx = models.OneToOneField(Pbx, on_delete=models.CASCADE, related_name="link")
    token = EncryptedTextField(default="")
    # The login that it came from: a token is sent to no other address or user.
    token_fingerprint = models.CharField(max_length=64, blank=True, default="")
    logged_in_at = models.DateTimeField(null=True)
    # The last answered request: a token expires after 30 minutes without one (L494).
    used_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=16, choices=State, default=State.UNKNOWN)
    state_since = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True, default="")
    # A refused login is not tried again with these settings (L453).
    refused_fingerprint = models.CharField(max_length=64, blank=True, default="")
    locked_until = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(null=True)
    clock_difference = models.FloatField(null=True, help_text="seconds the PBX is ahead of us")
    utc_offset_seconds = models.IntegerField(null=True)
    device_name = models.CharField(max_length=64, blank=True, default="")
    firmware = models.CharField(max_length=64, blank=True, default="")
    serial_number = models.CharField(max_length=64, blank=True, default="")
    last_report_at = models.DateTimeField(null=True)
    # When the PBX booted, by its uptime; a later time means a restart.
    booted_at = models.DateTimeField(null=True)
    # Earlier calls belong to nobody: the hotel was not connected yet.
    records_from = models.DateTimeField(null=True)
    # The list of calls is downloaded up to this instant.
    records_until = models.DateTimeField(null=True)
    # When a whole day's calls were last downloaded; null: due now.
    day_compared_at = models.DateTimeField(null=True)
    records_tried_at = models.DateTimeField(null=True)
    records_error = models.TextField(blank=True, default="")
    # When the list of extensions was last read; null: never.
    extensions_at = models.DateTimeField(null=True)
    # The list may have changed.
    extensions_wanted = models.BooleanField(default=False, db_default=False)
    # Since when reports are missing: the PBX lists calls that it never reported.
    reports_missing_since = models.DateTimeField(null=True)
    # After "apply too frequent" (10025): seconds from one change to the next, and the pause.
    pace_seconds = models.FloatField(default=0)
    paused_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pbx} {self.state}"
