"""``jobs/{id}/`` and ``groups/{group}/wake-up-calls/``: one action for many stays."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import PropertyView, writes
from api.openapi import examples
from api.requests.fields import Day, LocalTime
from api.resources.wake_up_calls import WakeUpCallChangeIn, wake_up_request_of
from hotelpbx.refusals import Refusal
from rooms.models import Group, Job, JobItem
from wakeups.booking import bulk


class FailureOut(serializers.Serializer[Any]):
    """A stay for which the action failed, and why."""

    reference = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Done",
            {
                "state": "completed",
                "total": 40,
                "done": 39,
                "failed": [
                    {
                        "reference": "HB-1042",
                        "code": "stay_not_in_house",
                        "detail": "Stay HB-1042 is not in house: check it in first.",
                    }
                ],
            },
        )
    ]
)
class JobOut(serializers.Serializer[Any]):
    """The progress of a job. ``done`` and ``failed`` grow until they add up to ``total``."""

    state = serializers.ChoiceField(choices=Job.State.choices)
    total = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = FailureOut(many=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample("Job", {"job": "https://desk.example/api/v1/properties/GRAND/jobs/7/"})
    ]
)
class JobStarted(serializers.Serializer[Any]):
    """The URL of the job."""

    job = serializers.URLField()


@extend_schema_serializer(
    examples=[OpenApiExample("Tomorrow", {"date": f"{examples.YEAR}-05-05", "time": "06:30"})]
)
class GroupWakeUpCallIn(WakeUpCallChangeIn):
    """The wake-up call for each stay of the group."""

    date = Day(help_text="the first day")
    time = LocalTime(help_text="hotel local time, HH:MM")


class JobDetail(PropertyView):
    """Available as long as the job is kept (docs/retention.md)."""

    scopes = {"GET": "stays:read"}
    refuses = {"GET": ["job_not_found"]}

    @extend_schema(operation_id="jobs_read", summary="The progress of a job", responses=JobOut)
    def get(self, request: Request, code: str, id: int) -> Response:
        found = Job.objects.filter(property=self.property, pk=id).first()
        if found is None:
            raise Refusal("job_not_found", "There is no such job.", "not_found")
        # Read the state first: a job completed by then has all its results.
        return Response(JobOut(_job(found.state, list(found.items.all()))).data)


class GroupWakeUpCalls(PropertyView):
    """For each stay of the group in house or expected; a failure does not affect the others."""

    scopes = {"POST": "wakeups:write"}
    refuses = {"POST": ["not_found", "wake_up_in_past"]}

    @extend_schema(
        operation_id="groups_wake_up_calls",
        summary="Schedule the same wake-up call for each stay of a group",
        request=GroupWakeUpCallIn,
        responses={202: JobStarted},
    )
    @writes
    def post(self, request: Request, code: str, group: str) -> Response:
        found = Group.objects.filter(property=self.property, code=group).first()
        if found is None:
            raise Refusal("not_found", f"There is no group {group}.", "not_found")
        fields = self.body(request, GroupWakeUpCallIn)
        outside = fields.pop("outside_stay", False)
        job = bulk.create_group_job(
            self.property, found, wake_up_request_of(fields), actor=self.actor, outside_stay=outside
        )
        path = reverse("job", args=[self.property.code, job.pk])
        return Response({"job": request.build_absolute_uri(path)}, status=202)


def _job(state: str, items: Sequence[JobItem]) -> dict[str, Any]:
    return {
        "state": state,
        "total": len(items),
        "done": sum(1 for item in items if item.state == JobItem.State.DONE),
        "failed": [item for item in items if item.state == JobItem.State.FAILED],
    }
