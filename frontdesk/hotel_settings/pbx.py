"""``[pbx]``. The password is written and never shown."""

from typing import Any

from django import forms

from configuration.hotel_file.tables import PbxTable
from frontdesk.hotel_settings.base import TableForm, save_row
from frontdesk.hotel_settings.fields import WordsField
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.models import FROM_ENVIRONMENT, Pbx, columns_for_destination, destination
from rooms.audit import Actor
from rooms.time_zones import send_if_changed, zone_error, zones_of

_FLAGS = {"true": True, "false": False}
_CERTIFICATE = [("true", "Must be valid"), ("false", "Not checked")]
_SECRETS = ("password", "voicemail_pin")


class PbxForm(TableForm):
    """Address and credentials of the PBX; an empty password is kept."""

    table = PbxTable

    name = forms.CharField(initial="main")
    url = forms.CharField(
        label="Address", help_text="Such as http://192.168.5.150:8088, without a path."
    )
    username = forms.CharField(label="User name")
    password = forms.CharField(
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text="Empty: unchanged. Needed again when the address changes.",
    )
    verify_tls = forms.ChoiceField(
        label="Certificate",
        initial="true",
        choices=_CERTIFICATE,
        help_text="For https. A CA file can only be named in the hotel file.",
    )
    timezone = forms.CharField(
        required=False, label="Time zone of its clock", help_text="Empty: the hotel's."
    )
    serial_number = forms.CharField(
        required=False, help_text="If set, reports of any other PBX are set aside."
    )
    allowed_sources = WordsField(
        label="Reports may come from", help_text="Addresses or networks; empty: from anywhere."
    )
    parallel_requests = forms.IntegerField(
        initial=4, label="Parallel requests", help_text="1 to 16."
    )
    voicemail_pin = forms.CharField(
        required=False,
        label="Voicemail PIN of vacant phones",
        widget=forms.PasswordInput({"autocomplete": "off", "inputmode": "numeric"}),
        help_text="Empty: unchanged; until one is set, the extension's own number.",
    )

    def __init__(self, data: Any, *, row: Pbx | None = None, **options: Any) -> None:
        super().__init__(data, row=row, **options)
        if row and row.verify_tls not in _FLAGS:
            # A path can only come from the hotel file: typed here, it would probe the disk.
            certificate: Any = self.fields["verify_tls"]
            kept = (row.verify_tls, f"Signed by the CA file {row.verify_tls}")
            certificate.choices = [*_CERTIFICATE, kept]

    def read(self, row: Pbx) -> dict[str, Any]:
        names = (
            *("name", "url", "username", "verify_tls", "timezone", "serial_number"),
            "parallel_requests",
        )
        shown: dict[str, Any] = {name: getattr(row, name) for name in names}
        return {**shown, "allowed_sources": list(row.allowed_sources)}

    def document(self, typed: dict[str, Any]) -> dict[str, Any]:
        kept = self.row.password if self.row else ""
        kept_pin = self.row.voicemail_pin if self.row else ""
        verify = str(typed.get("verify_tls", ""))
        return {
            **typed,
            "password": typed.get("password") or kept,
            "voicemail_pin": typed.get("voicemail_pin") or kept_pin,
            "verify_tls": _FLAGS.get(verify.lower(), verify),
            "timezone": typed.get("timezone") or None,
        }

    def clean_password(self) -> str:
        typed: str = self.cleaned_data["password"]
        if typed.startswith(FROM_ENVIRONMENT):
            raise forms.ValidationError(
                "Variables can be named only in the hotel file. Enter the password itself."
            )
        return typed

    def check(self, values: PbxTable) -> None:
        """Kept secrets are valid only for the address that they were entered for."""
        if values.timezone and (reason := zone_error(values.timezone)):
            self.add_error("timezone", f"{reason}.")
        row = self.row
        if row is None or row.entrusted_to == destination(values.url, _verify(values)):
            return
        for name in _SECRETS:
            if getattr(row, name) and not self.cleaned_data.get(name):
                words = self.fields[name].label or name
                self.add_error(name, f"The address has changed: enter the {words} again.")

    def write(self, values: PbxTable, actor: Actor) -> Pbx:
        wanted = {
            **values.model_dump(),
            "password": values.password.get_secret_value(),
            "voicemail_pin": values.voicemail_pin.get_secret_value(),
            "verify_tls": _verify(values),
            "timezone": values.timezone or self.property.timezone,
            **columns_for_destination(self.row, values.url, _verify(values)),
        }
        zones = zones_of(self.property.code)
        row: Pbx = save_row(Pbx, self.row, wanted)
        if self.row is None:
            self.property.pbx = row
            self.property.save(update_fields=["pbx"])
        send_if_changed(self.property.code, zones)
        enqueue_on_commit("pbx.tasks.keep_session", row.pk)
        return row

    def secrets_changed(self) -> dict[str, str]:
        return {name: "changed" for name in _SECRETS if self.cleaned_data.get(name)}


def _verify(values: PbxTable) -> str:
    verify = values.verify_tls
    return str(verify).lower() if isinstance(verify, bool) else verify
