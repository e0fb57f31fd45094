"""Forms and links as they stand in a page."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any


@dataclass
class Field:
    """One field of a form. ``choices``: of a select, radio buttons, boxes or buttons."""

    kind: str
    value: str = ""
    choices: list[str] = field(default_factory=list)
    required: bool = False

    @property
    def typed(self) -> bool:
        """Whether a person types into it."""
        return self.kind not in ("select", "radio", "checkbox", "hidden", "submit", "file")


@dataclass
class Form:
    """A form: where it goes, how, and what is in it."""

    action: str
    method: str
    fields: dict[str, Field] = field(default_factory=dict)

    def filled(self) -> dict[str, str]:
        """As somebody sends it who fills in what must be filled in."""
        return {
            name: each.value or _usual(each)
            for name, each in self.fields.items()
            if each.kind not in ("checkbox", "file")
        }

    def kept(self) -> dict[str, str]:
        """What must come back as it is, or nobody looks at the rest."""
        return {name: self.fields[name].value for name in ("guard",) if name in self.fields}


class Page(HTMLParser):
    """The forms and links of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[str] = []
        self._form: Form | None = None
        self._select: Field | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        for name in ("href", "hx-get", "data-live"):
            if name in found:
                self.links.append(found[name])
        if tag == "form":
            self._form = Form(found.get("action", ""), found.get("method", "get").upper())
            self.forms.append(self._form)
        elif tag == "option" and self._select is not None:
            self._option(found)
        elif self._form is not None and "name" in found:
            self._field(self._form, tag, found)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = None

    def _option(self, found: dict[str, Any]) -> None:
        assert self._select is not None
        self._select.choices.append(found.get("value", ""))
        if "selected" in found:
            self._select.value = found.get("value", "")

    def _field(self, form: Form, tag: str, found: dict[str, str]) -> None:
        kinds = {"select": "select", "textarea": "textarea", "button": "submit"}
        kind = kinds.get(tag, found.get("type", "text"))
        here = form.fields.setdefault(found["name"], Field(kind))
        here.required = "required" in found
        if tag == "select":
            self._select = here
        elif kind in ("radio", "submit", "checkbox"):
            here.choices.append(found.get("value", "on"))
            if "checked" in found and kind == "radio":
                here.value = found["value"]
        elif tag != "textarea":
            here.value = found.get("value", "")


def _usual(each: Field) -> str:
    usual = {
        "date": "2030-05-04",
        "time": "07:00",
        "number": "1",
        "datetime-local": "2030-05-04T00:00",
    }
    if each.choices:
        return next((choice for choice in each.choices if choice), "")
    return usual.get(each.kind, "1" if each.required else "")
