"""``wake-up-calls/``: wake-up calls of guests, and their outcomes."""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import QuerySet
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
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
from api.requests.fields import Body, Choice, Day, Flag, LocalTime, Text, Whole
from hotelpbx.refusals import Refusal
from pbx.outbox import PhoneState
from rooms.models import Stay
from wakeups.booking import calls
from wakeups.booking.requests import MAX_INTERVAL, WakeUpRequest
from wakeups.booking.stay_dates import is_outside
from wakeups.models import Attempt, Occurrence, WakeUpCall
from wakeups.occurrences import outcome_of
from wakeups.schedule import WEEKDAYS

_OUTCOME_CHOICES: Final = ["completed", "confirmed", "no_answer", "unknown", "failed"]


@extend_schema_serializer(examples=[OpenApiExample("Later", {"time": "07:30"})])
class WakeUpCallChangeIn(Body):
    """The writable fields; omitted fields are not changed."""

    date = Day(required=False, help_text="the first day")
    time = LocalTime(required=False, help_text="hotel local time, HH:MM")
    recurrence = Choice(WakeUpCall.Recurrence.choices, required=False)
    weekdays = serializers.ListField(
        child=Choice(WEEKDAYS),
        required=False,
        max_length=7,
        help_text="for recurrence weekdays only",
    )
    until = Day(
        required=False, allow_null=True, help_text="the last day; null: the day of departure"
    )
    repeats = Whole(required=False, min_value=1, max_value=3)
    repeat_interval = Whole(
        required=False, min_value=1, max_value=MAX_INTERVAL, help_text="minutes"
    )
    confirm = Flag(required=False)
    outside_stay = Flag(
        required=False,
        help_text="true: accept that it is first due after the departure, or before the "
        "arrival; otherwise 422",
    )


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Once", {"stay": "HB-1042", "date": f"{examples.YEAR}-05-05", "time": "07:00"}
        ),
        OpenApiExample(
            "On working days",
            {
                "stay": "HB-1042",
                "date": f"{examples.YEAR}-05-05",
                "time": "06:30",
                "recurrence": "weekdays",
                "weekdays": ["mon", "tue", "wed", "thu", "fri"],
                "until": f"{examples.YEAR}-05-15",
            },
        ),
    ]
)
class WakeUpCallIn(WakeUpCallChangeIn):
    """A wake-up call for a stay in house."""

    stay = Text(max_length=64)
    date = Day(help_text="the first day")
    time = LocalTime(help_text="hotel local time, HH:MM")


@extend_schema_serializer(component_name="Sign")
class ObservationOut(serializers.Serializer[Any]):
    """An observation of the phone during the attempt."""

    at = serializers.DateTimeField()
    report = serializers.CharField(source="kind")
    callid = serializers.CharField()
    detail = serializers.CharField(help_text="reason, status of the record, or keys")


class AttemptOut(serializers.Serializer[Any]):
    """One attempt to reach the guest: an alarm of the PBX, an outgoing call, the desk, a person.

    ``started_at``: when it rang, or the call was placed; ``callid``: of outgoing calls.
    """

    kind = serializers.ChoiceField(choices=Attempt.Kind.choices)
    status = serializers.ChoiceField(choices=WakeUpCall.Status.choices, source="result")
    extension = serializers.CharField()
    due_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    answered_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    callid = serializers.CharField()
    detail = serializers.CharField()
    evidence = ObservationOut(many=True, source="observations")


@extend_schema_serializer(examples=[OpenApiExample("Call", examples.WAKE_UP_CALL)])
class WakeUpCallOut(serializers.Serializer[Any]):
    """A wake-up call. ``due_at``: the next occurrence; ``outcome``: how the last one ended."""

    id = serializers.IntegerField()
    stay = serializers.CharField()
    room = serializers.CharField(allow_null=True)
    date = serializers.DateField()
    time = LocalTime()
    recurrence = serializers.ChoiceField(choices=WakeUpCall.Recurrence.choices)
    weekdays = serializers.ListField(child=serializers.ChoiceField(choices=WEEKDAYS))
    until = serializers.DateField(allow_null=True)
    repeats = serializers.IntegerField()
    repeat_interval = serializers.IntegerField()
    confirm = serializers.BooleanField()
    status = serializers.ChoiceField(choices=WakeUpCall.Status.choices)
    due_at = serializers.DateTimeField(allow_null=True)
    outside_stay = serializers.BooleanField(
        help_text="due_at is after the present departure, or before the present arrival"
    )
    phone = Phone()
    outcome = serializers.ChoiceField(choices=_OUTCOME_CHOICES, allow_null=True)
    attempts = AttemptOut(many=True)


class WakeUpCallPage(serializers.Serializer[Any]):
    """One page of wake-up calls."""

    results = WakeUpCallOut(many=True)
    next = serializers.CharField(allow_null=True)


def render(found: Sequence[WakeUpCall]) -> list[dict[str, Any]]:
    """Wake-up calls for a response, in a fixed number of queries."""
    states = calls.phone_states(found)
    return [
        dict(WakeUpCallOut(_call(call, states.get(call.pk, PhoneState()))).data) for call in found
    ]


def _call(call: WakeUpCall, phone: PhoneState) -> dict[str, Any]:
    outcomes = [outcome for each in call.occurrences.all() if (outcome := outcome_of(each))]
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
        "outside_stay": is_outside(call.stay, call.due_at),
        "phone": phone,
        "outcome": outcomes[-1] if outcomes else None,
        "attempts": [each for every in call.occurrences.all() for each in _attempts(every)],
    }


def _attempts(occurrence: Occurrence) -> list[Attempt]:
    """The attempts of an occurrence; of a withdrawn one, only those that had begun."""
    withdrawn = occurrence.state == Occurrence.State.WITHDRAWN
    return [each for each in occurrence.attempts.all() if each.started_at or not withdrawn]


class WakeUpCallView(PropertyView):
    """Base of the views of wake-up calls."""

    def rows(self) -> QuerySet[WakeUpCall]:
        """The property's wake-up calls, selected with what a response needs."""
        return (
            WakeUpCall.objects.filter(property=self.property)
            .select_related("stay__room", "stay__property__pbx", "property__pbx")
            .prefetch_related("occurrences__attempts")
        )

    def call(self, id_: int) -> WakeUpCall:
        """The wake-up call named in the URL."""
        found = self.rows().filter(pk=id_).first()
        if found is None:
            raise Refusal("wake_up_call_not_found", "There is no such wake-up call.", "not_found")
        return found


class WakeUpCallList(WakeUpCallView):
    """Of every status by default."""

    scopes = {"GET": "wakeups:read", "POST": "wakeups:write"}
    refuses = {
        "POST": [
            "stay_not_found:422",
            "stay_not_in_house",
            "wake_up_in_past",
            "wake_up_exists",
        ]
    }
    parameters = (
        queries.text("stay", "only calls of this stay"),
        queries.text("room", "only calls of stays that are in this room"),
        queries.text("group", "only calls of stays of this group"),
        queries.choice("status", "only calls of this status", WakeUpCall.Status.values),
        *queries.PAGED,
    )

    @extend_schema(
        operation_id="wake_up_calls_list",
        summary="Wake-up calls, the newest first",
        responses=WakeUpCallPage,
    )
    def get(self, request: Request, code: str) -> Response:
        rows = self.rows()
        if stay := paging.text(request, "stay"):
            rows = rows.filter(stay__reference=stay)
        if room := paging.text(request, "room"):
            rows = rows.filter(stay__room__number=room, stay__status=Stay.Status.IN_HOUSE)
        if group := paging.text(request, "group"):
            rows = rows.filter(stay__group__code=group)
        if status := paging.choice(request, "status", WakeUpCall.Status.values):
            rows = rows.filter(status=status)
        return paging.page(request, rows, render, newest_first=True)

    @extend_schema(
        operation_id="wake_up_calls_create",
        summary="Schedule a wake-up call",
        request=WakeUpCallIn,
        responses={201: WakeUpCallOut},
    )
    @writes
    def post(self, request: Request, code: str) -> Response:
        fields = self.body(request, WakeUpCallIn)
        stay = self.stay_in_body(fields.pop("stay"))
        outside = fields.pop("outside_stay", False)
        call = calls.create(
            stay, wake_up_request_of(fields), actor=self.actor, outside_stay=outside
        )
        return Response(render([self.call(call.pk)])[0], status=201)


class WakeUpCallDetail(WakeUpCallView):
    """Past and cancelled wake-up calls remain available."""

    scopes = {"GET": "wakeups:read", "PATCH": "wakeups:write", "DELETE": "wakeups:write"}
    refuses = {
        "GET": ["wake_up_call_not_found"],
        "PATCH": [
            "wake_up_call_not_found",
            "invalid_transition",
            "wake_up_in_past",
            "wake_up_exists",
        ],
        "DELETE": ["wake_up_call_not_found", "invalid_transition"],
    }

    @extend_schema(
        operation_id="wake_up_calls_read", summary="One wake-up call", responses=WakeUpCallOut
    )
    def get(self, request: Request, code: str, id: int) -> Response:
        return Response(render([self.call(id)])[0])

    @extend_schema(
        operation_id="wake_up_calls_change",
        summary="Change a wake-up call, and its alarms on the PBX",
        request=WakeUpCallChangeIn,
        responses=WakeUpCallOut,
    )
    @writes
    def patch(self, request: Request, code: str, id: int) -> Response:
        call = self.call(id)
        fields = _wake_up_request(self.body(request, WakeUpCallChangeIn))
        outside = fields.pop("outside_stay", False)
        if fields.get("recurrence", "weekdays") != "weekdays":
            fields.setdefault("weekdays", ())  # they belong to the previous recurrence
        if fields.get("recurrence") == "once":
            fields.setdefault("until", None)
        calls.amend(call, fields, actor=self.actor, outside_stay=outside)
        return Response(render([self.call(id)])[0])

    @extend_schema(
        operation_id="wake_up_calls_cancel",
        summary="Cancel a wake-up call; it remains with status cancelled",
        responses={204: OpenApiResponse(description="It is cancelled.")},
    )
    @writes
    def delete(self, request: Request, code: str, id: int) -> Response:
        calls.cancel(self.call(id), actor=self.actor)
        return Response(status=204)


def wake_up_request_of(fields: dict[str, Any]) -> WakeUpRequest:
    """The wake-up request in a validated body."""
    return WakeUpRequest(**_wake_up_request(fields))


def _wake_up_request(fields: dict[str, Any]) -> dict[str, Any]:
    if "weekdays" in fields:
        fields["weekdays"] = tuple(fields["weekdays"])
    return fields
