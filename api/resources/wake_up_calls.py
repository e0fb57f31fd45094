"""``wake-up-calls/``"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import paging
from api.base import PropertyView
from api.fields import Body, Day, Flag, LocalTime, Phone, Text, Whole
from hotelpbx.refusals import Refusal
from pbx.outbox import PhoneState
from wakeups import calls
from wakeups.calls import Wish
from wakeups.models import Occasion, WakeUpCall
from wakeups.schedule import WEEKDAYS


class WakeUpCallChangeIn(Body):
    """What may be changed; what is left out stays as it is."""

    date = Day(required=False)
    time = LocalTime(required=False)
    recurrence = serializers.ChoiceField(choices=WakeUpCall.Recurrence.choices, required=False)
    weekdays = serializers.ListField(
        child=serializers.ChoiceField(choices=WEEKDAYS), required=False, max_length=7
    )
    until = Day(required=False, allow_null=True)
    repeats = Whole(required=False, min_value=1, max_value=3)
    repeat_interval = Whole(required=False, min_value=1, max_value=calls.MAX_INTERVAL)
    confirm = Flag(required=False)


class WakeUpCallIn(WakeUpCallChangeIn):
    """A wake-up call for a stay in house."""

    stay = Text(max_length=64)
    date = Day()
    time = LocalTime()


class AttemptOut(serializers.Serializer[Any]):
    """One morning of a call."""

    due_at = serializers.DateTimeField()
    extension = serializers.CharField()
    state = serializers.ChoiceField(choices=Occasion.State.choices)
    rang_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    detail = serializers.CharField()


class WakeUpCallOut(serializers.Serializer[Any]):
    """A wake-up call. ``due_at``: the next occasion; ``outcome``: of the last one."""

    id = serializers.IntegerField()
    stay = serializers.CharField()
    room = serializers.CharField(allow_null=True)
    date = serializers.DateField()
    time = serializers.TimeField(format="%H:%M")
    recurrence = serializers.ChoiceField(choices=WakeUpCall.Recurrence.choices)
    weekdays = serializers.ListField(child=serializers.CharField())
    until = serializers.DateField(allow_null=True)
    repeats = serializers.IntegerField()
    repeat_interval = serializers.IntegerField()
    confirm = serializers.BooleanField()
    status = serializers.ChoiceField(choices=WakeUpCall.Status.choices)
    due_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_null=True)
    phone = Phone()
    attempts = AttemptOut(many=True)


class WakeUpCallPage(serializers.Serializer[Any]):
    results = WakeUpCallOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[WakeUpCall]) -> list[dict[str, Any]]:
    """Wake-up calls for an answer, in a fixed number of queries."""
    states = calls.phone_states(found)
    return [
        dict(WakeUpCallOut(_call(call, states.get(call.pk, PhoneState()))).data) for call in found
    ]


def _call(call: WakeUpCall, phone: PhoneState) -> dict[str, Any]:
    attempts = [each for each in call.occasions.all() if each.state != Occasion.State.WITHDRAWN]
    ended = [each for each in attempts if each.state not in Occasion.OPEN]
    return {
        "id": call.pk,
        "stay": call.stay.reference,
        "room": call.stay.room.number if call.stay.room else None,
        "date": call.date,
        "time": call.time,
        "recurrence": call.recurrence,
        "weekdays": call.weekdays,
        "until": call.until,
        "repeats": call.repeats,
        "repeat_interval": call.repeat_interval,
        "confirm": call.confirm,
        "status": call.status,
        "due_at": call.due_at,
        "outcome": ended[-1].state if ended else None,
        "phone": phone,
        "attempts": attempts,
    }


class CallView(PropertyView):
    """What the resources of wake-up calls share."""

    def rows(self) -> Any:
        """The property's calls with what an answer shows of them."""
        return (
            WakeUpCall.objects.filter(property=self.property)
            .select_related("stay__room", "stay__property__pbx", "property__pbx")
            .prefetch_related("occasions")
        )

    def call(self, number: int) -> WakeUpCall:
        """The call of an address."""
        found: WakeUpCall | None = self.rows().filter(pk=number).first() if number < 2**63 else None
        if found is None:
            raise Refusal("wake_up_call_not_found", "There is no such wake-up call.", "not_found")
        return found


class WakeUpCallList(CallView):
    scopes = {"GET": "wakeups:read", "POST": "wakeups:write"}

    @extend_schema(
        operation_id="wake_up_calls_list",
        summary="Wake-up calls, the newest first",
        parameters=[
            OpenApiParameter("stay"),
            OpenApiParameter("status", enum=WakeUpCall.Status.values),
            paging.LIMIT,
            paging.CURSOR,
        ],
        responses=WakeUpCallPage,
    )
    def get(self, request: Request, code: str) -> Response:
        rows = self.rows()
        if stay := paging.text(request, "stay"):
            rows = rows.filter(stay__reference=stay)
        if status := paging.choice(request, "status", WakeUpCall.Status.values):
            rows = rows.filter(status=status)
        return paging.page(request, rows, render, newest_first=True)

    @extend_schema(
        operation_id="wake_up_calls_create",
        summary="Promise a wake-up call",
        request=WakeUpCallIn,
        responses={201: OpenApiResponse(WakeUpCallOut)},
    )
    def post(self, request: Request, code: str) -> Response:
        fields = self.body(request, WakeUpCallIn)
        stay = self.stay_in_body(fields.pop("stay"))
        call = calls.create(stay, Wish(**_wish(fields)), actor=self.actor)
        return Response(render([self.call(call.pk)])[0], status=201)


class WakeUpCallDetail(CallView):
    scopes = {"GET": "wakeups:read", "PATCH": "wakeups:write", "DELETE": "wakeups:write"}

    @extend_schema(
        operation_id="wake_up_calls_read", summary="One wake-up call", responses=WakeUpCallOut
    )
    def get(self, request: Request, code: str, number: int) -> Response:
        return Response(render([self.call(number)])[0])

    @extend_schema(
        operation_id="wake_up_calls_change",
        summary="Change a wake-up call; the PBX follows",
        request=WakeUpCallChangeIn,
        responses=WakeUpCallOut,
    )
    def patch(self, request: Request, code: str, number: int) -> Response:
        call = self.call(number)
        fields = _wish(self.body(request, WakeUpCallChangeIn))
        if fields.get("recurrence", "weekdays") != "weekdays":
            fields.setdefault("weekdays", ())  # the days belong to what it was before
        if fields.get("recurrence") == "once":
            fields.setdefault("until", None)
        calls.change(call, replace(calls.wish_of(call), **fields), actor=self.actor)
        return Response(render([self.call(number)])[0])

    @extend_schema(
        operation_id="wake_up_calls_cancel",
        summary="Cancel it; it stays on record with status cancelled",
        responses={204: OpenApiResponse(description="Cancelled")},
    )
    def delete(self, request: Request, code: str, number: int) -> Response:
        calls.cancel(self.call(number), actor=self.actor)
        return Response(status=204)


def _wish(fields: dict[str, Any]) -> dict[str, Any]:
    if "weekdays" in fields:
        fields["weekdays"] = tuple(fields["weekdays"])
    return fields
