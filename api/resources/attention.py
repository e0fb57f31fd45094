"""``attention/``: what needs a person."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import PropertyView
from api.fields import Body, Text
from rooms import attention
from rooms.attention import Decision, Item

ACTIONS = ["assign", "count", "discard", "retry", "replay", "acknowledge"]


class ItemOut(serializers.Serializer[Any]):
    """One thing that waits. ``suggestions``: references of stays, likeliest first."""

    id = serializers.CharField()
    kind = serializers.CharField()
    since = serializers.DateTimeField()
    room = serializers.CharField(allow_null=True)
    detail = serializers.CharField()
    suggestions = serializers.ListField(child=serializers.CharField())
    actions = serializers.ListField(child=serializers.ChoiceField(choices=ACTIONS))
    body = serializers.CharField(help_text="the raw report, where there is one")


class ItemPage(serializers.Serializer[Any]):
    results = ItemOut(many=True)
    next = serializers.CharField(allow_null=True)


class DecisionIn(Body):
    """``assign`` wants a stay, ``discard`` a reason."""

    action = serializers.ChoiceField(choices=ACTIONS)
    stay = Text(max_length=64, required=False, allow_null=True)
    reason = Text(required=False, allow_blank=True, default="")


class ResolvedOut(serializers.Serializer[Any]):
    id = serializers.CharField()
    action = serializers.CharField()


def render(item: Item) -> dict[str, Any]:
    """An item for an answer."""
    return dict(
        ItemOut(
            {
                "id": item.id,
                "kind": item.kind,
                "since": item.since,
                "room": item.room.number if item.room else None,
                "detail": item.detail,
                "suggestions": [stay.reference for stay in item.suggestions],
                "actions": list(item.actions),
                "body": item.body,
            }
        ).data
    )


class AttentionList(PropertyView):
    scopes = {"GET": "status:read"}

    @extend_schema(
        operation_id="attention_list", summary="What waits, oldest first", responses=ItemPage
    )
    def get(self, request: Request, code: str) -> Response:
        found = [render(item) for item in attention.items(self.property)]
        return Response({"results": found, "next": None})


class AttentionResolve(PropertyView):
    scopes = {"POST": "charges:write"}

    @extend_schema(
        operation_id="attention_resolve",
        summary="Settle one",
        request=DecisionIn,
        responses={200: OpenApiResponse(ResolvedOut)},
    )
    def post(self, request: Request, code: str, item: str) -> Response:
        fields = self.body(request, DecisionIn)
        stay = self.stay_in_body(fields["stay"]) if fields.get("stay") else None
        decision = Decision(
            action=fields["action"], actor=self.actor, stay=stay, reason=fields["reason"]
        )
        attention.resolve(self.property, item, decision)
        return Response({"id": item, "action": fields["action"]})
