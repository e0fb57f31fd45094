"""What every resource does in the same way: property, scope, body, answer."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, TypeVar

from rest_framework import serializers
from rest_framework.exceptions import NotFound, ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.models import ApiKey
from api.problems import request_id
from hotelpbx.refusals import Refusal, invalid
from rooms.audit import Actor
from rooms.models import ClassOfService, Property, Room, Stay

B = TypeVar("B", bound="serializers.Serializer[Any]")

LARGEST_BODY: Final = 2**20  # bytes


class JsonOnly(DefaultContentNegotiation):
    """Answers are JSON, whatever ``Accept`` or ``?format=`` ask for."""

    def select_renderer(
        self,
        request: Request,
        renderers: Sequence[BaseRenderer],  # type: ignore[override]
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        """The first renderer: there is no other."""
        return renderers[0], str(renderers[0].media_type)


class PropertyView(APIView):
    """A resource of one property. ``scopes``: the scope that each method needs."""

    scopes: ClassVar[Mapping[str, str]] = {}
    http_method_names = ["get", "head", "post", "put", "patch", "delete"]
    content_negotiation_class = JsonOnly
    property: Property
    actor: Actor

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Key, scope, then the property of the address: the key's own or none."""
        super().initial(request, *args, **kwargs)
        key = request.auth
        if not isinstance(key, ApiKey) or key.property.code != kwargs["code"]:
            raise Refusal("property_not_found", "There is no such property.", "not_found")
        if any("\x00" in str(part) for part in kwargs.values()):
            raise NotFound("There is nothing at this address.")
        self.property = key.property
        self.actor = Actor("key", key.name, request.META.get("REMOTE_ADDR") or None)

    def finalize_response(
        self, request: Request, response: Any, *args: Any, **kwargs: Any
    ) -> Response:
        """Every answer carries the id under which it is found in a log."""
        answer: Response = super().finalize_response(request, response, *args, **kwargs)
        answer["X-Request-ID"] = request_id(request)
        answer["Cache-Control"] = "no-store"
        return answer

    def body(self, request: Request, kind: type[B], *, partial: bool = False) -> dict[str, Any]:
        """The checked body of a request."""
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise ParseError(f"The body is larger than {LARGEST_BODY} bytes.")
        try:
            data: Any = request.data
        except (RecursionError, ValueError):
            raise ParseError("The body is not JSON that can be read.") from None
        context = {"currency": self.property.currency}
        checked = kind(data=data, partial=partial, context=context)
        checked.is_valid(raise_exception=True)
        return dict(checked.validated_data)

    def stay(self, reference: str) -> Stay:
        """The stay of an address."""
        found = (
            Stay.objects.select_related("property__pbx", "room", "class_of_service", "group")
            .filter(property=self.property, reference=reference)
            .first()
        )
        if found is None:
            raise Refusal("stay_not_found", f"There is no stay {reference}.", "not_found")
        return found

    def stay_in_body(self, reference: str) -> Stay:
        """The stay that a body names; not there: 422 at ``/stay``."""
        found: Stay = _in_body(lambda: self.stay(reference), "/stay")
        return found

    def room(self, number: str) -> Room:
        """The room of an address."""
        found = (
            Room.objects.select_related("property__pbx")
            .filter(property=self.property, number=number)
            .first()
        )
        if found is None:
            raise Refusal("room_not_found", f"There is no room {number}.", "not_found")
        return found

    def room_in_body(self, number: str | None, pointer: str = "/room") -> Room | None:
        """The room that a body names; not there: 422 at ``pointer``."""
        return None if number is None else _in_body(lambda: self.room(number), pointer)

    def class_in_body(self, name: str | None) -> ClassOfService | None:
        """The class of service that a body names."""
        if name is None:
            return None
        found = self.property.classes_of_service.filter(name=name).first()
        if found is None:
            raise invalid("/class_of_service", f"There is no class of service {name}.")
        return found


def _in_body(find: Any, pointer: str) -> Any:
    try:
        return find()
    except Refusal as refusal:
        inner = invalid(pointer, refusal.detail)
        raise Refusal(refusal.code, refusal.detail, "invalid", inner.faults) from None
