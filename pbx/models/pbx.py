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
    """The unguessable part of the report address (T16): reports carry no signature."""
    return secrets.token_urlsafe(24)


def destination(url: str, verify_tls: str) -> str:
    """Where secrets go that are sent to ``url``, and how its certificate is looked at.

    Two texts for the same place give the same destination.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    port = parts.port or _PORTS.get(scheme)
    checked = f" verify_tls={verify_tls}" if scheme == "https" else ""
    return f"{scheme}://{(parts.hostname or '').lower()}:{port}{checked}"


class Pbx(models.Model):
    """One PBX: where it is and how to sign in.

    Its secrets (password, voicemail PIN, report secret) go to the destination that they were
    entered for, and to no other: who changes the address must know them (docs/accounts.md).
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
    # By which a report that comes in finds its PBX.
    report_digest = models.CharField(max_length=64, unique=True, editable=False)
    # How many requests it is asked to work on at a time.
    parallel_requests = models.PositiveSmallIntegerField(default=4)
    # What the voicemail PIN of a vacant phone is set to; empty: the extension's own number.
    voicemail_pin = EncryptedTextField(default="")
    # The destination that the secrets were entered for.
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
        """Whose reports come with this secret, without its other secrets."""
        kept = cls.objects.defer("password", "voicemail_pin", "report_secret")
        return kept.filter(report_digest=keyed_digest(secret)).first()

    @property
    def destination(self) -> str:
        """Where secrets would be sent now."""
        return destination(self.url, self.verify_tls)

    @property
    def secrets_match_destination(self) -> bool:
        """Whether the secrets may be sent to the present address."""
        return self.entrusted_to == self.destination

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the PBX keeps its clock."""
        return ZoneInfo(self.timezone)

    @property
    def resolved_password(self) -> str:
        """The password itself; empty when :attr:`password_fault` says why there is none."""
        return "" if self.password_fault else self._password()

    @property
    def password_fault(self) -> str:
        """Why nobody can sign in, and what to do; empty: there is a password for this address."""
        if not self.secrets_match_destination:
            return "The PBX's address was changed. Enter its password again in the settings."
        if self.password in _OWN_SECRET_REFERENCES:
            return "The PBX's password is said to be a secret of this house. Enter it anew."
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
        """Changes whenever a login would be a different one (after a refused password)."""
        return _digest(self.destination, self.username, self.resolved_password)

    def login_fingerprint(self) -> str:
        """Where, as whom and with what password to sign in, the same in every process.

        Also in one that lacks the variable with the password.
        """
        return _digest(self.destination, self.username, self.password)


def _digest(*parts: str) -> str:
    return salted_hmac("pbx.credentials", "\n".join(parts), algorithm="sha256").hexdigest()


def columns_for_destination(row: Pbx | None, url: str, verify_tls: str) -> dict[str, str]:
    """Columns to be written together with an address and the secrets entered for it.

    The reports' own secret is entered by nobody: a new place is given a new one.

    :param row: the row as it was; None: a new one
    """
    place = destination(url, verify_tls)
    stays = row is not None and row.entrusted_to == place
    secret = row.report_secret if row is not None and stays else new_report_secret()
    return {"entrusted_to": place, "report_secret": secret}


class PbxLink(models.Model):
    """The one session with a PBX that all processes share, and how the link is doing."""

    class State(models.TextChoices):
        UNKNOWN = "unknown"
        UP = "up"
        DOWN = "down"
        REFUSED = "refused"  # the PBX turned the login down: a person must change something

    pbx = models.OneToOneField(Pbx, on_delete=models.CASCADE, related_name="link")
    token = EncryptedTextField(default="")
    # The login that gave it: where, as whom. A token is sent nowhere else.
    token_fingerprint = models.CharField(max_length=64, blank=True, default="")
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
    # When its list of extensions was last read; null: it is not known.
    extensions_at = models.DateTimeField(null=True)
    # Something says that the list has changed.
    extensions_wanted = models.BooleanField(default=False, db_default=False)
    # Reports stay out: calls were found on the PBX that it never reported, since then.
    reports_missing_since = models.DateTimeField(null=True)
    # After "apply too frequent" (10025): seconds from one change to the next, and the pause.
    pace_seconds = models.FloatField(default=0)
    paused_until = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.pbx} {self.state}"
