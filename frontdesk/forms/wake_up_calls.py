"""Forms of wake-up calls: single and bulk."""

from dataclasses import asdict
from datetime import time
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from frontdesk.forms.fields import DayField
from frontdesk.guard.merging import MergingForm
from rooms.models import Property, Stay
from rooms.natural_order import natural_key
from wakeups.booking.calls import request_of
from wakeups.booking.previews import Choice
from wakeups.booking.requests import WakeUpRequest
from wakeups.booking.room_lists import MOST_LINES
from wakeups.booking.stay_dates import OutsideStay
from wakeups.booking.times import read_time, read_times
from wakeups.models import WakeUpCall, WakeUpSettings
from wakeups.schedule import WEEKDAYS

_LARGEST: Final = 200_000  # characters of a list
_WHO: Final = ("rooms", "floor", "group", "lines")


class ClockField(forms.TimeField):
    """A time of day in any format that lists accept."""

    def to_python(self, value: Any) -> time | None:
        """The time; None: nothing was entered."""
        if value in self.empty_values or isinstance(value, time):
            return value or None
        found, _ = read_time(str(value))
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class _WhenForm(MergingForm):
    """Days and repetitions; by default once, with the hotel's usual rings."""

    date = DayField(
        required=False,
        help_text="Empty: the next time it is that time of day; after midnight, that is today.",
    )
    recurrence = forms.ChoiceField(label="Repeats", choices=WakeUpCall.Recurrence.choices)
    weekdays = forms.MultipleChoiceField(
        label="On",
        choices=[(day, day.capitalize()) for day in WEEKDAYS],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    until = DayField(
        label="Last day",
        required=False,
        help_text="For a repeating call; empty: the day of departure.",
    )
    repeats = forms.IntegerField(label="Rings", min_value=1, max_value=3)
    repeat_interval = forms.IntegerField(label="Minutes between rings", min_value=1, max_value=60)
    confirm = forms.BooleanField(label="The guest confirms with a key", required=False)

    def __init__(
        self, *args: Any, property_: Property, usual: WakeUpSettings, **kwargs: Any
    ) -> None:
        initial = {"repeats": usual.repeats, "repeat_interval": usual.repeat_interval}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["confirm"].help_text = _how_confirmed(usual)


class WakeUpForm(_WhenForm):
    """A single wake-up call; ``call``: the one to change.

    :ivar although: the value of the button that confirms a call outside the stay; empty: nothing
        to confirm
    """

    questions = (OutsideStay,)
    although = ""
    field_order = ["date", "time"]
    time = ClockField(initial="07:00", widget=forms.TimeInput({"type": "time"}, format="%H:%M"))

    def __init__(self, *args: Any, call: WakeUpCall | None = None, **kwargs: Any) -> None:
        if call is not None:
            kwargs["initial"] = asdict(request_of(call))
        super().__init__(*args, **kwargs)
        self.row = call

    def ask(self, asked: OutsideStay) -> None:
        """Ask the clerk to confirm a day outside the stay."""
        self.add_error("date", asked.detail)
        self.although = asked.due.isoformat()

    def wake_up_request(self) -> WakeUpRequest:
        """The request of the guest."""
        values = self.cleaned_data
        return WakeUpRequest(**{**values, "weekdays": tuple(values["weekdays"])})


class WakeUpListForm(_WhenForm):
    """Whom to wake, and when. Rooms, floor, group and list are combined."""

    field_order = [*_WHO, "times"]
    rooms = forms.CharField(
        required=False, max_length=2000, help_text="Single rooms or ranges: 201-215, 301"
    )
    floor = forms.ChoiceField(required=False, help_text="All occupied rooms on the floor.")
    group = forms.ChoiceField(required=False, help_text="All guests of the group in house.")
    lines = forms.CharField(
        label="List",
        required=False,
        max_length=_LARGEST,
        widget=forms.Textarea({"rows": 8, "placeholder": "201 06:30\nRoom 305, 6:45"}),
        help_text="Paste the tour guide's list: one room per line, with or without a time. "
        "Names and other columns are ignored. You are asked about numbers that may be times.",
    )
    times = forms.CharField(
        required=False,
        max_length=200,
        help_text="For rooms without a time in the list. Several: 06:30, 07:15",
    )

    def __init__(
        self, *args: Any, property_: Property, usual: WakeUpSettings, **kwargs: Any
    ) -> None:
        super().__init__(*args, property_=property_, usual=usual, **kwargs)
        floors = property_.rooms.exclude(floor="").values_list("floor", flat=True)
        here = property_.stays.filter(
            status__in=(Stay.Status.IN_HOUSE, Stay.Status.RESERVED), group__isnull=False
        )
        self._offer("floor", sorted(set(floors), key=natural_key))
        self._offer(
            "group", sorted(set(here.values_list("group__code", flat=True)), key=natural_key)
        )

    @property
    def who(self) -> list[forms.BoundField]:
        """The fields for whom to wake."""
        return [self[name] for name in _WHO]

    @property
    def when(self) -> list[forms.BoundField]:
        """The other fields."""
        return [self[name] for name in self.fields if name not in _WHO]

    def clean_times(self) -> tuple[time, ...]:
        """The times, in order."""
        found, fault = read_times(self.cleaned_data["times"])
        if fault:
            raise ValidationError(fault)
        return found

    def clean_lines(self) -> str:
        """At most as many lines as a person can check."""
        text: str = self.cleaned_data["lines"]
        if len(text.splitlines()) > MOST_LINES:
            raise ValidationError(f"A list has at most {MOST_LINES} lines.")
        return text

    def clean(self) -> dict[str, Any]:
        """Somebody must be chosen, and a time given."""
        values = super().clean() or {}
        together = any(values.get(name) for name in ("rooms", "floor", "group"))
        if not together and not values.get("lines", "").strip():
            raise ValidationError("Choose whom to wake: rooms, a floor, a group or a list.")
        if together and "times" in values and not values["times"]:
            self.add_error("times", "Enter a time.")
        return values

    def choice(self) -> Choice:
        """Whom to wake."""
        names = ("rooms", "floor", "group", "lines", "times")
        return Choice(**{name: self.cleaned_data[name] for name in names})

    def wake_up_request(self) -> WakeUpRequest:
        """What all calls have in common; each has its own time."""
        names = ("date", "recurrence", "until", "repeats", "repeat_interval", "confirm")
        values = {name: self.cleaned_data[name] for name in names}
        return WakeUpRequest(**values, time=time(), weekdays=tuple(self.cleaned_data["weekdays"]))

    def _offer(self, name: str, values: list[str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *((value, value) for value in values)]


def _how_confirmed(usual: WakeUpSettings) -> str:
    """How a call with confirmation works in this hotel."""
    if usual.confirm_ivr and usual.confirm_key:
        return f"Picking up the phone is not enough: the guest must press {usual.confirm_key}."
    return "No IVR is set up for this on the PBX: the desk is told to check in person."
