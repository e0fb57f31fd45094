"""Values of requests and answers: strict about types, so that a slip is told and not guessed at."""

import datetime as dt
import re
from decimal import Decimal
from typing import Any, Final

from rest_framework import serializers

from hotelpbx.money import round_money

# Python's own readers would also take "1_0", "1e2", "7:0" and "2026-W19-1".
_AMOUNT: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LOCAL_TIME: Final = re.compile(r"[0-9]{2}:[0-9]{2}")


class Text(serializers.CharField):
    """A JSON string; numbers are not taken for one."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"max_length": 255, "trim_whitespace": True, **options})

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            raise serializers.ValidationError("This must be a text in quotes.")
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


class LocalTime(serializers.TimeField):
    """``HH:MM``, the hotel's wall-clock time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", input_formats=["%H:%M"], **options)

    def to_internal_value(self, value: Any) -> dt.time:
        if not isinstance(value, str) or not _LOCAL_TIME.fullmatch(value):
            raise serializers.ValidationError("This must be a time like 07:00.")
        found: dt.time = super().to_internal_value(value)
        return found


class Money(serializers.Serializer[Any]):
    """``{"amount": "10.50", "currency": "CNY"}``."""

    amount = serializers.CharField()
    currency = serializers.CharField()


def money(amount: Decimal, currency: str) -> dict[str, str]:
    """An amount for an answer, at the minor unit."""
    return {"amount": str(round_money(amount, currency)), "currency": currency}


class Amount(serializers.Field):  # type: ignore[type-arg]
    """Money in a request: the object, or its amount alone as a text. Needs the ``currency`` of the
    property in the context."""

    def to_internal_value(self, data: Any) -> Decimal:
        currency = self.context.get("currency", "")
        if isinstance(data, dict):
            if set(data) != {"amount", "currency"}:
                raise serializers.ValidationError("Money has an amount and a currency.")
            if data["currency"] != currency:
                raise serializers.ValidationError(f"The hotel's currency is {currency}.")
            data = data["amount"]
        if not isinstance(data, str) or not _AMOUNT.fullmatch(data):
            raise serializers.ValidationError('Write the amount as a text like "10.50".')
        return Decimal(data)


class Body(serializers.Serializer[Any]):
    """A request's body: a JSON object without keys that nobody reads."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = [str(name) for name in data if name not in self.fields]
            if unknown:
                raise serializers.ValidationError(dict.fromkeys(unknown, "There is no such field."))
        return super().to_internal_value(data)


class Phone(serializers.Serializer[Any]):
    """How far the phone work is."""

    state = serializers.ChoiceField(choices=["applied", "pending", "failed"])
    error = serializers.CharField(allow_null=True)


class Problem(serializers.Serializer[Any]):
    """An error (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    request_id = serializers.CharField()
    errors = serializers.ListField(  # type: ignore[assignment]
        child=serializers.DictField(child=serializers.CharField())
    )
