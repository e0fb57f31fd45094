"""What is looked for in the log of the wake-up calls."""

from typing import Any

from django import forms

from frontdesk.forms.fields import DayField
from frontdesk.wake_up_calls.log import LogQuery


class LogForm(forms.Form):
    """Days, both included; empty: all. The words and the outcome are what they are."""

    since = DayField(label="From", required=False)
    until = DayField(label="To", required=False)

    def wanted(self) -> LogQuery:
        """What is looked for; a day that is none is told and not looked for."""
        given: Any = self.data
        self.full_clean()
        days = self.cleaned_data
        return LogQuery(
            words=given.get("q", "").strip()[:200],
            outcome=given.get("outcome", ""),
            since=days.get("since"),
            until=days.get("until"),
        )
