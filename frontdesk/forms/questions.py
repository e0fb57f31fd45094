"""Forms whose action may need an override: the form asks, and is sent again with a reason."""

import json
from typing import Any, Final

from django import forms
from django.http import QueryDict

from rooms.stays.overrides import Override, OverrideRequired, Subject

_SUBJECTS: Final[frozenset[Subject]] = frozenset({"overlap", "dates"})


class AskingForm(forms.Form):
    """Shows why an override is needed, and a field for its reason."""

    questions = (OverrideRequired,)
    # Fields of the form, not of the row that it edits.
    unmerged = frozenset({"asked", "override_reason"})
    asked = forms.CharField(max_length=8000, required=False, widget=forms.HiddenInput())
    override_reason = forms.CharField(
        label="Reason to proceed anyway",
        max_length=255,
        required=False,
        help_text="Recorded in the history of the stay.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reason = self.fields["override_reason"]
        self._tokens = _read(self.data.get(self.add_prefix("asked"), ""))
        if self._tokens:
            self._ask_first()
        else:
            del self.fields["override_reason"]

    def override(self) -> Override:
        """The override of what was shown, with its reason."""
        reason = self.cleaned_data.get("override_reason", "")
        return Override(_SUBJECTS, reason, self._tokens) if reason else Override()

    def own_values(self) -> dict[str, Any]:
        """The form's values without those of the override."""
        typed = self.cleaned_data.items()
        return {name: value for name, value in typed if name not in self.unmerged}

    def ask(self, question: OverrideRequired) -> None:
        """Show why an override is needed and the field for its reason."""
        tokens = self._tokens | question.tokens
        typed = QueryDict(mutable=True)
        typed.update(self.data)
        typed[self.add_prefix("asked")] = json.dumps(sorted(tokens))
        self.data = typed
        self.fields["override_reason"] = self._reason
        self._ask_first()
        self.add_error(None, question.detail)
        if question.conflicting_stays:
            guests = (
                f"{each.main_guest or 'no name'} ({each.reference})"
                for each in question.conflicting_stays
            )
            self.add_error(None, f"Conflicting stays: {', '.join(guests)}.")
        self.add_error(None, "To proceed anyway, give a reason and submit again.")

    def _ask_first(self) -> None:
        """Put the reason first, right below the question."""
        self.order_fields(["override_reason"])


def _read(text: str) -> frozenset[str]:
    try:
        tokens = json.loads(text)
    except (ValueError, RecursionError):
        return frozenset()
    if not isinstance(tokens, list):
        return frozenset()
    return frozenset(token for token in tokens if isinstance(token, str))
