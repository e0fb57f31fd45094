"""Checking the scopes of API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import ApiKey
from hotelpbx.refusals import Refusal

if TYPE_CHECKING:
    # The framework's views import this class, named in the settings, when they are imported.
    from rest_framework.views import APIView


class HasScope(BasePermission):
    """The key belongs to the property and has the scope that ``view.scopes`` requires.

    Methods without a scope are refused; for methods that the view does not have, the framework
    itself answers 405.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            raise NotAuthenticated("Send a key as “Authorization: Bearer KEY”.")
        if key.property.code != view.kwargs.get("code"):
            raise Refusal("property_not_found", "There is no such property.", "not_found")
        method = "GET" if request.method == "HEAD" else str(request.method)
        needed = getattr(view, "scopes", {}).get(method)
        if needed is None:
            return method not in view.allowed_methods
        if needed not in key.scopes:
            raise PermissionDenied(f"This key lacks the scope {needed}.")
        return True
