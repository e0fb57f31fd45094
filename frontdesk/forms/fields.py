"""Fields that all forms share: days, moments and numbers that a hotel can mean."""

import re
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from hotelpbx.instants import EARLIEST, LATEST

_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_COUNT: Final = re.compile(r"-?[0-9]{1,9}")


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


class AmountField(forms.DecimalField):
    """Money in plain digits, as REST takes it: ``1e1`` and digits of other scripts are slips."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip() and not _AMOUNT.fullmatch(value.strip()):
            raise ValidationError("Write the amount in digits like 10.50.")
        return super().to_python(value)


class CountField(forms.IntegerField):
    """A number of things in plain digits."""

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and value.strip() and not _COUNT.fullmatch(value.strip()):
            raise ValidationError("Write a number in digits like 2.")
        found: int | None = super().to_python(value)
        return found
