"""Figures for the house: calls, minibar and revenue of some days, by day, room, destination,
product or staff. Added up by the database; nothing here reads single rows."""

from billing.analytics import calls, minibar, revenue
from billing.analytics.period import LONGEST, Period
from billing.analytics.subject import AnalyticsReport, Column, Figure, Line, Subject

SUBJECTS: dict[str, Subject] = {
    "revenue": revenue.SUBJECT,
    "calls": calls.SUBJECT,
    "minibar": minibar.SUBJECT,
}

__all__ = [
    "LONGEST",
    "SUBJECTS",
    "AnalyticsReport",
    "Column",
    "Figure",
    "Line",
    "Period",
    "Subject",
]
