"""Search in the log of wake-up calls."""

from typing import Any

from django import forms

from frontdesk.forms.fields import DayField
from frontdesk.wake_up_calls.log import LogQuery


class LogForm(forms.Form):
    """First and last day, inclusive; empty: all. Words and outcome need no validation."""

    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def wanted(self) -> LogQuery:
        """The search; an invalid day is reported and ignored."""
        given: Any = self.data
        self.full_clean()
        days = self.cleaned_data
        return LogQuery(
            words=given.get("q", "").strip()[:200],
            outcome=given.get("outcome", ""),
            since=days.get("since"),
            until=days.get("until"),
        )
