"""Fields of request bodies, strict about types, so that mistakes are reported, not guessed at."""

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def is_storable(text: str) -> bool:
    """Whether ``text`` can be stored and looked up: it has no NUL and no surrogates."""
    return "\x00" not in text and not any("\ud800" <= letter <= "\udfff" for letter in text)


class Text(serializers.CharField):
    """A JSON string; numbers are refused."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 255, "trim_whitespace": True, **options})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("This must be a text in quotes.")
        return super().to_internal_value(data)


class Choice(serializers.ChoiceField):
    """One of several strings."""

    def __init__(self, choices: Sequence[Any], **options: Any) -> None:
        super().__init__(choices, **options)
        words = ", ".join(map(str, self.choices))
        self.error_messages["invalid_choice"] = f"Choose one of: {words}."

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid_choice")
        return super().to_internal_value(data)


class Flag(serializers.BooleanField):
    """``true`` or ``false``."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            raise serializers.ValidationError("This must be true or false.")
        return data


class Whole(serializers.IntegerField):
    """A JSON integer."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            raise serializers.ValidationError("This must be a whole number.")
        return super().to_internal_value(data)


class Day(serializers.DateField):
    """``YYYY-MM-DD``."""

    def to_internal_value(self, value: Any) -> dt.date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise serializers.ValidationError("This must be a date like 2026-05-04.")
        found: dt.date = super().to_internal_value(value)
        if not 2000 <= found.year <= 2100:
            raise serializers.ValidationError("This must be a date between 2000 and 2100.")
        return found


@extend_schema_field({"type": "string", "pattern": f"^{_TIME.pattern}$"})
class LocalTime(serializers.TimeField):
    """``HH:MM``, in hotel local time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **options)

    def to_internal_value(self, value: Any) -> dt.time:
        if not isinstance(value, str) or not _TIME.fullmatch(value):
            raise serializers.ValidationError("This must be a time like 07:00.")
        found: dt.time = super().to_internal_value(value)
        return found


MONEY_SCHEMA: Final[dict[str, Any]] = {
    "oneOf": [
        {
            "type": "object",
            "properties": {
                "amount": {"type": "string", "pattern": f"^{_AMOUNT.pattern}$"},
                "currency": {"type": "string"},
            },
            "required": ["amount", "currency"],
            "additionalProperties": False,
        },
        {"type": "string", "pattern": f"^{_AMOUNT.pattern}$"},
    ]
}


@extend_schema_field(MONEY_SCHEMA)
class Amount(serializers.Field):  # type: ignore[type-arg]
    """Money in a request: the object, or its amount alone as a string.

    Needs the property's ``currency`` in the context.
    """

    def to_internal_value(self, data: Any) -> Decimal:
        currency = self.context["currency"]
        if isinstance(data, dict):
            if set(data) != {"amount", "currency"}:
                raise serializers.ValidationError("Money has an amount and a currency.")
            if data["currency"] != currency:
                raise serializers.ValidationError(f"The hotel's currency is {currency}.")
            data = data["amount"]
        if isinstance(data, int | float):
            raise serializers.ValidationError(
                'Write the amount as a text like "10.50": a number may lose its cents on the way.'
            )
        if not isinstance(data, str) or not _AMOUNT.fullmatch(data):
            raise serializers.ValidationError('Write the amount as a text like "10.50".')
        return Decimal(data)


class Body(serializers.Serializer[Any]):
    """A request body: a JSON object without unknown fields."""

    def to_internal_value(self, data: Any) -> Any:
        names = data if isinstance(data, dict) else ()
        unknown = [name for name in names if name not in self.fields]
        faults: dict[str, Any] = {name: ["No such field can be written."] for name in unknown}
        try:
            value = super().to_internal_value(data)
        except serializers.ValidationError as fault:
            if isinstance(fault.detail, dict):
                faults.update(fault.detail)
            raise serializers.ValidationError(faults or fault.detail) from None
        if faults:
            raise serializers.ValidationError(faults)
        return value
