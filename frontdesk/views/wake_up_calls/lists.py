"""Bulk wake-up calls: choice, preview, saving, and the result of each."""

import uuid
from dataclasses import asdict, replace
from datetime import date, time
from functools import partial
from typing import Any, Final

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from frontdesk.accounts.access import current_desk, desk_page
from frontdesk.forms.wake_up_calls import WakeUpListForm
from frontdesk.views.acting import show_refusal
from hotelpbx.refusals import Refusal
from rooms.models import Job, JobItem, Property
from rooms.operations import jobs
from wakeups.booking import bulk, previews
from wakeups.booking.bulk import RequestedCall
from wakeups.booking.previews import Entry, Preview
from wakeups.booking.requests import WakeUpRequest
from wakeups.booking.stay_dates import day_in_words
from wakeups.settings import settings_of

# What was previewed is saved exactly; after an hour it may be out of date.
_SALT: Final = "wake-up list, with days"
_STILL_TRUE: Final = 3600


@desk_page()
def new(request: HttpRequest) -> HttpResponse:
    """The form, and on POST a preview. Nothing is saved."""
    desk = current_desk(request)
    given = request.POST if request.method == "POST" else None
    form = WakeUpListForm(given, property_=desk.property, usual=settings_of(desk.property))
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        try:
            seen = previews.preview(desk.property, form.choice(), form.wake_up_request())
        except Refusal as refusal:
            show_refusal(request, refusal, form)
        else:
            context |= {"preview": seen, "wake_up_request": form.wake_up_request()}
            if not seen.unsure:
                context["seal"] = _sealed(desk.property, seen, form.wake_up_request())
    return render(request, "frontdesk/wake_up_calls/list.html", context)


@require_POST
@desk_page()
def save(request: HttpRequest) -> HttpResponse:
    """Save the selected calls of a preview and show the result of each."""
    desk = current_desk(request)
    try:
        seal = signing.loads(request.POST.get("seal", ""), salt=_SALT, max_age=_STILL_TRUE)
    except signing.BadSignature:
        messages.error(request, "This preview is too old: preview the list again.")
        return redirect("frontdesk:wake_up_list", desk.property.code)
    ticked = set(request.POST.getlist("entry"))
    wake_up_request = _wake_up_request(seal["wish"])
    wanted = [
        RequestedCall(
            reference,
            words,
            replace(wake_up_request, date=date.fromisoformat(day), time=time.fromisoformat(at)),
            outside,
        )
        for place, (reference, words, day, at, outside) in enumerate(seal["entries"])
        if str(place) in ticked
    ]
    if seal["property"] != desk.property.code or not wanted:
        messages.error(request, "Nothing was selected, so nothing was saved.")
        return redirect("frontdesk:wake_up_list", desk.property.code)
    key = uuid.UUID(seal["key"])
    job = bulk.create_job(desk.property, wanted, actor=desk.actor, key=key)
    # At once, so that the calls are stored even if Redis or the workers are down.
    transaction.on_commit(partial(jobs.run, job))
    return redirect("frontdesk:wake_up_result", desk.property.code, job.pk)


@desk_page()
def result(request: HttpRequest, pk: int) -> HttpResponse:
    """The result for each room; htmx polls until the job is completed."""
    desk = current_desk(request)
    job = get_object_or_404(Job, property=desk.property, pk=pk, kind=bulk.KIND)
    items = list(job.items.all())
    context = {
        "job": job,
        "failed": [item for item in items if item.state == JobItem.State.FAILED],
        "done": [item for item in items if item.state == JobItem.State.DONE],
        "total": len(items),
    }
    name = "_result" if request.headers.get("HX-Request") == "true" else "result"
    return render(request, f"frontdesk/wake_up_calls/{name}.html", context)


def _sealed(property_: Property, seen: Preview, wake_up_request: WakeUpRequest) -> str:
    """The signed preview. ``key``: submitted twice, it is saved once."""
    entries = [_seen(property_, entry) for entry in seen.good]
    facts = {"property": property_.code, "key": str(uuid.uuid4()), "entries": entries}
    return signing.dumps(facts | {"wish": _facts(wake_up_request)}, salt=_SALT, compress=True)


def _seen(property_: Property, entry: Entry) -> tuple[str, str, str, str, bool]:
    """Stay, description, day, time, and whether that is outside the stay."""
    assert entry.stay  # noqa: S101  it can be made
    assert entry.due  # noqa: S101
    assert entry.day  # noqa: S101
    local = entry.due.astimezone(property_.zone)
    words = f"{day_in_words(local)}, {local:%H:%M} {entry.room} {entry.stay.main_guest or ''}"
    day, at = entry.day.isoformat(), entry.time.isoformat()
    return entry.stay.reference, words, day, at, bool(entry.question)


def _facts(wake_up_request: WakeUpRequest) -> dict[str, Any]:
    return {
        **asdict(wake_up_request),
        "date": None,
        "time": "",
        "until": wake_up_request.until and str(wake_up_request.until),
    }


def _wake_up_request(facts: dict[str, Any]) -> WakeUpRequest:
    until = facts["until"] and date.fromisoformat(facts["until"])
    own = {"until": until, "time": time(), "weekdays": tuple(facts["weekdays"])}
    return WakeUpRequest(**{**facts, **own})
