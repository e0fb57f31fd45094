"""``stays/{reference}/folio/``: what a stay owes."""

from typing import Any

from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from api import examples
from api.answers import Money, money
from api.base import PropertyView
from api.resources import charges
from billing.folio import Folio, folio_of


@extend_schema_serializer(examples=[OpenApiExample("Folio", examples.FOLIO)])
class FolioOut(serializers.Serializer[Any]):
    """``subtotal + tax = total``; the lines are gross where prices contain the tax."""

    lines = charges.ChargeOut(many=True)
    subtotal = Money()
    tax = Money()
    total = Money()
    payments = Money()
    balance = Money()


def render(folio: Folio) -> dict[str, Any]:
    """A folio for an answer."""
    sums = {
        name: money(getattr(folio, name), folio.currency)
        for name in ("subtotal", "tax", "total", "payments", "balance")
    }
    return {"lines": charges.render(folio.lines), **sums}


class FolioDetail(PropertyView):
    """Late charges included."""

    scopes = {"GET": "charges:read"}
    refuses = {"GET": ["stay_not_found"]}

    @extend_schema(operation_id="folio_read", summary="What a stay owes", responses=FolioOut)
    def get(self, request: Request, code: str, reference: str) -> Response:
        return Response(render(folio_of(self.stay(reference))))
