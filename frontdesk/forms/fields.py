"""Fields that all forms share: days and moments that a hotel can mean."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from hotelpbx.instants import EARLIEST, LATEST


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day as the browser's calendar sends it: ``2026-05-04``."""

    widget = DateInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"input_formats": ["%Y-%m-%d"], **options})

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None and not EARLIEST <= found.year <= LATEST:
            raise ValidationError(f"This must be a day from {EARLIEST} to {LATEST}.")
        return found


class MomentField(forms.DateTimeField):
    """A day and a time in the hotel's zone, as the browser's calendar with a clock sends them."""

    default_error_messages = {"invalid": "This must be a day and a time like 2026-05-04T10:00."}

    def to_python(self, value: Any) -> datetime | None:
        try:
            found = super().to_python(value)
        except OverflowError:
            found = datetime.min  # noqa: DTZ901
        if found is not None and not 1970 <= found.year < 3000:
            raise ValidationError("This must be in the years from 1970 to 2999.")
        return found
