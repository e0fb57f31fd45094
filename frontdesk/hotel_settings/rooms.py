"""``[[classes_of_service]]`` and ``[[rooms]]``."""

from decimal import Decimal
from typing import Any

from django import forms

from billing.calls import rerating
from billing.ledger.credit_limit import sync_all_phone_bars
from configuration.hotel_file.tables import ClassOfServiceTable, RoomTable
from configuration.hotel_file.values import decimal_places
from frontdesk.hotel_settings.base import TableForm, save_row
from frontdesk.hotel_settings.fields import WordsField
from hotelpbx.money import minor_digits, round_money
from rooms.audit import Actor
from rooms.models import ClassOfService, Room
from rooms.phones import provisioning
from rooms.phones.assignment import set_phones
from wakeups.dialed_numbers import owner_of


class ClassForm(TableForm):
    """A class of service. Changes are sent to the phones of its guests."""

    table = ClassOfServiceTable
    naming = ("name",)

    name = forms.CharField()
    voicemail = forms.BooleanField(required=False, initial=True)
    outbound_routes = WordsField(
        help_text="Names of outbound routes on the PBX; empty: no outside calls."
    )
    tariff = forms.ChoiceField(
        required=False, help_text="Calls over a trunk with its own tariff use that one."
    )
    allowance_minutes = forms.IntegerField(
        required=False, label="Free minutes", help_text="For all calls of a stay, as billed."
    )
    allowance_amount = forms.CharField(
        required=False, label="Or a free amount", help_text="For all calls of a stay."
    )
    default = forms.BooleanField(
        required=False, label="Default class", help_text="For check-ins that name no class."
    )
    credit_limit = forms.CharField(
        required=False,
        help_text="What a guest may owe before the phone is barred; empty: no limit.",
    )
    confirm_wake_up_calls = forms.BooleanField(
        required=False,
        label="Wake-up calls need confirmation",
        help_text="A call counts only if the guest presses a key.",
    )

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        names = dict.fromkeys(self.property.tariffs.values_list("name", flat=True))
        tariff: Any = self.fields["tariff"]
        tariff.choices = [("", "The first tariff"), *((name, name) for name in names)]

    def read(self, row: ClassOfService) -> dict[str, Any]:
        return {
            "name": row.name,
            "voicemail": row.voicemail,
            "outbound_routes": list(row.outbound_routes),
            "tariff": row.tariff,
            "allowance_minutes": row.allowance_minutes,
            "allowance_amount": self._shown(row.allowance_amount),
            "default": row.is_default,
            "credit_limit": "" if row.credit_limit is None else _plain(row.credit_limit),
            "confirm_wake_up_calls": row.confirm_wake_up_calls,
        }

    def document(self, typed: dict[str, Any]) -> dict[str, Any]:
        emptied = ("tariff", "allowance_minutes", "allowance_amount", "credit_limit")
        return {**typed, **{name: typed.get(name) or None for name in emptied}}

    def check(self, values: ClassOfServiceTable) -> None:
        currency = self.property.currency
        limit = values.credit_limit
        if limit is not None and limit != round_money(limit, currency):
            self.add_error("credit_limit", f"{currency} has {minor_digits(currency)} decimals.")
        if self.row is None and self.property.classes_of_service.filter(name=values.name).exists():
            self.add_error("name", f"Class {values.name} already exists.")
        amount, digits = values.allowance_amount, minor_digits(self.property.currency)
        if amount is not None and values.allowance_minutes is not None:
            self.add_error("allowance_amount", "A class has either free minutes or a free amount.")
        if amount is not None and decimal_places(f"{amount:f}") > digits:
            self.add_error("allowance_amount", f"{self.property.currency} has {digits} decimals.")

    def write(self, values: ClassOfServiceTable, actor: Actor) -> ClassOfService:
        if values.default:
            # Only one may be the default: clear the flag before it is set here.
            self.property.classes_of_service.update(is_default=False)
        wanted = {
            "voicemail": values.voicemail,
            "outbound_routes": list(values.outbound_routes),
            "tariff": values.tariff or "",
            "allowance_minutes": values.allowance_minutes,
            "allowance_amount": values.allowance_amount,
            "is_default": values.default,
            "credit_limit": values.credit_limit,
            "confirm_wake_up_calls": values.confirm_wake_up_calls,
        }
        if self.row is None:
            wanted |= {"property": self.property, "name": values.name}
        limit_before = self.row and self.row.credit_limit
        before = self.row and (self.row.voicemail, self.row.outbound_routes)
        row: ClassOfService = save_row(ClassOfService, self.row, wanted)
        if before and before != (row.voicemail, row.outbound_routes):
            provisioning.reprovision_class(row)
        if self.row and limit_before != row.credit_limit:
            sync_all_phone_bars(self.property)
        return row

    def _shown(self, amount: Decimal | None) -> str:
        return "" if amount is None else f"{amount:.{minor_digits(self.property.currency)}f}"

    def after_saving(self) -> None:
        """Unrated calls may have a price under another tariff."""
        rerating.rate_unrated_soon(self.property)


class RoomForm(TableForm):
    """A room and its extensions."""

    table = RoomTable
    naming = ("number",)

    number = forms.CharField()
    floor = forms.CharField(required=False)
    type = forms.CharField(required=False)
    extensions = WordsField(required=True, help_text="The first is the main phone.")

    def read(self, row: Room) -> dict[str, Any]:
        return {
            "number": row.number,
            "floor": row.floor,
            "type": row.type,
            "extensions": list(_extensions(row)),
        }

    def check(self, values: RoomTable) -> None:
        if self.row is None and self.property.rooms.filter(number=values.number).exists():
            self.add_error("number", f"Room {values.number} already exists.")
        for extension in values.extensions:
            owner = owner_of(self.property, extension, room=self.row)
            if owner:
                self.add_error("extensions", f"{extension} is already {owner}.")
        if len(set(values.extensions)) < len(values.extensions):
            self.add_error("extensions", "An extension is listed twice.")

    def write(self, values: RoomTable, actor: Actor) -> Room:
        wanted: dict[str, Any] = {"floor": values.floor, "type": values.type}
        if self.row is None:
            wanted |= {"property": self.property, "number": values.number}
        room: Room = save_row(Room, self.row, wanted)
        set_phones(self.property, {room.number: list(values.extensions)})
        return room


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():f}"


def _extensions(room: Room) -> list[str]:
    return list(room.phones.values_list("extension", flat=True))
