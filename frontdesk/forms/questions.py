"""Forms whose act may be questioned: what was asked comes back with the reason to go on."""

import json
from typing import Any, Final

from django import forms
from django.http import QueryDict

from rooms.stays.overrides import Override, OverrideRequired, Subject

_SUBJECTS: Final[frozenset[Subject]] = frozenset({"overlap", "dates"})


class AskingForm(forms.Form):
    """Shows what speaks against the act, and with it the field that answers it."""

    questions = (OverrideRequired,)
    # Of the form, not of the row that it edits.
    unmerged = frozenset({"asked", "override_reason"})
    asked = forms.CharField(max_length=8000, required=False, widget=forms.HiddenInput())
    override_reason = forms.CharField(
        label="Do it all the same, because",
        max_length=255,
        required=False,
        help_text="Stands in the history of the stay.",
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
        """What the person says yes to: what was shown, with a reason."""
        reason = self.cleaned_data.get("override_reason", "")
        return Override(_SUBJECTS, reason, self._tokens) if reason else Override()

    def own_values(self) -> dict[str, Any]:
        """What was typed, but for the answer to a question."""
        typed = self.cleaned_data.items()
        return {name: value for name, value in typed if name not in self.unmerged}

    def ask(self, question: OverrideRequired) -> None:
        """Show a question and the field for its answer."""
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
            self.add_error(None, f"In the way: {', '.join(guests)}.")
        self.add_error(None, "If it is meant all the same, say why and send it again.")

    def _ask_first(self) -> None:
        """The answer stands right below what was asked."""
        self.order_fields(["override_reason"])


def _read(text: str) -> frozenset[str]:
    try:
        tokens = json.loads(text)
    except (ValueError, RecursionError):
        return frozenset()
    if not isinstance(tokens, list):
        return frozenset()
    return frozenset(token for token in tokens if isinstance(token, str))
