"""``stays/{reference}/check-in/`` and its siblings: the way of a stay through the house."""

from collections.abc import Callable

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import PropertyView, writes
from api.requests.fields import Body, Flag, Text
from api.requests.questions import Answers, override_in
from api.resources.stays import StayOut, render
from rooms.models import Stay
from rooms.stays import lifecycle


@extend_schema_serializer(examples=[OpenApiExample("Into a room", {"room": "203"})])
class CheckInIn(Answers):
    """All optional: room and class are those of the reservation unless said otherwise.
    ``accept_overlap`` takes a room that others have reserved, ``accept_dates`` a stay that should
    be over."""

    room = Text(max_length=16, required=False, allow_null=True)
    class_of_service = Text(max_length=64, required=False, allow_null=True)
    sharing = Flag(required=False)
    accept_dirty = Flag(required=False, default=False)


@extend_schema_serializer(examples=[OpenApiExample("Move", {"to_room": "204"})])
class MoveIn(Answers):
    """Where to; ``accept_dirty`` takes the room as it is, ``accept_overlap`` one that others have
    reserved."""

    to_room = Text(max_length=16)
    accept_dirty = Flag(required=False, default=False)


class NothingIn(Body):
    """An empty object, or no body at all."""


class StayAct(PropertyView):
    """Repeated, it changes nothing and answers 200 again."""

    scopes = {"POST": "stays:write"}

    def answer(self, reference: str) -> Response:
        """The stay as it is now."""
        return Response(render([self.stay(reference)])[0])

    def plainly(self, request: Request, reference: str, act: Callable[..., Stay]) -> Response:
        """An act about which there is nothing more to say."""
        stay = self.stay(reference)
        self.body(request, NothingIn)
        act(stay, actor=self.actor)
        return self.answer(reference)


class CheckIn(StayAct):
    refuses = {
        "POST": [
            "stay_not_found",
            "room_occupied",
            "room_not_ready",
            "room_out_of_order",
            "invalid_transition",
            "room_not_found:422",
        ]
    }

    @extend_schema(
        operation_id="stays_check_in",
        summary="The guests come in",
        request=CheckInIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        fields = self.body(request, CheckInIn)
        lifecycle.check_in(
            stay,
            actor=self.actor,
            room=self.room_in_body(fields.get("room")),
            class_of_service=self.class_in_body(fields.get("class_of_service")),
            sharing=fields.get("sharing"),
            accept_dirty=fields["accept_dirty"],
            override=override_in(fields),
        )
        return self.answer(reference)


class Move(StayAct):
    refuses = {
        "POST": [
            "stay_not_found",
            "stay_not_in_house",
            "room_occupied",
            "room_not_ready",
            "room_out_of_order",
            "room_not_found:422",
        ]
    }

    @extend_schema(
        operation_id="stays_move",
        summary="The guests go to another room; phone, wake-up calls and charges go along",
        request=MoveIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        stay = self.stay(reference)
        fields = self.body(request, MoveIn)
        to_room = self.room_in_body(fields["to_room"], "/to_room")
        assert to_room is not None  # noqa: S101  the body must name one
        lifecycle.move(
            stay,
            to_room,
            actor=self.actor,
            accept_dirty=fields["accept_dirty"],
            override=override_in(fields),
        )
        return self.answer(reference)


class CheckOut(StayAct):
    refuses = {"POST": ["stay_not_found", "stay_not_in_house"]}

    @extend_schema(
        operation_id="stays_check_out",
        summary="The guests leave; charges that come later are late charges on this stay",
        request=NothingIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        return self.plainly(request, reference, lifecycle.check_out)


class Cancel(StayAct):
    refuses = {"POST": ["stay_not_found", "invalid_transition"]}

    @extend_schema(
        operation_id="stays_cancel",
        summary="The reservation is called off",
        request=NothingIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        return self.plainly(request, reference, lifecycle.cancel)


class NoShow(StayAct):
    refuses = {"POST": ["stay_not_found", "invalid_transition"]}

    @extend_schema(
        operation_id="stays_no_show",
        summary="The guests did not come",
        request=NothingIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        return self.plainly(request, reference, lifecycle.no_show)
