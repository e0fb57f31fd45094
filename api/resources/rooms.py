"""``rooms/``"""

import re
from collections.abc import Sequence
from typing import Any, Final

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import PropertyView
from api.fields import Body, Phone
from hotelpbx.refusals import Refusal
from pbx import outbox
from rooms.housekeeping import update_room
from rooms.models import Phone as PhoneRow
from rooms.models import Room, Stay
from rooms.models.hotel import (
    AvailabilityStatus,
    HousekeepingStatus,
    OccupancyStatus,
    ServiceRequest,
)

_ETAG: Final = re.compile(r'(?:W/)?"(\d{1,9})"')


class ExtensionOut(serializers.Serializer[Any]):
    """A phone of the room and its state."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=PhoneRow.Status.choices)


class RoomOut(serializers.Serializer[Any]):
    """A room: four separate axes, its phones, who is in it."""

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
    results = RoomOut(many=True)
    next = serializers.CharField(allow_null=True)


class RoomIn(Body):
    """What may be written."""

    housekeeping_status = serializers.ChoiceField(
        choices=HousekeepingStatus.choices, required=False
    )
    availability_status = serializers.ChoiceField(
        choices=AvailabilityStatus.choices, required=False
    )
    service_request = serializers.ChoiceField(choices=ServiceRequest.choices, required=False)


def render(rooms: Sequence[Room]) -> list[dict[str, Any]]:
    """Rooms of one property for an answer, in four queries."""
    if not rooms:
        return []
    pbx = rooms[0].property.pbx
    phones: dict[int, list[PhoneRow]] = {room.pk: [] for room in rooms}
    for phone in PhoneRow.objects.filter(room__in=rooms):
        phones[phone.room_id].append(phone)
    stays: dict[int, list[str]] = {room.pk: [] for room in rooms}
    in_house = Stay.objects.filter(room__in=rooms, status=Stay.Status.IN_HOUSE).order_by("pk")
    for room_id, reference in in_house.values_list("room", "reference"):
        stays[room_id].append(reference)
    extensions = [phone.extension for found in phones.values() for phone in found]
    states = outbox.extension_states(pbx, extensions) if pbx else {}
    return [
        dict(RoomOut(_room(room, phones[room.pk], stays[room.pk], states)).data) for room in rooms
    ]


def _room(
    room: Room,
    phones: list[PhoneRow],
    stays: list[str],
    states: dict[str, outbox.PhoneState],
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


def _worst(states: list[outbox.PhoneState]) -> outbox.PhoneState:
    for wanted in ("failed", "pending"):
        for state in states:
            if state.state == wanted:
                return state
    return outbox.PhoneState()


class RoomList(PropertyView):
    scopes = {"GET": "rooms:read"}

    @extend_schema(
        operation_id="rooms_list",
        summary="All rooms",
        parameters=[paging.LIMIT, paging.CURSOR],
        responses=RoomPage,
    )
    def get(self, request: Request, code: str) -> Response:
        rooms = Room.objects.select_related("property__pbx").filter(property=self.property)
        return paging.page(request, rooms, render)


class RoomDetail(PropertyView):
    scopes = {"GET": "rooms:read", "PATCH": "rooms:write"}

    @extend_schema(operation_id="rooms_read", summary="One room, with an ETag", responses=RoomOut)
    def get(self, request: Request, code: str, number: str) -> Response:
        return self._answer(self.room(number))

    @extend_schema(
        operation_id="rooms_change",
        summary="Set cleaning, availability or the request for service; If-Match is honoured",
        request=RoomIn,
        responses=RoomOut,
    )
    def patch(self, request: Request, code: str, number: str) -> Response:
        room = self.room(number)
        axes = self.body(request, RoomIn)
        changed = update_room(
            room, actor=self.actor, expected_version=_expected_version(request, room), **axes
        )
        return self._answer(self.room(changed.number))

    def _answer(self, room: Room) -> Response:
        response = Response(render([room])[0])
        response["ETag"] = f'"{room.version}"'
        return response


def _expected_version(request: Request, room: Room) -> int | None:
    """What ``If-Match`` names; one of several is enough."""
    given = request.headers.get("If-Match", "").strip()
    if not given or given == "*":
        return None
    versions = [int(found) for found in _ETAG.findall(given)]
    if room.version in versions:
        return room.version
    raise Refusal(
        "precondition_failed",
        f"Room {room.number} was changed meanwhile: read it again.",
        "precondition",
    )
