"""Scopes: what a key may do."""

from typing import TYPE_CHECKING

from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from api.models import ApiKey

if TYPE_CHECKING:
    from rest_framework.views import APIView  # imports this module itself


class HasScope(BasePermission):
    """The key has the scope that ``view.scopes`` names for the method."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        key = request.auth
        if not isinstance(key, ApiKey):
            raise NotAuthenticated("Send a key as “Authorization: Bearer KEY”.")
        method = "GET" if request.method == "HEAD" else request.method
        needed = getattr(view, "scopes", {}).get(method)
        if needed is not None and needed not in key.scopes:
            raise PermissionDenied(f"This key lacks the scope {needed}.")
        return True
