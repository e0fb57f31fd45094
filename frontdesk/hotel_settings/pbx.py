"""``[pbx]``. The password is written and never shown."""

from typing import Any

from django import forms

from frontdesk.hotel_file.tables import PbxTable
from frontdesk.hotel_settings.base import TableForm, written
from frontdesk.hotel_settings.fields import WordsField
from hotelpbx.waking import wake_on_commit
from pbx.models import Pbx
from rooms.audit import Actor
from rooms.zones import tell_if_changed, zones_of

_FLAGS = {"true": True, "false": False}


class PbxForm(TableForm):
    """Where the PBX is and how to sign in; an empty password stays as it is."""

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
        help_text="Empty: stays as it is. env:NAME: read from that variable at each login.",
    )
    verify_tls = forms.CharField(
        label="Certificate", initial="true", help_text="For https: true, false, or a CA file."
    )
    timezone = forms.CharField(
        required=False, label="Time zone of its clock", help_text="Empty: the hotel's."
    )
    serial_number = forms.CharField(
        required=False, help_text="Then reports of another PBX are put aside."
    )
    allowed_sources = WordsField(
        label="Reports may come from", help_text="Addresses or networks; empty: from anywhere."
    )
    parallel_requests = forms.IntegerField(
        initial=4, label="Requests at a time", help_text="1 to 16."
    )
    voicemail_pin = forms.CharField(
        required=False,
        label="Voicemail PIN of vacant phones",
        widget=forms.PasswordInput({"autocomplete": "off", "inputmode": "numeric"}),
        help_text="Empty: stays as it is; until one is set, the extension's own number.",
    )

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

    def write(self, values: PbxTable, actor: Actor) -> Pbx:
        verify = values.verify_tls
        wanted = {
            **values.model_dump(),
            "password": values.password.get_secret_value(),
            "voicemail_pin": values.voicemail_pin.get_secret_value(),
            "verify_tls": str(verify).lower() if isinstance(verify, bool) else verify,
            "timezone": values.timezone or self.hotel.timezone,
        }
        zones = zones_of(self.hotel.code)
        row: Pbx = written(Pbx, self.row, wanted)
        if self.row is None:
            self.hotel.pbx = row
            self.hotel.save(update_fields=["pbx"])
        tell_if_changed(self.hotel.code, zones)
        wake_on_commit("pbx.tasks.keep_session", row.pk)
        return row

    def secrets_changed(self) -> dict[str, str]:
        secrets = ("password", "voicemail_pin")
        return {name: "changed" for name in secrets if self.cleaned_data.get(name)}
