"""Form fields for lists and maps of the hotel file."""

from typing import Any

from django import forms


class WordsField(forms.CharField):
    """A list such as ``2003, 2004``: words separated by commas, spaces or new lines."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, **options})

    def to_python(self, value: Any) -> Any:
        return value if isinstance(value, list) else (value or "").replace(",", " ").split()

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def run_validators(self, value: Any) -> None:
        """The table validates the words."""


class LinesField(WordsField):
    """A list of names that may contain spaces and commas: one per line."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        if isinstance(value, list):
            return value
        return [line.strip() for line in (value or "").splitlines() if line.strip()]

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value


class StatusesField(forms.CharField):
    """Housekeeping codes, one per line: ``*01 = clean``."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        if isinstance(value, dict):
            return value
        found: dict[str, str] = {}
        for line in filter(None, map(str.strip, (value or "").splitlines())):
            code, sign, status = (part.strip() for part in line.partition("="))
            if not sign:
                raise forms.ValidationError(f"“{line}” has no “=”: write it like *01 = clean.")
            if code in found:
                raise forms.ValidationError(f"{code} is listed twice.")
            found[code] = status
        return found

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dict):
            return "\n".join(f"{code} = {status}" for code, status in value.items())
        return value

    def run_validators(self, value: Any) -> None:
        """The table validates codes and statuses."""


class MomentInput(forms.DateTimeInput):
    """The browser's date and time picker."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")
