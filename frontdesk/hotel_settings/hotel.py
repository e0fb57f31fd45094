"""``[property]``, ``[feature_codes]`` and ``[wake_up_calls]``."""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings

from billing import currency
from configuration.hotel_file.tables import (
    FeatureCodesTable,
    PropertyTable,
    RetentionTable,
    WakeUpCallsTable,
)
from frontdesk.hotel_settings.base import TableForm, audit_name, save_row
from frontdesk.hotel_settings.fields import StatusesField, WordsField
from hotelpbx.refusals import Refusal
from pbx.models import Pbx
from rooms.audit import Actor, note
from rooms.feature_codes.registry import codes_of
from rooms.models import Property
from rooms.phones.barring import reprovision_barred_phones
from rooms.time_zones import send_if_changed, zone_error, zones_of
from wakeups.dialed_numbers import owner_of
from wakeups.models import WakeUpSettings

_MINUTE = timedelta(minutes=1)

_STAFF_NUMBERS = [
    ("", "Not asked for"),
    ("#", "Any length, ended by #"),
    *((str(digits), f"{digits} digits" if digits > 1 else "1 digit") for digits in range(1, 9)),
]


class HotelForm(TableForm):
    """``[property]``. Its code is part of every URL and fixed; the logo has its own form."""

    table = PropertyTable

    name = forms.CharField()
    timezone = forms.CharField(help_text="An IANA time zone, such as Asia/Shanghai.")
    currency = forms.CharField(help_text="ISO 4217, such as CNY.")
    language = forms.ChoiceField(choices=Property.Language.choices)
    tax_rate = forms.CharField(help_text="A fraction: 0.06 means 6 %.")
    tax_included = forms.BooleanField(required=False, label="Prices include tax")
    late_charge_window = forms.IntegerField(
        min_value=0,
        max_value=44_640,
        label="Late charge window, minutes",
        help_text="How long after departure charges of the room's phone go to the guest who left.",
    )
    emergency_numbers = WordsField(help_text="The desk is alerted when one is dialed.")
    address = forms.CharField(
        required=False, widget=forms.Textarea({"rows": 4}), help_text="On printed folios."
    )
    tax_number = forms.CharField(required=False, help_text="On printed folios.")
    emergency_routes = WordsField(help_text="Outbound routes that a barred phone keeps.")

    def read(self, row: Property) -> dict[str, Any]:
        return {
            "name": row.name,
            "timezone": row.timezone,
            "currency": row.currency,
            "language": row.language,
            "tax_rate": f"{row.tax_rate.normalize():f}",
            "tax_included": row.tax_included,
            "late_charge_window": row.late_charge_window // _MINUTE,
            "emergency_numbers": list(row.emergency_numbers),
            "address": row.address,
            "tax_number": row.tax_number,
            "emergency_routes": list(row.emergency_routes),
        }

    def document(self, typed: dict[str, Any]) -> dict[str, Any]:
        window = f"PT{typed.get('late_charge_window') or 0}M"
        return {**typed, "code": self.property.code, "late_charge_window": window}

    def check(self, values: PropertyTable) -> None:
        try:
            currency.check_change(self.property, values.currency)
        except Refusal as refusal:
            self.add_error("currency", refusal.detail)
        if reason := zone_error(values.timezone):
            self.add_error("timezone", f"{reason}.")

    def write(self, values: PropertyTable, actor: Actor) -> Property:
        wanted = values.model_dump(exclude={"code", "logo"})
        routes, zones = list(self.row.emergency_routes), zones_of(self.property.code)
        row: Property = save_row(Property, self.row, wanted)
        if row.pbx is not None and zones is not None and zones.pbx == zones.hotel != row.timezone:
            self._move_pbx(row.pbx, row.timezone, actor)
        send_if_changed(row.code, zones)
        if row.emergency_routes != routes:
            reprovision_barred_phones(row)
        return row

    def _move_pbx(self, pbx: Pbx, zone: str, actor: Actor) -> None:
        """A PBX configured with the hotel's zone follows its change."""
        before = pbx.timezone
        save_row(Pbx, pbx, {"timezone": zone})
        note(
            self.property,
            actor,
            "change settings",
            audit_name(pbx),
            before={"timezone": before},
            after={"timezone": zone},
        )


class FeatureCodesForm(TableForm):
    """``[feature_codes]``: codes dialed by housekeeping."""

    table = FeatureCodesTable

    housekeeping = forms.CharField(label="Housekeeping code")
    minibar = forms.CharField(label="Minibar code")
    staff_number = forms.ChoiceField(
        required=False,
        choices=_STAFF_NUMBERS,
        help_text="Whether the phone asks for a staff number after a housekeeping status.",
    )
    housekeeping_statuses = StatusesField(
        help_text="One a line, such as *01 = clean. Statuses: dirty, pickup, clean, inspected."
    )

    def read(self, row: Property) -> dict[str, Any]:
        return {
            **codes_of(row),
            "staff_number": row.staff_number,
            "housekeeping_statuses": dict(row.housekeeping_statuses),
        }

    def check(self, values: FeatureCodesTable) -> None:
        first: dict[str, str] = {}
        for name in settings.FEATURE_CODES:
            number = getattr(values, name)
            owner = owner_of(self.property, number, besides=("codes",))
            if owner:
                self.add_error(name, f"{number} is already {owner}.")
            if first.setdefault(number, name) != name:
                self.add_error(name, f"Must differ from the {first[number]} code.")

    def write(self, values: FeatureCodesTable, actor: Actor) -> Property:
        wanted = {
            **{f"{name}_code": getattr(values, name) for name in settings.FEATURE_CODES},
            "staff_number": values.staff_number,
            "housekeeping_statuses": dict(values.housekeeping_statuses),
        }
        row: Property = save_row(Property, self.row, wanted)
        return row


class RetentionForm(TableForm):
    """``[retention]``: days after which finished records are deleted."""

    table = RetentionTable

    reports = forms.IntegerField(label="Reports, days", help_text="Calls and charges stay.")
    commands = forms.IntegerField(label="Commands to the PBX, days")
    events = forms.IntegerField(
        label="Events, days", help_text="At least 30: other programs read them."
    )

    def read(self, row: Property) -> dict[str, Any]:
        return {
            "reports": row.keep_reports,
            "commands": row.keep_commands,
            "events": row.keep_events,
        }

    def write(self, values: RetentionTable, actor: Actor) -> Property:
        wanted = {f"keep_{name}": days for name, days in values.model_dump().items()}
        row: Property = save_row(Property, self.row, wanted)
        return row


class WakeUpSettingsForm(TableForm):
    """``[wake_up_calls]``."""

    table = WakeUpCallsTable

    prompt = forms.CharField(
        required=False, help_text="A custom prompt on the PBX; empty: the PBX's default."
    )
    repeats = forms.IntegerField(label="Rings", help_text="1 to 3, unless the call says otherwise.")
    repeat_interval = forms.IntegerField(label="Minutes between rings")
    fallback_prompt = forms.CharField(
        required=False, help_text="For our own call; empty: no such call."
    )
    fallback_after = forms.IntegerField(
        label="Our own call after, seconds", help_text="After the last ring without an answer."
    )
    desk_extension = forms.CharField(
        required=False, help_text="Called when a guest does not answer; empty: not called."
    )
    desk_prompt = forms.CharField(
        required=False, help_text="What the desk hears; empty: it is not called."
    )
    desk_call_repeat = forms.IntegerField(
        label="Desk called again after, seconds",
        help_text="Until somebody acknowledges the alert, for an hour; 0: called once.",
    )
    confirm_ivr = forms.CharField(
        required=False,
        label="Confirmation IVR",
        help_text="For calls that are confirmed with a key.",
    )
    confirm_key = forms.CharField(max_length=1, help_text="The key that the guest presses.")
    confirm_calls = forms.IntegerField(
        label="Calls for a confirmation", help_text="1 to 5, then the desk is alerted."
    )
    confirm_repeat = forms.IntegerField(label="Seconds between them")
    snooze_key = forms.CharField(
        required=False, max_length=1, help_text="Pressed by a guest to snooze; empty: none."
    )
    snooze_minutes = forms.IntegerField(label="Snooze, minutes")
    snoozes = forms.IntegerField(label="Snoozes allowed")
    vip_by_person = forms.BooleanField(
        required=False,
        label="VIPs are called by a person",
        help_text="The desk is alerted when the call is due; the PBX does not ring.",
    )
    vip_backup_after = forms.IntegerField(
        label="PBX backup call after, minutes",
        help_text="If nobody has acknowledged the alert; 0: no backup.",
    )

    def read(self, row: WakeUpSettings) -> dict[str, Any]:
        return {name: getattr(row, name) for name in self.base_fields}

    def check(self, values: WakeUpCallsTable) -> None:
        owner = owner_of(self.property, values.confirm_ivr, besides=("ivr",))
        if owner:
            self.add_error("confirm_ivr", f"{values.confirm_ivr} is already {owner}.")
        if values.snooze_key and values.snooze_key == values.confirm_key:
            self.add_error("snooze_key", "Must differ from the confirmation key.")

    def write(self, values: WakeUpCallsTable, actor: Actor) -> WakeUpSettings:
        row, _ = WakeUpSettings.objects.update_or_create(
            property=self.property, defaults=values.model_dump()
        )
        return row
