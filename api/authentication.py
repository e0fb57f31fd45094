"""``Authorization: Bearer KEY``."""

from datetime import timedelta
from typing import Final

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.models import ApiKey
from hotelpbx.clock import now

_NOTED_EVERY: Final = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """Sets ``request.auth`` to the key's row. Keys are looked up by digest, never compared."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, ApiKey] | None:
        scheme, _, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if not scheme:
            return None
        if scheme.lower() != "bearer":
            raise AuthenticationFailed("Send the key as “Authorization: Bearer KEY”.")
        found = (
            ApiKey.objects.select_related("property__pbx")
            .filter(digest=ApiKey.digest_of(key.strip()), revoked_at__isnull=True)
            .first()
        )
        if found is None:
            raise AuthenticationFailed("This key is unknown, or has been revoked.")
        _note_use(found)
        return AnonymousUser(), found

    def authenticate_header(self, request: Request) -> str:
        """Makes the framework answer 401, not 403, when there is no key."""
        return "Bearer"


def _note_use(key: ApiKey) -> None:
    instant = now()
    if key.last_used_at is None or instant - key.last_used_at > _NOTED_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=instant)


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The security scheme in the OpenAPI document."""

    target_class = "api.authentication.ApiKeyAuthentication"
    name = "apiKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
