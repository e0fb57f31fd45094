"""The base class of all resources: property, scope, body, response."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, Concatenate, ParamSpec, TypeVar, cast

from django.db import transaction
from django.http import HttpRequest
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.errors.problems import request_id
from api.models import ApiKey
from api.requests import paging
from api.requests.bodies import JsonRequest
from api.requests.fields import is_storable
from api.requests.queries import Query
from hotelpbx.http.client_address import client_address
from hotelpbx.refusals import FieldFault, Refusal, invalid
from rooms.audit import Actor
from rooms.models import ClassOfService, Property, Room, Stay

B = TypeVar("B", bound="serializers.Serializer[Any]")
F = TypeVar("F")
P = ParamSpec("P")
V = TypeVar("V", bound="PropertyView")


class AlwaysJson(BaseContentNegotiation):
    """Answers in JSON, whatever ``Accept`` says."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


def writes(
    handler: Callable[Concatenate[V, Request, P], Response],
) -> Callable[Concatenate[V, Request, P], Response]:
    """Decorates a handler that writes: it takes effect completely or, if refused, not at all.

    Every POST, PUT, PATCH and DELETE goes through here. What must be committed together with
    any of them, such as an idempotency record, belongs here.
    """

    @functools.wraps(handler)
    def whole(view: V, request: Request, *args: P.args, **kwargs: P.kwargs) -> Response:
        with transaction.atomic():
            return handler(view, request, *args, **kwargs)

    return cast("Callable[Concatenate[V, Request, P], Response]", whole)


class PropertyView(APIView):
    """A resource of one property.

    :cvar scopes: the scope required by each method; methods without one are not served
    :cvar refuses: the error codes of each method in addition to the common ones (see
        :mod:`api.errors.codes`), for the schema
    :cvar parameters: the query parameters for reading
    """

    scopes: ClassVar[Mapping[str, str]] = {}
    refuses: ClassVar[Mapping[str, Sequence[str]]] = {}
    parameters: ClassVar[Sequence[Query]] = ()
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    content_negotiation_class = AlwaysJson
    property: Property
    actor: Actor

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        return JsonRequest(
            request,
            parsers=self.get_parsers(),
            authenticators=self.get_authenticators(),
            negotiator=self.get_content_negotiator(),
            parser_context=self.get_parser_context(request),
        )

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check key, property and scope, then the query parameters."""
        super().initial(request, *args, **kwargs)
        key = request.auth
        assert isinstance(key, ApiKey)  # noqa: S101  checked by HasScope
        self.property = key.property
        self.actor = Actor("key", key.name, client_address(request))
        if not all(is_storable(str(part)) for part in kwargs.values()):
            raise NotFound("There is nothing at this address.")
        reading = request.method in ("GET", "HEAD")
        paging.check_parameters(request, self.parameters if reading else ())

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Add the request id, under which logs have the request."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer["X-Request-ID"] = request_id(request)
        answer["Cache-Control"] = "no-store"
        return answer

    def body(self, request: Request, kind: type[B], *, partial: bool = False) -> dict[str, Any]:
        """The validated body of a request."""
        context = {"currency": self.property.currency}
        checked = kind(data=request.data, partial=partial, context=context)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def stay(self, reference: str) -> Stay:
        """The stay named in the URL."""
        found = (
            Stay.objects.select_related("property__pbx", "room", "class_of_service", "group")
            .filter(property=self.property, reference=reference)
            .first()
        )
        if found is None:
            raise Refusal("stay_not_found", f"There is no stay {reference}.", "not_found")
        return found

    def stay_in_body(self, reference: str) -> Stay:
        """The stay named in a body; if there is none: 422 at ``/stay``."""
        return _in_body(self.stay, reference, "/stay")

    def room(self, number: str) -> Room:
        """The room named in the URL."""
        found = (
            Room.objects.select_related("property__pbx")
            .filter(property=self.property, number=number)
            .first()
        )
        if found is None:
            raise Refusal("room_not_found", f"There is no room {number}.", "not_found")
        return found

    def room_in_body(self, number: str | None, pointer: str = "/room") -> Room | None:
        """The room named in a body; if there is none: 422 at ``pointer``."""
        return None if number is None else _in_body(self.room, number, pointer)

    def class_in_body(self, name: str | None) -> ClassOfService | None:
        """The class of service named in a body."""
        if name is None:
            return None
        found = self.property.classes_of_service.filter(name=name).first()
        if found is None:
            raise invalid("/class_of_service", f"There is no class of service {name}.")
        return found


def _in_body(find: Callable[[str], F], name: str, pointer: str) -> F:
    try:
        return find(name)
    except Refusal as refusal:
        fault = FieldFault(pointer, refusal.detail)
        raise Refusal(refusal.code, refusal.detail, "invalid", (fault,)) from None
