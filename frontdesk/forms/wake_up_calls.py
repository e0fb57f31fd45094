"""Forms about wake-up calls: one, and many at once."""

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
    """A time of day in any of the ways in which lists are read."""

    def to_python(self, value: Any) -> time | None:
        """The time; None: nothing was entered."""
        if value in self.empty_values or isinstance(value, time):
            return value or None
        found, _ = read_time(str(value))
        if found is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return found


class _WhenForm(MergingForm):
    """On which days, and how often it rings: the next time that it is so late, as the hotel
    usually does."""

    date = DayField(
        required=False,
        help_text="Empty: the next time the clock shows it; after midnight that is today.",
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
        help_text="Of a call that repeats; empty: the day of departure.",
    )
    repeats = forms.IntegerField(label="Rings", min_value=1, max_value=3)
    repeat_interval = forms.IntegerField(label="Minutes between", min_value=1, max_value=60)
    confirm = forms.BooleanField(label="The guest presses a key", required=False)

    def __init__(
        self, *args: Any, property_: Property, usual: WakeUpSettings, **kwargs: Any
    ) -> None:
        initial = {"repeats": usual.repeats, "repeat_interval": usual.repeat_interval}
        super().__init__(*args, **{"initial": initial, **kwargs})
        self.fields["confirm"].help_text = _how_confirmed(usual)


class WakeUpForm(_WhenForm):
    """A wake-up call; ``call``: of the one that is to be changed.

    :ivar although: what a button sends that sets it outside the stay all the same; empty: there
        is nothing to confirm
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
        """Have the clerk confirm a day on which the guest is not expected."""
        self.add_error("date", asked.detail)
        self.although = asked.due.isoformat()

    def wake_up_request(self) -> WakeUpRequest:
        """What the guest asks for."""
        values = self.cleaned_data
        return WakeUpRequest(**{**values, "weekdays": tuple(values["weekdays"])})


class WakeUpListForm(_WhenForm):
    """Who is to be woken, and when. Rooms, floor, group and list add up."""

    field_order = [*_WHO, "times"]
    rooms = forms.CharField(
        required=False, max_length=2000, help_text="One by one or from–to: 201-215, 301"
    )
    floor = forms.ChoiceField(required=False, help_text="All its occupied rooms.")
    group = forms.ChoiceField(required=False, help_text="All its guests in house.")
    lines = forms.CharField(
        label="List",
        required=False,
        max_length=_LARGEST,
        widget=forms.Textarea({"rows": 8, "placeholder": "201 06:30\nRoom 305, 6:45"}),
        help_text="Paste what the tour guide has sent: one room, and perhaps a time, in each line. "
        "Names and other columns do no harm. A number that may be a time or not is asked about.",
    )
    times = forms.CharField(
        required=False,
        max_length=200,
        help_text="For all who have no time of their own in the list. Several: 06:30, 07:15",
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
        """The fields that say who is meant."""
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
        """Not more lines than somebody can look through."""
        text: str = self.cleaned_data["lines"]
        if len(text.splitlines()) > MOST_LINES:
            raise ValidationError(f"A list has at most {MOST_LINES} lines.")
        return text

    def clean(self) -> dict[str, Any]:
        """Somebody must be meant, at some time."""
        values = super().clean() or {}
        together = any(values.get(name) for name in ("rooms", "floor", "group"))
        if not together and not values.get("lines", "").strip():
            raise ValidationError("Say who is to be woken: rooms, a floor, a group or a list.")
        if together and "times" in values and not values["times"]:
            self.add_error("times", "Say when.")
        return values

    def choice(self) -> Choice:
        """Who is meant."""
        names = ("rooms", "floor", "group", "lines", "times")
        return Choice(**{name: self.cleaned_data[name] for name in names})

    def wake_up_request(self) -> WakeUpRequest:
        """What they have in common; the time is each one's own."""
        names = ("date", "recurrence", "until", "repeats", "repeat_interval", "confirm")
        values = {name: self.cleaned_data[name] for name in names}
        return WakeUpRequest(**values, time=time(), weekdays=tuple(self.cleaned_data["weekdays"]))

    def _offer(self, name: str, values: list[str]) -> None:
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = [("", "—"), *((value, value) for value in values)]


def _how_confirmed(usual: WakeUpSettings) -> str:
    """What becomes of a call whose guest is to press a key."""
    if usual.confirm_ivr and usual.confirm_key:
        return f"A lifted receiver alone is not enough: {usual.confirm_key} is to be pressed."
    return "No menu is set up for it on the PBX: the desk is told to make sure in person."
