"""The OpenAPI document and its page: true, complete, readable without the Internet.

That the answers are as promised is checked with each request of each test (``rest.py``).
"""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from api.base import PropertyView
from api.errors.codes import CODES
from api.models import SCOPES
from api.openapi.schema import document

UNSAFE = ("post", "put", "patch", "delete")


def views(patterns: list[Any]) -> list[Any]:
    """The resources behind addresses."""
    found = []
    for each in patterns:
        if isinstance(each, URLResolver):
            found += views(each.url_patterns)
        elif isinstance(each, URLPattern) and hasattr(each.callback, "cls"):
            found.append(each.callback.cls)
    return found


RESOURCES = [
    view for view in views(get_resolver("api.urls").url_patterns) if issubclass(view, PropertyView)
]


def test_the_document_is_valid_and_raises_no_warning(tmp_path: Path) -> None:
    target = tmp_path / "openapi.json"
    call_command(
        "spectacular", validate=True, fail_on_warn=True, format="openapi-json", file=str(target)
    )
    assert json.loads(target.read_text())["openapi"].startswith("3.1")


def test_the_document_is_served_without_a_key() -> None:
    answer = Client().get("/api/v1/schema/")
    assert answer.status_code == 200
    assert answer.json() == json.loads(json.dumps(document()))


@pytest.mark.parametrize("path", ["/api/v1/schema/", "/api/v1/docs/"])
def test_they_are_only_to_be_read(path: str) -> None:
    answer = Client(enforce_csrf_checks=True).post(path)
    assert answer.status_code == 405
    assert answer.json()["code"] == "method_not_allowed"


@pytest.mark.parametrize("view", RESOURCES, ids=lambda view: view.__name__)
def test_every_method_has_a_scope_and_every_scope_a_method(view: type[PropertyView]) -> None:
    handlers = {name.upper() for name in ("get", *UNSAFE) if hasattr(view, name)}
    assert set(view.scopes) == handlers
    assert set(view.scopes.values()) <= set(SCOPES)
    assert set(view.refuses) <= handlers


@pytest.mark.parametrize("view", RESOURCES, ids=lambda view: view.__name__)
def test_whatever_changes_something_does_all_or_nothing(view: type[PropertyView]) -> None:
    for name in UNSAFE:
        handler = getattr(view, name, None)
        assert handler is None or "writes.<locals>.whole" in handler.__code__.co_qualname


def test_the_examples_are_examples() -> None:
    seen = 0
    for schema, value in examples():
        Draft202012Validator({**schema, "components": document()["components"]}).validate(value)
        seen += 1
    assert seen > 100


def examples() -> Iterator[tuple[dict[str, Any], Any]]:
    """(schema, value) of every example in the document."""
    for methods in document()["paths"].values():
        for operation in methods.values():
            for part in (operation.get("requestBody", {}), *operation["responses"].values()):
                for media in part.get("content", {}).values():
                    for example in media.get("examples", {}).values():
                        yield media["schema"], example["value"]


def test_every_code_of_a_view_is_known() -> None:
    for view in RESOURCES:
        for codes in view.refuses.values():
            assert {code.partition(":")[0] for code in codes} <= set(CODES)


# --- the page --------------------------------------------------------------------------------


class Page(HTMLParser):
    """What stands on a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.sheets: list[str] = []
        self.tags: set[str] = set()
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        if tag == "a":
            self.links.append(given.get("href") or "")
        if tag == "link":
            self.sheets.append(given.get("href") or "")
        self.inline += [name for name in given if name == "style" or name.startswith("on")]


@pytest.fixture(scope="module")
def page() -> Page:
    answer = Client().get("/api/v1/docs/")
    assert answer.status_code == 200
    return Page(answer.content.decode())


def test_the_page_obeys_the_strict_policy(page: Page) -> None:
    assert not page.inline
    assert "script" not in page.tags
    assert "style" not in page.tags
    assert page.sheets == ["/static/api/docs.css"]
    assert finders.find("api/docs.css")
    assert not any(link.startswith(("http", "//")) for link in page.links)


def test_every_link_of_the_page_leads_somewhere(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    within = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert within - set(page.ids) == set()


def test_the_page_describes_every_operation_object_and_code(page: Page) -> None:
    operations = {
        operation["operationId"]
        for methods in document()["paths"].values()
        for operation in methods.values()
    }
    wanted = operations | set(document()["components"]["schemas"])
    wanted |= {f"error-{code}" for code in CODES}
    assert wanted <= set(page.ids)


def test_the_guide_names_every_code_and_scope() -> None:
    guide = (Path(__file__).parents[3] / "docs" / "rest.md").read_text(encoding="utf-8")
    words = set(re.findall(r"[a-z_]+(?::[a-z]+)?", guide))
    assert set(CODES) - {"rate_limited"} <= words, "rate limits are not in this version"
    assert set(SCOPES) <= words
