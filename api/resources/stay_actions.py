"""``stays/{reference}/check-in/`` and the other actions of a stay."""

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
    """All fields are optional: room and class default to those of the reservation.
    ``accept_overlap``: take a room that is reserved for other stays; ``accept_dates``: check in a
    stay whose departure has passed."""

    room = Text(max_length=16, required=False, allow_null=True)
    class_of_service = Text(max_length=64, required=False, allow_null=True)
    sharing = Flag(required=False)
    accept_dirty = Flag(required=False, default=False)


@extend_schema_serializer(examples=[OpenApiExample("Move", {"to_room": "204"})])
class MoveIn(Answers):
    """The new room; ``accept_dirty``: even if it is not clean; ``accept_overlap``: even if it is
    reserved for other stays."""

    to_room = Text(max_length=16)
    accept_dirty = Flag(required=False, default=False)


class NothingIn(Body):
    """An empty object, or no body at all."""


class StayAction(PropertyView):
    """When repeated, changes nothing and answers 200 again."""

    scopes = {"POST": "stays:write"}

    def answer(self, reference: str) -> Response:
        """The response with the present stay."""
        return Response(render([self.stay(reference)])[0])

    def run(self, request: Request, reference: str, act: Callable[..., Stay]) -> Response:
        """Run an action without further fields."""
        stay = self.stay(reference)
        self.body(request, NothingIn)
        act(stay, actor=self.actor)
        return self.answer(reference)


class CheckIn(StayAction):
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
        summary="Check in",
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


class Move(StayAction):
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
        summary="Move to another room, along with phone settings, wake-up calls and charges",
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


class CheckOut(StayAction):
    refuses = {"POST": ["stay_not_found", "stay_not_in_house"]}

    @extend_schema(
        operation_id="stays_check_out",
        summary="Check out; later charges are late charges on this stay",
        request=NothingIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        return self.run(request, reference, lifecycle.check_out)


class Cancel(StayAction):
    refuses = {"POST": ["stay_not_found", "invalid_transition"]}

    @extend_schema(
        operation_id="stays_cancel",
        summary="Cancel the reservation",
        request=NothingIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        return self.run(request, reference, lifecycle.cancel)


class NoShow(StayAction):
    refuses = {"POST": ["stay_not_found", "invalid_transition"]}

    @extend_schema(
        operation_id="stays_no_show",
        summary="Mark the reservation as a no-show",
        request=NothingIn,
        responses={200: StayOut},
    )
    @writes
    def post(self, request: Request, code: str, reference: str) -> Response:
        return self.run(request, reference, lifecycle.no_show)
