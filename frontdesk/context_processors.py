"""Template context of every page: navigation and status strip."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from frontdesk.accounts.access import Desk
from frontdesk.status_strip import strip_of
from hotelpbx.money import minor_digits


def desk(request: HttpRequest) -> dict[str, Any]:
    """``desk``, ``strip`` and permissions on pages of a property; nothing elsewhere."""
    found = getattr(request, "desk", None)
    if not isinstance(found, Desk):
        return {}
    return {
        "desk": found,
        "property": found.property,
        "digits": minor_digits(found.property.currency),
        "is_clerk": found.may("clerk"),
        "is_manager": found.may("manager"),
        # Lazy: not every page shows it.
        "strip": SimpleLazyObject(partial(strip_of, found.property)),
    }
