"""Walking from link to link, and doing things that leave no trace."""

import json
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.db import transaction
from django.http import Http404
from django.test import Client
from django.urls import resolve

from tests.crawl.pages import Form, Page

# Of one kind of page so many are looked at: what differs is what they are about.
_OF_A_KIND: Final = 3
# Seconds of the processor for one answer: nothing that somebody sends may keep it busy.
LONGEST: Final = 4.0
_FORM: Final = "application/x-www-form-urlencoded"


@dataclass
class Walker:
    """Somebody with a browser.

    :ivar faults: what broke, each in a line
    :ivar look: finds faults in an answer and in what it has changed, before that is undone
    """

    client: Client
    faults: list[str] = field(default_factory=list)
    look: Callable[[Any, str], list[str]] | None = None

    def ask(
        self, method: str, address: str, raw: bytes = b"", kind: str = _FORM, **extra: Any
    ) -> Any:
        """The answer; what it changes is undone. None: it broke, and stands among the faults."""
        said = f"{method} {address[:120]} {raw[:200]!r}"
        began = time.process_time()
        kept = SimpleCookie({name: each.value for name, each in self.client.cookies.items()})
        try:
            with transaction.atomic():
                answer = self.client.generic(method, address, raw, content_type=kind, **extra)
                content(answer)
                self.faults += self.look(answer, said) if self.look else []
                transaction.set_rollback(True)
        except Exception as fault:
            last = traceback.extract_tb(fault.__traceback__)[-1]
            where = next(
                (each for each in reversed(traceback.extract_tb(fault.__traceback__))
                 if "site-packages" not in each.filename), last,
            )  # fmt: skip
            self.faults.append(f"{said}: {fault!r:.200} at {where.filename}:{where.lineno}")
            return None
        finally:
            self.client.cookies = kept  # also after signing out
        if "no-store" not in answer.get("Cache-Control", "") and not address.endswith("/logo/"):
            self.faults.append(f"{said}: may be kept")
        if answer.status_code >= 500:
            self.faults.append(f"{said}: {answer.status_code}")
        if time.process_time() - began > LONGEST:
            self.faults.append(f"{said}: {time.process_time() - began:.1f} s")
        return answer

    def ask_json(self, method: str, address: str, body: Any, **extra: Any) -> Any:
        """The same with a body of JSON."""
        return self.ask(method, address, json.dumps(body).encode(), "application/json", **extra)

    def send(self, form: Form, values: dict[str, str]) -> Any:
        """Send a form."""
        data = encoded(values)
        if form.method == "GET":
            return self.ask("GET", f"{form.action}?{data}")
        return self.ask("POST", form.action, data.encode("ascii"))


def content(answer: Any) -> bytes:
    """What was answered, also where it comes in pieces."""
    if not hasattr(answer, "hotelpbx_content"):
        found = b"".join(answer.streaming_content) if answer.streaming else answer.content
        answer.hotelpbx_content = found
    return bytes(answer.hotelpbx_content)


def encoded(values: dict[str, str]) -> str:
    """As a browser sends it; halves of characters as a program would."""
    return urlencode(
        {name: value.encode("utf-8", "surrogatepass") for name, value in values.items()}
    )


def kind_of(address: str) -> tuple[str, ...]:
    """What kind of page it is: its route, and the names in its query."""
    parts = urlsplit(address)
    try:
        route = resolve(parts.path).route
    except Http404:
        return ()
    section = parts.path.split("/")[3] if "/settings/" in parts.path else ""
    return (route, section, *sorted(name for name, _ in parse_qsl(parts.query)))


def walk(walker: Walker, start: str) -> tuple[set[str], list[Form]]:
    """All pages from ``start`` on, and the forms in them; of each kind a few."""
    seen: dict[tuple[str, ...], int] = {}
    forms: dict[tuple[Any, ...], Form] = {}
    found: set[str] = set()
    waiting = [start]
    while waiting:
        address = waiting.pop(0)
        kind = kind_of(address)
        if address in found or not kind or seen.get(kind, 0) >= _OF_A_KIND:
            continue
        seen[kind] = seen.get(kind, 0) + 1
        found.add(address)
        answer = walker.ask("GET", address)
        if answer is None or not answer.get("Content-Type", "").startswith("text/html"):
            continue
        page = Page(content(answer).decode())
        for form in page.forms:
            form.action = urljoin(address, form.action)
            route, section, *_ = kind_of(form.action) or ("", "")
            forms.setdefault((section or route, form.method, tuple(form.fields)), form)
        waiting += [_here(address, link) for link in page.links]
    return found, list(forms.values())


def _here(address: str, link: str) -> str:
    joined = urlsplit(urljoin("http://testserver" + address, link))
    local = joined.netloc == "testserver"
    return (joined.path + (f"?{joined.query}" if joined.query else "")) if local else "/static/"
