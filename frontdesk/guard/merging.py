"""Merges the changes of two people to one row; fields that both have changed are asked about.

An edit form carries a digest of each value that it showed. When it is submitted, a field that only
somebody else has changed keeps their value, and a field that only this person has changed takes the
new one. If both have changed a field, nothing is saved until the person has chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.crypto import salted_hmac

from frontdesk.guard.seal import FIELD, InvalidSeal, open_seal

_CHOICE: Final = "decide-"
_MINE: Final = "mine"
_OTHER: Final = "other"
# Of an amount in any form; 1e999999 would be written out in full.
_MOST_DIGITS: Final = 50


@dataclass(frozen=True)
class Conflict:
    """One field that two people have changed differently; both values as text."""

    name: str
    mine: str
    other: str


class MergingForm(forms.Form):
    """A form of a row that others may edit at the same time. A subclass sets ``row``; None for a
    new row. Lock the row before creating the form from a POST.
    """

    row: Any = None
    # Fields that do not belong to the row.
    unmerged: frozenset[str] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.conflicts: dict[str, Conflict] = {}
        self._asked: dict[str, list[str]] = {}
        self._lost: list[str] = []
        self._merged = False

    def digests(self) -> dict[str, list[str]]:
        """For the seal: a digest of each field's present value."""
        if self.row is None:
            return {}
        return {name: [_digest(name, self._present(name))] for name in self._names()} | self._asked

    def full_clean(self) -> None:
        if self.is_bound and self.row is not None and not self._merged:
            self._merged = True
            self._merge()
        super().full_clean()

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for name in self.conflicts:
            self.add_error(
                name, "Someone else changed this in the meantime: choose the right value."
            )
        if self.conflicts:
            labels = ", ".join(str(self[name].label) for name in self.conflicts)
            told = f"Someone else also changed {labels}. Nothing is saved until you choose."
            self.add_error(None, told)
        for told in self._lost:
            self.add_error(None, told)
        return values

    def _merge(self) -> None:
        try:
            seen = open_seal(self.data.get(FIELD, "")).fields
        except InvalidSeal as fault:
            self._lost.append(str(fault))
            return
        data = self.data.copy() if isinstance(self.data, QueryDict) else _querydict(self.data)
        for name in self._names():
            if name not in seen and self.add_prefix(name) not in data:
                # The page was made before this field was added: the row keeps its value.
                _set_value(data, self.add_prefix(name), self._present(name))
                continue
            if name not in seen:
                self._lost.append("This form is incomplete: reload the page and try again.")
                return
            if self._uses_stored_value(name, seen[name]):
                _set_value(data, self.add_prefix(name), self._present(name))
        self._report_removed_fields(seen)
        self.data = data

    def _uses_stored_value(self, name: str, seen: list[str]) -> bool:
        """Whether the row's present value is used. Records a conflict if a person must choose."""
        present, mine = self._present(name), self._typed(name)
        now, typed = _digest(name, present), _digest(name, mine)
        if typed == now or now == seen[0]:
            return False
        if typed == seen[0]:
            return True
        choice = self.data.get(f"{_CHOICE}{self.add_prefix(name)}")
        if seen[1:] == [now] and choice in (_MINE, _OTHER):
            return bool(choice == _OTHER)
        field = self.fields[name]
        self.conflicts[name] = Conflict(name, _words(field, mine), _words(field, present))
        self._asked[name] = [seen[0], now]
        return False

    def _report_removed_fields(self, seen: Mapping[str, list[str]]) -> None:
        """Report a field that the row no longer has, rather than drop what was typed into it."""
        for name in set(seen) - set(self.fields):
            field = self.base_fields.get(name)
            if field is None:
                continue
            raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            if _digest(name, _plain(field, raw)) != seen[name][0]:
                label = field.label or name.replace("_", " ").capitalize()
                self._lost.append(f"{label} can no longer be changed here: check the page.")

    def _names(self) -> list[str]:
        """The fields whose values a page shows and submits."""
        return [
            name
            for name, field in self.fields.items()
            if not (field.disabled or isinstance(field.widget, forms.PasswordInput))
            and not isinstance(field, forms.FileField)
            and name not in self.unmerged
        ]

    def _present(self, name: str) -> Any:
        field = self.fields[name]
        initial = self.get_initial_for_field(field, name)
        return _plain(field, _raw(field, initial))

    def _typed(self, name: str) -> Any:
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return _plain(field, raw)


def _raw(field: forms.Field, value: Any) -> Any:
    """A value as the browser receives it and sends it back."""
    prepared = field.prepare_value(value)
    if isinstance(field, forms.BooleanField):
        return bool(prepared)
    if isinstance(field, (forms.MultipleChoiceField, forms.ModelMultipleChoiceField)):
        return [str(each) for each in prepared or ()]
    shown = field.widget.format_value(prepared)
    if isinstance(shown, list):  # of a choice
        return shown[0] if shown else ""
    return "" if shown is None else str(shown)


def _plain(field: forms.Field, raw: Any) -> Any:
    """A canonical text of a value: the same for ``100`` and ``100.0``."""
    if isinstance(field, forms.BooleanField):
        return bool(raw)
    if isinstance(raw, (list, tuple)):
        return sorted(str(each) for each in raw)
    text = str(raw or "").replace("\r\n", "\n")
    if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField)):
        return text
    try:
        value = field.to_python(text)
    except ValidationError:
        return text
    if isinstance(field, forms.DecimalField) and value is not None:
        if abs(value.adjusted()) > _MOST_DIGITS:
            return text
        value = value.normalize() + 0
        return f"{value:f}"
    return _raw(field, value)


def _digest(name: str, plain: Any) -> str:
    return salted_hmac("frontdesk.guard.merging", f"{name}={plain!r}").hexdigest()[:16]


def _words(field: forms.Field, plain: Any) -> str:
    """A value as a person reads it."""
    if isinstance(plain, bool):
        return "yes" if plain else "no"
    if isinstance(plain, list):
        return ", ".join(_words(field, each) for each in plain) or "nothing"
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        found = (str(label) for value, label in choices if str(value) == plain and plain)
        return next(found, plain) or "nothing"
    return plain or "nothing"


def _set_value(data: QueryDict, name: str, plain: Any) -> None:
    if isinstance(plain, list):
        data.setlist(name, plain)
    elif plain is False:
        data.pop(name, None)
    else:
        data[name] = "on" if plain is True else plain


def _querydict(given: Mapping[str, Any]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in given.items():
        data.setlist(name, value if isinstance(value, list) else [value])
    return data
