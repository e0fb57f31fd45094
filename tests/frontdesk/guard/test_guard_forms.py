"""Every form of the desk that is sent by POST carries ``{% guard %}``, every view asks for it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver

from frontdesk import urls
from rooms.models import AuditEntry, Property
from tests.frontdesk.people import staff

TEMPLATES = Path(settings.BASE_DIR) / "templates"
# Signing in and out has no effect that could be had twice, and belongs to no row.
WITHOUT = {"frontdesk:sign_in", "frontdesk:sign_out"}
FORM = re.compile(r"<form\b[^>]*\bmethod=[\"']?post\b.*?</form>", re.DOTALL | re.IGNORECASE)

# Passes on to a guarded view of its own.
INSIDE = {"frontdesk:strip"}
# Only leads to a property.
LEADS_ON = {"frontdesk:home"}


def forms() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.rglob("*.html")):
        for form in FORM.findall(path.read_text(encoding="utf-8")):
            yield str(path.relative_to(TEMPLATES)), form


def about_signing(name: str, form: str) -> bool:
    leads = ("'frontdesk:sign_in'", "'frontdesk:sign_out'")
    return name.endswith("sign_in.html") or any(each in form for each in leads)


def views(patterns: list[Any]) -> Iterator[tuple[str, Any]]:
    for each in patterns:
        if isinstance(each, URLResolver):
            yield from views(each.url_patterns)
        elif isinstance(each, URLPattern):
            yield f"frontdesk:{each.name}", each.callback


def test_every_form_has_the_guard() -> None:
    bare = [
        (name, form[:120])
        for name, form in forms()
        if "{% guard" not in form and not about_signing(name, form)
    ]
    assert bare == [], "put {% guard … %} in place of {% csrf_token %}"
    assert len(list(forms())) > 25


# Forms that are made of no row: what stands in their address, or what they name, is looked at by
# the service, which says by whom it was settled meanwhile.
OF_NO_ROW = {
    "frontdesk/accounts/_invitations.html",  # one that was answered or withdrawn is there no more
    "frontdesk/accounts/account.html",  # asks for the own password; an ended session stays ended
    "frontdesk/accounts/api_keys.html",  # a new key; a key that is revoked twice is revoked
    "frontdesk/lists/attention.html",  # each item is settled once
    "frontdesk/pbx/link.html",  # asks the PBX
    "frontdesk/money/refill.html",  # names what is put back
    "frontdesk/pbx/resync.html",  # asks for a comparison
    "frontdesk/pbx/_resync.html",  # names what is repaired, of a comparison that must be young
    "frontdesk/wake_up_calls/list.html",  # carries what was looked at, sealed
}


def test_every_form_says_what_it_was_made_from() -> None:
    bare = {name for name, form in forms() if re.search(r"{% guard\s*%}", form)}
    assert bare <= OF_NO_ROW, "name the row or the form: {% guard stay %}, {% guard form %}"


def test_no_page_sends_by_htmx_without_a_form() -> None:
    strays = [
        path.name
        for path in TEMPLATES.rglob("*.html")
        if re.search(r"hx-(post|put|patch|delete)", path.read_text(encoding="utf-8"))
    ]
    assert strays == []


def test_every_view_of_the_desk_is_guarded() -> None:
    bare = [
        name
        for name, view in views(urls.urlpatterns)
        if not hasattr(view, "is_guarded") and name not in WITHOUT | INSIDE | LEADS_ON
    ]
    assert bare == [], "decorate it with desk_page, or with login_required and once"


ADDRESSES = sorted({name for name, _ in views(urls.urlpatterns)} - WITHOUT - LEADS_ON)


@pytest.mark.django_db
@pytest.mark.parametrize("given", [{}, {"guard": "made-up"}], ids=["none", "made up"])
def test_a_post_without_the_guard_does_nothing(hotel: Property, given: dict[str, str]) -> None:
    max_ = staff(hotel, "max", "manager")
    before = AuditEntry.objects.count()
    for name in ADDRESSES:
        path = address(name)
        # As a plain client sends it: nothing is added.
        answer = Client.post(max_, path, given)
        assert answer.status_code in (409, 405), (path, answer.status_code)
        if answer.status_code == 409:
            assert "Reload the page" in answer.content.decode()
    assert AuditEntry.objects.count() == before


def address(name: str) -> str:
    from django.urls import get_resolver

    resolver: Any = get_resolver("frontdesk.urls")
    short = name.removeprefix("frontdesk:")
    ((template, names),) = resolver.reverse_dict.getlist(short)[0][0]
    given = {"code": "GRAND", "pk": 1, "slug": "rooms", "number": "201", "reference": "R-1"}
    given |= {"group": "G", "item": "x:1", "name": "calls"}
    return f"/{template % {each: given[each] for each in names}}"
