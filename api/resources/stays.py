"""``stays/``"""

from collections.abc import Sequence
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import PropertyView
from api.fields import Body, Day, Flag, Money, Phone, Text, money
from billing.folio import balances
from pbx import outbox
from rooms import stays
from rooms.models import Stay
from rooms.phones import subject_of
from rooms.reservations import GuestDetails, StayDetails, save_stay


class GuestIn(Body):
    """A person. The first is the main guest: his name stands on the phone."""

    first_name = Text(max_length=120, required=False, allow_blank=True, default="")
    last_name = Text(max_length=120)
    title = Text(max_length=32, required=False, allow_blank=True, default="")
    language = Text(max_length=16, required=False, allow_blank=True, default="")
    vip = Flag(required=False, default=False)


class StayIn(Body):
    """What may be written; what is left out stays as it is."""

    guests = GuestIn(many=True, required=False, allow_empty=False, max_length=20)  # type: ignore[call-arg]
    arrival = Day(required=False)
    departure = Day(required=False)
    room = Text(max_length=16, required=False, allow_null=True)
    class_of_service = Text(max_length=64, required=False, allow_null=True)
    group = Text(max_length=64, required=False, allow_null=True, allow_blank=True)
    notes = Text(max_length=4000, required=False, allow_blank=True)


class CheckInIn(Body):
    room = Text(max_length=16, required=False, allow_null=True)
    class_of_service = Text(max_length=64, required=False, allow_null=True)
    sharing = Flag(required=False, default=False)
    accept_dirty = Flag(required=False, default=False)


class MoveIn(Body):
    to_room = Text(max_length=16)
    accept_dirty = Flag(required=False, default=False)


class Nothing(Body):
    """An empty object, or no body at all."""


class GuestOut(serializers.Serializer[Any]):
    first_name = serializers.CharField()
    last_name = serializers.CharField()
    title = serializers.CharField()
    language = serializers.CharField()
    vip = serializers.BooleanField()


class StayOut(serializers.Serializer[Any]):
    """A stay. ``balance``: what is owed; ``phone``: how far the phone work is."""

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
    phone = Phone()


class StayPage(serializers.Serializer[Any]):
    results = StayOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[Stay]) -> list[dict[str, Any]]:
    """Stays for an answer, in a fixed number of queries."""
    owed = balances(found)
    states = outbox.states([subject_of(stay) for stay in found])
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
                    "phone": states[subject_of(stay)],
                }
            ).data
        )
        for stay in found
    ]


class StayList(PropertyView):
    scopes = {"GET": "stays:read"}

    @extend_schema(
        operation_id="stays_list",
        summary="Stays, the newest first",
        parameters=[
            OpenApiParameter("status", enum=Stay.Status.values),
            OpenApiParameter("room"),
            OpenApiParameter("group"),
            paging.LIMIT,
            paging.CURSOR,
        ],
        responses=StayPage,
    )
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
    scopes = {"GET": "stays:read", "PUT": "stays:write"}

    @extend_schema(operation_id="stays_read", summary="One stay", responses=StayOut)
    def get(self, request: Request, code: str, reference: str) -> Response:
        return Response(render([self.stay(reference)])[0])

    @extend_schema(
        operation_id="stays_write",
        summary="Create the stay of this reference, or change it",
        request=StayIn,
        responses={200: StayOut, 201: StayOut},
    )
    def put(self, request: Request, code: str, reference: str) -> Response:
        fields = self.body(request, StayIn)
        details = StayDetails(
            guests=(
                [GuestDetails(**guest) for guest in fields["guests"]]
                if "guests" in fields
                else None
            ),
            arrival=fields.get("arrival"),
            departure=fields.get("departure"),
            room=self.room_in_body(fields.get("room")),
            class_of_service=self.class_in_body(fields.get("class_of_service")),
            group=fields.get("group"),
            notes=fields.get("notes"),
        )
        _, is_new = save_stay(self.property, reference, details, actor=self.actor)
        return Response(render([self.stay(reference)])[0], status=201 if is_new else 200)


class StayAct(PropertyView):
    """POST to a stay; each act repeated changes nothing."""

    scopes = {"POST": "stays:write"}

    def answer(self, reference: str) -> Response:
        """The stay as it is now."""
        return Response(render([self.stay(reference)])[0])


class CheckIn(StayAct):
    @extend_schema(
        operation_id="stays_check_in",
        summary="The guests come in",
        request=CheckInIn,
        responses={200: OpenApiResponse(StayOut)},
    )
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        fields = self.body(request, CheckInIn)
        stays.check_in(
            stay,
            actor=self.actor,
            room=self.room_in_body(fields.get("room")),
            class_of_service=self.class_in_body(fields.get("class_of_service")),
            sharing=fields["sharing"],
            accept_dirty=fields["accept_dirty"],
        )
        return self.answer(reference)


class Move(StayAct):
    @extend_schema(
        operation_id="stays_move",
        summary="The guests go to another room; phone, wake-up calls and charges go along",
        request=MoveIn,
        responses={200: OpenApiResponse(StayOut)},
    )
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        fields = self.body(request, MoveIn)
        to_room = self.room_in_body(fields["to_room"], "/to_room")
        if to_room is not None:
            stays.move(stay, to_room, actor=self.actor, accept_dirty=fields["accept_dirty"])
        return self.answer(reference)


class CheckOut(StayAct):
    @extend_schema(
        operation_id="stays_check_out",
        summary="The guests leave; charges that come later are late charges on this stay",
        request=Nothing,
        responses={200: OpenApiResponse(StayOut)},
    )
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        self.body(request, Nothing)
        stays.check_out(stay, actor=self.actor)
        return self.answer(reference)


class Cancel(StayAct):
    @extend_schema(
        operation_id="stays_cancel",
        summary="The reservation is called off",
        request=Nothing,
        responses={200: OpenApiResponse(StayOut)},
    )
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        self.body(request, Nothing)
        stays.cancel(stay, actor=self.actor)
        return self.answer(reference)


class NoShow(StayAct):
    @extend_schema(
        operation_id="stays_no_show",
        summary="The guests did not come",
        request=Nothing,
        responses={200: OpenApiResponse(StayOut)},
    )
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        self.body(request, Nothing)
        stays.no_show(stay, actor=self.actor)
        return self.answer(reference)
