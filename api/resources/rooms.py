"""``rooms/``: their statuses, phones and stays."""

from collections.abc import Sequence
from typing import Any, Final

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiParameter,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.answers import Phone
from api.base import PropertyView, writes
from api.openapi import examples
from api.requests import paging, queries
from api.requests.fields import Body, Choice
from hotelpbx.refusals import Refusal
from pbx import outbox
from pbx.outbox import PhoneState
from rooms.housekeeping import update_room
from rooms.models import Occupancy, Room
from rooms.models import Phone as PhoneRow
from rooms.models.property import (
    AvailabilityStatus,
    HousekeepingStatus,
    OccupancyStatus,
    ServiceRequest,
)

_ETAG_HEADER: Final = OpenApiParameter(
    "ETag", location=OpenApiParameter.HEADER, response=[200], description="the room's version"
)
_IF_MATCH: Final = OpenApiParameter(
    "If-Match",
    OpenApiTypes.STR,
    location=OpenApiParameter.HEADER,
    description="the ETag as read before: 412 if the room has been changed since",
)


class ExtensionOut(serializers.Serializer[Any]):
    """A phone of the room and its status."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=PhoneRow.Status.choices)


@extend_schema_serializer(examples=[OpenApiExample("Room", examples.ROOM)])
class RoomOut(serializers.Serializer[Any]):
    """A room. ``stays``: references of the stays in it, that of the phone's main guest first."""

    number = serializers.CharField()
    floor = serializers.CharField()
    type = serializers.CharField()
    extensions = ExtensionOut(many=True)
    occupancy_status = serializers.ChoiceField(choices=OccupancyStatus.choices)
    housekeeping_status = serializers.ChoiceField(choices=HousekeepingStatus.choices)
    availability_status = serializers.ChoiceField(choices=AvailabilityStatus.choices)
    service_request = serializers.ChoiceField(choices=ServiceRequest.choices)
    stays = serializers.ListField(child=serializers.CharField())
    phone = Phone()


class RoomPage(serializers.Serializer[Any]):
    """One page of rooms."""

    results = RoomOut(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema_serializer(
    examples=[OpenApiExample("Cleaned", {"housekeeping_status": "inspected"})]
)
class RoomIn(Body):
    """The writable fields; omitted fields are not changed."""

    housekeeping_status = Choice(HousekeepingStatus.choices, required=False)
    availability_status = Choice(AvailabilityStatus.choices, required=False)
    service_request = Choice(ServiceRequest.choices, required=False)


def render(rooms: Sequence[Room]) -> list[dict[str, Any]]:
    """Rooms of one property for a response, in three queries."""
    if not rooms:
        return []
    phones: dict[int, list[PhoneRow]] = {room.pk: [] for room in rooms}
    for phone in PhoneRow.objects.filter(room__in=rooms):
        phones[phone.room_id].append(phone)
    stays: dict[int, list[str]] = {room.pk: [] for room in rooms}
    held = Occupancy.objects.filter(room__in=rooms, until__isnull=True).order_by("since", "pk")
    for room_id, reference in held.values_list("room", "stay__reference"):
        stays[room_id].append(reference)
    pbx = rooms[0].property.pbx
    extensions = [phone.extension for found in phones.values() for phone in found]
    states = outbox.states_by_extension(pbx, extensions) if pbx else {}
    return [
        dict(RoomOut(_room(room, phones[room.pk], stays[room.pk], states)).data) for room in rooms
    ]


def _room(
    room: Room, phones: list[PhoneRow], stays: list[str], states: dict[str, PhoneState]
) -> dict[str, Any]:
    own = [states[phone.extension] for phone in phones if phone.extension in states]
    return {
        "number": room.number,
        "floor": room.floor,
        "type": room.type,
        "extensions": [{"number": each.extension, "status": each.status} for each in phones],
        "occupancy_status": room.occupancy_status,
        "housekeeping_status": room.housekeeping_status,
        "availability_status": room.availability_status,
        "service_request": room.service_request,
        "stays": stays,
        "phone": _worst(own),
    }


def _worst(states: list[PhoneState]) -> PhoneState:
    for wanted in ("failed", "pending"):
        for state in states:
            if state.state == wanted:
                return state
    return PhoneState()


class RoomList(PropertyView):
    """In natural order: 9, 10, 101, 1001, A1, A10."""

    scopes = {"GET": "rooms:read"}
    parameters = queries.PAGED

    @extend_schema(operation_id="rooms_list", summary="All rooms", responses=RoomPage)
    def get(self, request: Request, code: str) -> Response:
        rooms = Room.objects.select_related("property__pbx").filter(property=self.property)
        return paging.page_of_rooms(request, rooms, render)


class RoomDetail(PropertyView):
    """Occupancy is changed only by check-in, check-out and move."""

    scopes = {"GET": "rooms:read", "PATCH": "rooms:write"}
    refuses = {"GET": ["room_not_found"], "PATCH": ["room_not_found", "precondition_failed"]}

    @extend_schema(
        operation_id="rooms_read",
        summary="One room",
        parameters=[_ETAG_HEADER],
        responses=RoomOut,
    )
    def get(self, request: Request, code: str, number: str) -> Response:
        return self._answer(self.room(number))

    @extend_schema(
        operation_id="rooms_change",
        summary="Set housekeeping status, availability or service request",
        parameters=[_ETAG_HEADER, _IF_MATCH],
        request=RoomIn,
        responses=RoomOut,
    )
    @writes
    def patch(self, request: Request, code: str, number: str) -> Response:
        room = self.room(number)
        axes = self.body(request, RoomIn)
        changed = update_room(
            room, actor=self.actor, expected_version=_expected_version(request, room), **axes
        )
        return self._answer(changed)

    def _answer(self, room: Room) -> Response:
        response = Response(render([room])[0])
        response["ETag"] = f'"{room.version}"'
        return response


def _expected_version(request: Request, room: Room) -> int | None:
    """The version in ``If-Match``; one of several is enough, ``*`` is any (RFC 9110, 13.1.1).

    ``W/`` is ignored: compressing proxies put it before our ETag.
    """
    given = request.headers.get("If-Match")
    if given is None or given.strip() == "*":
        return None
    if f'"{room.version}"' in [each.strip().removeprefix("W/") for each in given.split(",")]:
        return room.version
    raise Refusal(
        "precondition_failed",
        f"Room {room.number} has been changed in the meantime: read it again.",
        "precondition",
    )
