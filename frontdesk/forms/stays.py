"""Forms about stays."""

from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal

from django import forms
from django.db.models import QuerySet

from billing.models import MinibarProduct
from frontdesk.forms.fields import AmountField, CountField, DayField
from frontdesk.forms.questions import AskingForm
from frontdesk.guard.merging import MergingForm
from hotelpbx.money import round_money
from rooms.models import ClassOfService, Property, Room, Stay
from rooms.models.property import AvailabilityStatus, OccupancyStatus
from rooms.stays.details import GuestDetails, StayDetails


class RoomChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A room with its type and status."""

    def label_from_instance(self, obj: Room) -> str:
        words = [obj.number, obj.type, obj.get_housekeeping_status_display().lower()]
        if obj.occupancy_status == OccupancyStatus.OCCUPIED:
            words.append("occupied")
        if obj.availability_status != AvailabilityStatus.IN_SERVICE:
            words.append(obj.get_availability_status_display().lower())
        return " · ".join(word for word in words if word)


class ReservationForm(AskingForm, MergingForm):
    """A reservation with its main guest."""

    title = forms.CharField(max_length=32, required=False)
    first_name = forms.CharField(max_length=120, required=False)
    last_name = forms.CharField(max_length=120, required=False)
    vip = forms.BooleanField(label="VIP", required=False)
    arrival = DayField()
    departure = DayField()
    room = RoomChoice(queryset=Room.objects.none(), required=False)
    sharing = forms.BooleanField(label="Shares the room with others", required=False)
    class_of_service = forms.ModelChoiceField(
        queryset=ClassOfService.objects.none(), required=False
    )
    credit_limit = AmountField(
        max_digits=12,
        min_value=0,
        required=False,
        help_text="What the guest may owe before the phone is barred; empty: the class limit.",
    )
    notes = forms.CharField(max_length=4000, required=False, widget=forms.Textarea({"rows": 3}))

    def __init__(
        self, *args: Any, property_: Property, stay: Stay | None = None, **kwargs: Any
    ) -> None:
        today = property_.local_now().date()
        self._others = list(stay.guests.all())[1:] if stay else []
        guest = stay.main_guest if stay else None
        initial: dict[str, Any] = {"arrival": today, "departure": today + timedelta(days=1)}
        if stay and guest:
            initial = {
                "title": guest.title,
                "first_name": guest.first_name,
                "last_name": guest.last_name,
                "vip": guest.vip,
                "arrival": stay.arrival,
                "departure": stay.departure,
                "room": stay.room,
                "sharing": stay.sharing,
                "class_of_service": stay.class_of_service,
                "credit_limit": in_minor_units(stay.own_credit_limit, property_),
                "notes": stay.notes,
            }
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.row = stay
        reserved = stay is None or stay.status == Stay.Status.RESERVED
        self._no_class: Literal[""] | None = "" if reserved else None
        self._language = guest.language if guest else ""
        _offer(self, "room", _usable(property_))
        _offer(self, "class_of_service", property_.classes_of_service.all())
        if stay and stay.status != Stay.Status.RESERVED:
            # A guest in house is moved instead; sharing is decided at check-in.
            del self.fields["room"], self.fields["sharing"]
        if stay and stay.status not in (Stay.Status.RESERVED, Stay.Status.IN_HOUSE):
            del self.fields["credit_limit"]

    def details(self) -> StayDetails:
        """The form's values; further guests of the stay are kept."""
        values = self.cleaned_data
        main = GuestDetails(
            values["last_name"],
            values["first_name"],
            values["title"],
            self._language,
            values["vip"],
        )
        others = [
            GuestDetails(each.last_name, each.first_name, each.title, each.language, each.vip)
            for each in self._others
        ]
        limit = values.get("credit_limit")
        return StayDetails(
            guests=[main, *others],
            arrival=values["arrival"],
            departure=values["departure"],
            room=(values["room"] or "") if "room" in self.fields else None,
            class_of_service=values["class_of_service"] or self._no_class,
            sharing=values.get("sharing"),
            notes=values["notes"],
            credit_limit="" if limit is None and "credit_limit" in self.fields else limit,
        )


class CheckInForm(AskingForm):
    """Room and class of service for a check-in."""

    room = RoomChoice(queryset=Room.objects.none())
    class_of_service = forms.ModelChoiceField(queryset=ClassOfService.objects.none())
    sharing = forms.BooleanField(label="Shares the room with others", required=False)
    accept_dirty = forms.BooleanField(label="Accept a room that is not clean", required=False)

    def __init__(self, *args: Any, property_: Property, stay: Stay, **kwargs: Any) -> None:
        default = property_.classes_of_service.order_by("-is_default", "pk").first()
        initial = {
            "room": stay.room,
            "sharing": stay.sharing,
            "class_of_service": stay.class_of_service or default,
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        _offer(self, "room", _usable(property_))
        _offer(self, "class_of_service", property_.classes_of_service.all())


class MoveForm(AskingForm):
    """The room for a move."""

    to_room = RoomChoice(label="To room", queryset=Room.objects.none())
    accept_dirty = forms.BooleanField(label="Accept a room that is not clean", required=False)

    def __init__(self, *args: Any, property_: Property, stay: Stay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        vacant = _usable(property_).filter(occupancy_status=OccupancyStatus.VACANT)
        _offer(self, "to_room", vacant)


class _ManualCharge(forms.Form):
    """The question of both kinds of manual charge if the guest has a credit limit."""

    accept_over_limit = forms.BooleanField(
        label="Charge even above the credit limit", required=False
    )

    def __init__(self, *args: Any, stay: Stay, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if stay.credit_limit is None:
            del self.fields["accept_over_limit"]


class ChargeForm(_ManualCharge):
    """A manual charge. The service checks the amount against the currency."""

    field_order = ["description", "amount"]
    description = forms.CharField(max_length=255)
    amount = AmountField(max_digits=12, min_value=Decimal("0.001"))


class MinibarForm(_ManualCharge):
    """A minibar charge."""

    field_order = ["product", "quantity"]
    product = forms.ModelChoiceField(queryset=MinibarProduct.objects.none())
    quantity = CountField(min_value=1, max_value=99, initial=1)

    def __init__(self, *args: Any, property_: Property, stay: Stay, **kwargs: Any) -> None:
        super().__init__(*args, stay=stay, **kwargs)
        _offer(self, "product", property_.minibar_products.filter(on_sale=True))


def in_minor_units(amount: Decimal | None, property_: Property) -> Decimal | None:
    """An amount with the decimals of the currency, as a field shows it."""
    return None if amount is None else round_money(amount, property_.currency)


def _offer(form: forms.Form, name: str, rows: QuerySet[Any]) -> None:
    """Set the choices of a field."""
    field = form.fields[name]
    if isinstance(field, forms.ModelChoiceField):
        field.queryset = rows


def _usable(property_: Property) -> QuerySet[Room]:
    return property_.rooms.exclude(availability_status=AvailabilityStatus.OUT_OF_ORDER)
