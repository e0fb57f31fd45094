"""Response values that several resources share."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.errors.codes import CODES


class Money(serializers.Serializer[Any]):
    """An amount, written with the decimals of its currency."""

    amount = serializers.CharField()
    currency = serializers.CharField()


class Phone(serializers.Serializer[Any]):
    """State of the phone commands; ``applied``: no command for the PBX is waiting."""

    state = serializers.ChoiceField(choices=["applied", "pending", "failed"])
    error = serializers.CharField(allow_null=True)


@extend_schema_field({"type": "string", "enum": list(CODES)}, component_name="ErrorCode")
class Code(serializers.CharField):
    """An error code."""


class Fault(serializers.Serializer[Any]):
    """What is wrong with one field."""

    pointer = serializers.CharField(
        help_text="a JSON pointer into the body; empty: the whole body; ?name: a query parameter"
    )
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """An error (RFC 9457). ``code`` is for programs, ``detail`` for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = Code()
    request_id = serializers.CharField()
    errors = Fault(many=True)  # type: ignore[assignment]  # the class has this name, too
