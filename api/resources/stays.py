"""``stays/``: creating and changing reservations."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal

from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import Money, Phone
from api.base import PropertyView, writes
from api.openapi import examples
from api.requests import paging, queries
from api.requests.fields import MONEY_SCHEMA, Amount, Body, Day, Flag, Text
from api.requests.questions import Answers, override_in
from billing.ledger.balances import balances
from billing.payloads import money
from pbx import outbox
from rooms.models import Stay
from rooms.phones.provisioning import command_subject
from rooms.stays.details import GuestDetails, StayDetails
from rooms.stays.reservations import save_stay


@extend_schema_field({"oneOf": [*MONEY_SCHEMA["oneOf"], {"type": "string", "maxLength": 0}]})
class CreditLimit(Amount):
    """Money, or an empty string: use the limit of the class of service."""

    def to_internal_value(self, data: Any) -> Any:
        return "" if data == "" else super().to_internal_value(data)


class GuestIn(Body):
    """A guest; one of the names may be empty. The first is the main guest, whose name is shown on
    the phone.

    If ``title``, ``language`` or ``vip`` is omitted, a guest of that name keeps the present value.
    """

    first_name = Text(max_length=120, required=False, allow_blank=True, default="")
    last_name = Text(max_length=120, required=False, allow_blank=True, default="")
    title = Text(max_length=32, required=False, allow_blank=True)
    language = Text(max_length=16, required=False, allow_blank=True)
    vip = Flag(required=False)


@extend_schema_serializer(
    examples=[
        OpenApiExample("Reservation", examples.RESERVATION),
        OpenApiExample("Longer stay", {"departure": f"{examples.YEAR}-05-09"}),
    ]
)
class StayIn(Answers):
    """The writable fields; omitted fields are not changed. null clears ``room``,
    ``class_of_service``, ``group``, ``notes`` and ``credit_limit`` (that of the class of service
    applies again).

    A new stay needs ``guests`` and ``departure``; its ``arrival`` defaults to today.
    ``sharing``: it may share its room with other stays.
    """

    guests: serializers.ListSerializer[Any] = serializers.ListSerializer(
        child=GuestIn(), required=False, allow_empty=False, max_length=20
    )
    arrival = Day(required=False)
    departure = Day(required=False)
    room = Text(max_length=16, required=False, allow_null=True)
    class_of_service = Text(max_length=64, required=False, allow_null=True)
    group = Text(max_length=64, required=False, allow_null=True, allow_blank=True)
    sharing = Flag(required=False)
    notes = Text(max_length=4000, required=False, allow_null=True, allow_blank=True)
    credit_limit = CreditLimit(required=False, allow_null=True)


class GuestOut(serializers.Serializer[Any]):
    """A guest of a stay."""

    first_name = serializers.CharField()
    last_name = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    vip = serializers.BooleanField()


@extend_schema_serializer(examples=[OpenApiExample("Stay", examples.STAY)])
class StayOut(serializers.Serializer[Any]):
    """A stay. ``balance``: what is owed; ``credit_limit``: of the stay or its class of service,
    null if unlimited; ``phone_barred``: the limit is reached; ``phone``: the state of the phone
    commands."""

    reference = serializers.CharField()
    status = serializers.ChoiceField(choices=Stay.Status.choices)
    room = serializers.CharField(allow_null=True)
    guests = GuestOut(many=True)
    group = serializers.CharField(allow_null=True)
    arrival = serializers.DateField()
    departure = serializers.DateField()
    checked_in_at = serializers.DateTimeField(allow_null=True)
    checked_out_at = serializers.DateTimeField(allow_null=True)
    class_of_service = serializers.CharField(allow_null=True)
    sharing = serializers.BooleanField()
    notes = serializers.CharField()
    balance = Money()
    credit_limit = Money(allow_null=True)
    phone_barred = serializers.BooleanField()
    phone = Phone()


class StayPage(serializers.Serializer[Any]):
    """One page of stays."""

    results = StayOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Stay]) -> list[dict[str, Any]]:
    """Stays for a response, in a fixed number of queries."""
    owed = balances(found)
    states = outbox.states_by_subject([command_subject(stay) for stay in found])
    return [
        dict(
            StayOut(
                {
                    "reference": stay.reference,
                    "status": stay.status,
                    "room": stay.room.number if stay.room else None,
                    "guests": list(stay.guests.all()),
                    "group": stay.group.code if stay.group else None,
                    "arrival": stay.arrival,
                    "departure": stay.departure,
                    "checked_in_at": stay.checked_in_at,
                    "checked_out_at": stay.checked_out_at,
                    "class_of_service": (
                        stay.class_of_service.name if stay.class_of_service else None
                    ),
                    "sharing": stay.sharing,
                    "notes": stay.notes,
                    "balance": money(owed[stay.pk], stay.property.currency),
                    "credit_limit": (
                        None
                        if stay.credit_limit is None
                        else money(stay.credit_limit, stay.property.currency)
                    ),
                    "phone_barred": stay.phone_barred,
                    "phone": states[command_subject(stay)],
                }
            ).data
        )
        for stay in found
    ]


class StayList(PropertyView):
    """Of every status by default."""

    scopes = {"GET": "stays:read"}
    parameters = (
        queries.choice("status", "only stays of this status", Stay.Status.values),
        queries.text("room", "only stays in this room, or last in it"),
        queries.text("group", "only stays of this group"),
        *queries.PAGED,
    )

    @extend_schema(operation_id="stays_list", summary="Stays, the newest first", responses=StayPage)
    def get(self, request: Request, code: str) -> Response:
        rows = (
            Stay.objects.filter(property=self.property)
            .select_related("property", "room", "class_of_service", "group")
            .prefetch_related("guests")
        )
        if status := paging.choice(request, "status", Stay.Status.values):
            rows = rows.filter(status=status)
        if room := paging.text(request, "room"):
            rows = rows.filter(room__number=room)
        if group := paging.text(request, "group"):
            rows = rows.filter(group__code=group)
        return paging.page(request, rows, render, newest_first=True)


class StayDetail(PropertyView):
    """The reference is assigned by the PMS."""

    scopes = {"GET": "stays:read", "PUT": "stays:write"}
    refuses = {
        "GET": ["stay_not_found"],
        "PUT": ["room_not_found:422", "room_occupied", "invalid_transition"],
    }

    @extend_schema(operation_id="stays_read", summary="One stay", responses=StayOut)
    def get(self, request: Request, code: str, reference: str) -> Response:
        return Response(render([self.stay(reference)])[0])

    @extend_schema(
        operation_id="stays_write",
        summary="Create the stay with this reference (201), or change it (200)",
        request=StayIn,
        responses={200: StayOut, 201: StayOut},
    )
    @writes
    def put(self, request: Request, code: str, reference: str) -> Response:
        fields = self.body(request, StayIn)
        guests = fields.get("guests")
        details = StayDetails(
            guests=[GuestDetails(**guest) for guest in guests] if guests else None,
            arrival=fields.get("arrival"),
            departure=fields.get("departure"),
            room=self.room_in_body(fields.get("room")) or _emptied(fields, "room"),
            class_of_service=self.class_in_body(fields.get("class_of_service"))
            or _emptied(fields, "class_of_service"),
            group=fields.get("group") or _emptied(fields, "group"),
            notes=fields.get("notes") or _emptied(fields, "notes"),
            credit_limit=_limit(fields),
            sharing=fields.get("sharing"),
        )
        _, is_new = save_stay(
            self.property, reference, details, actor=self.actor, override=override_in(fields)
        )
        return Response(render([self.stay(reference)])[0], status=201 if is_new else 200)


def _emptied(fields: Mapping[str, Any], name: str) -> Literal[""] | None:
    """An empty string for null or an empty string; None if omitted."""
    return "" if name in fields else None


def _limit(fields: Mapping[str, Any]) -> Decimal | Literal[""] | None:
    found: Decimal | Literal[""] | None = fields.get("credit_limit")
    return _emptied(fields, "credit_limit") if found is None else found
