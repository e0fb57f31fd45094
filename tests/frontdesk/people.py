"""Who signs in at the desk."""

import re
from html import unescape
from typing import Any, Final

from django.contrib.auth.models import User
from django.test import Client, TestCase

from frontdesk.guard.seal import FIELD, Seal
from frontdesk.models import StaffMember
from rooms.models import Property

PASSWORD: Final = "night-clerk-77"


class Browser(Client):
    """Sends forms as a browser does: with the seal of the page that stands at the address, or
    with one that has seen nothing, and what is to follow a commit follows."""

    def post(self, path: Any, data: Any = None, *args: Any, **kwargs: Any) -> Any:
        given = dict(data or {})
        if FIELD not in given:
            given[FIELD] = self._seal_at(path)
        return super().post(path, given, *args, **kwargs)

    def request(self, **request: Any) -> Any:
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)

    def _seal_at(self, path: str) -> str:
        page = self.get(path)
        is_page = page.status_code == 200 and not page.streaming
        text = page.content.decode() if is_page else ""
        for form in re.findall(r"<form\b.*?</form>", text, re.DOTALL):
            action = re.search(r'^<form[^>]*\baction="([^"]*)"', form)
            if (action is None or unescape(action[1]) == path) and (found := seal_in(form)):
                return found
        return str(Seal())


def seal_in(form: str) -> str:
    """The seal of a form's text; empty: it has none."""
    found = re.search(rf'name="{FIELD}" value="([^"]*)"', form)
    return found[1] if found else ""


def staff(hotel: Property, name: str, role: str) -> Browser:
    """A signed-in member of the staff."""
    user = User.objects.create_user(name, password=PASSWORD)
    StaffMember.objects.create(user=user, property=hotel, role=role)
    client = Browser()
    client.force_login(user)
    return client
