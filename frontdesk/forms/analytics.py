"""The period of a report."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms

from billing.analytics import LONGEST, Period
from frontdesk.forms.fields import DateInput
from hotelpbx.instants import EARLIEST, LATEST
from rooms.models import Property


class PeriodForm(forms.Form):
    """First and last day; one alone means that day; none, the last thirty days."""

    since = forms.DateField(label="From", widget=DateInput())
    until = forms.DateField(label="To", widget=DateInput())

    def __init__(self, data: Mapping[str, str], *, property_: Property) -> None:
        self.property = property_
        self.today = property_.local_now().date()
        first, last = data.get("since", ""), data.get("until", "")
        if not (first or last):
            first, last = map(date.isoformat, self.usual)
        super().__init__({"since": first or last, "until": last or first})

    @property
    def usual(self) -> tuple[date, date]:
        """The last thirty days."""
        return self.today - timedelta(days=29), self.today

    @property
    def presets(self) -> list[tuple[str, date, date]]:
        """Common periods with their labels."""
        today, first = self.today, self.today.replace(day=1)
        yesterday, before = today - timedelta(days=1), first - timedelta(days=1)
        return [
            ("Today", today, today),
            ("Yesterday", yesterday, yesterday),
            ("7 days", today - timedelta(days=6), today),
            ("30 days", *self.usual),
            ("This month", first, today),
            ("Last month", before.replace(day=1), before),
        ]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            first, last = values["since"], values["until"]
            if first.year < EARLIEST:
                self.add_error("since", f"A report begins in {EARLIEST} or later.")
            elif last.year > LATEST:
                self.add_error("until", f"A report ends in {LATEST} or earlier.")
            elif last < first:
                self.add_error("until", "The last day is before the first.")
            elif (last - first).days >= LONGEST:
                self.add_error("until", f"A report covers {LONGEST} days at most.")
        return values

    @property
    def period(self) -> Period:
        """The chosen days if valid, else the last thirty days."""
        values = self.cleaned_data if self.is_valid() else {}
        first, last = (values["since"], values["until"]) if values else self.usual
        return Period(first, last, self.property.zone)
