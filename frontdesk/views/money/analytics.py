"""The reports page: calls, minibar, revenue of a period, as a table, chart or file."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from billing.analytics import SUBJECTS, Column, Figure, Period, Subject
from billing.export import TABLES, stream
from frontdesk.accounts.access import Role, current_desk, desk_page
from frontdesk.charts.analytics import Chart, chart_of
from frontdesk.forms.analytics import PeriodForm
from hotelpbx.money import minor_digits
from rooms.audit import note

_CSV: Final = "text/csv; charset=utf-8; header=present"


@desk_page(Role.MANAGER)
def reports(request: HttpRequest) -> HttpResponse:
    """One subject with one grouping over a period; by day with a chart."""
    property_ = current_desk(request).property
    form = PeriodForm(request.GET, property_=property_)
    period = form.period
    of, by, subject = _asked_for(request)
    report = subject.report(property_, period, by)
    digits = minor_digits(property_.currency)
    is_money = any(each.is_bar and each.kind == "money" for each in report.columns)
    chart: Chart | None = None
    if by == "day":
        chart = chart_of(report, digits, property_.currency if is_money else "")
    days = urlencode({"since": period.first, "until": period.last})
    context = {
        "form": form,
        "period": period,
        "presets": [
            (words, urlencode({"since": first, "until": last}), _is(period, first, last))
            for words, first, last in form.presets
        ],
        "subjects": [(name, each.title) for name, each in SUBJECTS.items()],
        "of": of,
        "by": by,
        "subject": subject,
        "ways": list(subject.by.items()),
        "days": days,
        "report": report,
        "rows": [
            (line.label, _cells(report.columns, line.figures, digits)) for line in report.lines
        ],
        "total": _cells(report.columns, report.total, digits),
        "chart": chart,
        "tables": [(name, table.title) for name, table in TABLES.items()],
    }
    return render(
        request, "frontdesk/analytics/reports.html", context, status=422 if form.errors else 200
    )


@desk_page(Role.MANAGER)
def export(request: HttpRequest, name: str) -> HttpResponse | StreamingHttpResponse:
    """The rows as a CSV file."""
    desk = current_desk(request)
    form = PeriodForm(request.GET, property_=desk.property)
    if name not in TABLES:
        raise Http404
    if not form.is_valid():
        return render(
            request, "frontdesk/analytics/invalid_period.html", {"form": form}, status=422
        )
    period = form.period
    days = {"since": period.first.isoformat(), "until": period.last.isoformat()}
    note(desk.property, desk.actor, "export", f"report:{name}", after=days)
    answer = StreamingHttpResponse(stream(TABLES[name], desk.property, period), content_type=_CSV)
    file = f"{desk.property.code}-{name}-{days['since']}-{days['until']}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{file}"'
    answer["Cache-Control"] = "no-store"
    return answer


def _asked_for(request: HttpRequest) -> tuple[str, str, Subject]:
    """Subject and grouping; the first one if unknown."""
    of = request.GET.get("of", "")
    of = of if of in SUBJECTS else next(iter(SUBJECTS))
    by = request.GET.get("by", "")
    by = by if by in SUBJECTS[of].by else next(iter(SUBJECTS[of].by))
    return of, by, SUBJECTS[of]


def _is(period: Period, first: date, last: date) -> bool:
    return (period.first, period.last) == (first, last)


def _cells(columns: Sequence[Column], figures: Mapping[str, Figure], digits: int) -> list[str]:
    """Figures as people read them: ``1,234.50``, ``12``, ``1:02:03``."""
    return [_words(column, figures[column.name], digits) for column in columns]


def _words(column: Column, figure: Figure, digits: int) -> str:
    if column.kind == "money":
        return f"{figure:,.{digits}f}"
    if column.kind == "seconds":
        minutes, seconds = divmod(int(figure), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return f"{figure:,}"
