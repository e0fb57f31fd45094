"""``attention/``: items that need a person's decision."""

from typing import Any, Final

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import PropertyView, writes
from api.models import ApiKey
from api.openapi import examples
from api.requests.fields import Body, Choice, Text
from rooms.operations import attention
from rooms.operations.attention import Decision, Item

ACTIONS: Final = ["assign", "count", "discard", "retry", "replay", "acknowledge"]
KINDS: Final = [
    "unclaimed_call",
    "unclaimed_minibar",
    "unrated_call",
    "repeated_entry",
    "parked_report",
    "failed_command",
    "wake_up_alarm",
    "emergency_call",
]


@extend_schema_serializer(examples=[OpenApiExample("Item", examples.ITEM)])
class AttentionItemOut(serializers.Serializer[Any]):
    """An item that waits. ``suggestions``: references of stays, likeliest first.

    A key without ``stays:read`` sees that something waits, but no guest data: ``detail`` is the
    kind in words, ``suggestions`` and ``body`` are empty.
    """

    id = serializers.CharField()
    kind = serializers.ChoiceField(choices=KINDS)
    since = serializers.DateTimeField()
    room = serializers.CharField(allow_null=True)
    detail = serializers.CharField()
    suggestions = serializers.ListField(child=serializers.CharField())
    actions = serializers.ListField(child=serializers.ChoiceField(choices=ACTIONS))
    body = serializers.CharField(help_text="the raw report, where there is one")


class AttentionPage(serializers.Serializer[Any]):
    """All items; there is never a next page."""

    results = AttentionItemOut(many=True)
    next = serializers.CharField(allow_null=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample("Assign", {"action": "assign", "stay": "HB-1042"}),
        OpenApiExample("Discard", {"action": "discard", "reason": "A test call"}),
    ]
)
class DecisionIn(Body):
    """One of the item's ``actions``. ``assign`` needs a stay, ``discard`` a reason."""

    action = Choice(ACTIONS)
    stay = Text(max_length=64, required=False, allow_null=True)
    reason = Text(required=False, allow_blank=True, default="")


@extend_schema_serializer(
    examples=[OpenApiExample("Resolved", {"id": "unclaimed_call:411", "action": "assign"})]
)
class ResolvedOut(serializers.Serializer[Any]):
    """The resolved item and the action taken."""

    id = serializers.CharField()
    action = serializers.ChoiceField(choices=ACTIONS)


def render(item: Item, *, with_guests: bool) -> dict[str, Any]:
    """An item for a response; names, numbers and bodies only ``with_guests``."""
    return dict(
        AttentionItemOut(
            {
                "id": item.id,
                "kind": item.kind,
                "since": item.since,
                "room": item.room.number if item.room else None,
                "detail": item.detail if with_guests else f"{item.words}.",
                "suggestions": [stay.reference for stay in item.suggestions if with_guests],
                "actions": list(item.actions),
                "body": item.body if with_guests else "",
            }
        ).data
    )


class AttentionList(PropertyView):
    """At most 200 of each kind are shown; the rest follow when those are resolved."""

    scopes = {"GET": "status:read"}

    @extend_schema(
        operation_id="attention_list",
        summary="What needs a person, oldest first",
        responses=AttentionPage,
    )
    def get(self, request: Request, code: str) -> Response:
        key = request.auth
        with_guests = isinstance(key, ApiKey) and "stays:read" in key.scopes
        waiting = attention.items(self.property)
        found = [render(item, with_guests=with_guests) for item in waiting]
        return Response({"results": found, "next": None})


class AttentionResolve(PropertyView):
    """The decision is recorded in the audit trail."""

    scopes = {"POST": "charges:write"}
    refuses = {
        "POST": ["not_found", "invalid_transition", "stay_not_in_house", "stay_not_found:422"]
    }

    @extend_schema(
        operation_id="attention_resolve",
        summary="Resolve an item",
        request=DecisionIn,
        responses={200: ResolvedOut},
    )
    @writes
    def post(self, request: Request, code: str, id: str) -> Response:
        fields = self.body(request, DecisionIn)
        stay = self.stay_in_body(fields["stay"]) if fields.get("stay") else None
        decision = Decision(
            action=fields["action"], actor=self.actor, stay=stay, reason=fields["reason"]
        )
        attention.resolve(self.property, id, decision)
        return Response({"id": id, "action": fields["action"]})
