"""Analytics: calls, minibar and revenue of a period, by day, room, destination, product or staff.

The database adds up; nothing here reads single rows.
"""

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
