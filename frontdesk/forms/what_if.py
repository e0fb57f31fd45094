"""The tariff and calls of a what-if comparison."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms

from billing.models import Tariff
from configuration.periods import last_month
from frontdesk.forms.fields import DayField
from rooms.models import Property


class WhatIfForm(forms.Form):
    """An edition of a tariff and a period, inclusive."""

    edition = forms.ModelChoiceField(Tariff.objects.none(), label="Tariff")
    calls = forms.ChoiceField(
        label="Which calls",
        choices=[("own", "Calls the tariff applies to"), ("all", "All guest calls")],
    )
    since = DayField()
    until = DayField()

    def __init__(self, data: Any, *, property_: Property) -> None:
        self.property = property_
        begin, end = last_month(property_)
        first = {"since": begin.date(), "until": (end - timedelta(days=1)).date()}
        super().__init__(data, initial=first)
        edition: Any = self.fields["edition"]
        edition.queryset = property_.tariffs.order_by("-effective_from", "position")
        edition.label_from_instance = lambda one: (
            f"{one} from {one.effective_from.astimezone(property_.zone):%Y-%m-%d}"
        )

    def clean(self) -> dict[str, Any]:
        typed: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = typed.get("since"), typed.get("until")
        if since and until and since > until:
            self.add_error("until", "The period ends before it begins.")
        return typed

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From midnight to midnight, hotel local time."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        zone = self.property.zone
        until = datetime.combine(last + timedelta(days=1), time(), zone)
        return datetime.combine(first, time(), zone), until
