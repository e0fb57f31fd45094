"""Shared form fields: dates, times, amounts and counts."""

import re
from datetime import date, datetime
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from hotelpbx.instants import EARLIEST, LATEST

_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_COUNT: Final = re.compile(r"-?[0-9]{1,9}")


class DateInput(forms.DateInput):
    """The browser's date picker."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class DayField(forms.DateField):
    """A date as the browser's date picker sends it: ``2026-05-04``."""

    widget = DateInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"input_formats": ["%Y-%m-%d"], **options})

    def to_python(self, value: Any) -> date | None:
        found = super().to_python(value)
        if found is not None and not EARLIEST <= found.year <= LATEST:
            raise ValidationError(f"Enter a date from {EARLIEST} to {LATEST}.")
        return found


class MomentField(forms.DateTimeField):
    """A date and time in hotel local time, as the browser's picker sends it."""

    default_error_messages = {"invalid": "Enter a date and time like 2026-05-04T10:00."}

    def to_python(self, value: Any) -> datetime | None:
        try:
            found = super().to_python(value)
        except OverflowError:
            found = datetime.min  # noqa: DTZ901
        if found is not None and not 1970 <= found.year < 3000:
            raise ValidationError("Enter a year from 1970 to 2999.")
        return found


class AmountField(forms.DecimalField):
    """Money in plain digits, as in REST: ``1e1`` and digits of other scripts are rejected."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and value.strip() and not _AMOUNT.fullmatch(value.strip()):
            raise ValidationError("Enter an amount in digits, such as 10.50.")
        return super().to_python(value)


class CountField(forms.IntegerField):
    """A count in plain digits."""

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str) and value.strip() and not _COUNT.fullmatch(value.strip()):
            raise ValidationError("Enter a number in digits, such as 2.")
        found: int | None = super().to_python(value)
        return found
