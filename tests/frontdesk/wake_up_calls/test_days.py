"""Every form, preview and message of the desk names the day of a wake-up call."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
import time_machine
from django.test import Client

from rooms.models import Property, Stay
from tests import house
from tests.frontdesk.people import staff
from tests.house import CLERK, at, day
from wakeups.booking import calls
from wakeups.booking.requests import WakeUpRequest
from wakeups.models import WakeUpCall

pytestmark = pytest.mark.django_db

# Fri 27 Nov 2026, 03:57 in Shanghai.
NIGHT = at("2026-11-26 19:57:00")
ADD = "/GRAND/stays/R-Smith/wake-up-calls/"
LIST = "/GRAND/wake-up-calls/new/"


@pytest.fixture(autouse=True)
def night() -> Iterator[None]:
    with time_machine.travel(NIGHT, tick=False):
        yield


@pytest.fixture
def alice(hotel: Property) -> Stay:
    """In house from Friday to Sunday."""
    return house.check_in(hotel, "Smith")


def form_of(page: str, action: str) -> dict[str, str]:
    """What a browser sends when nothing is changed in the form."""
    form = page[page.index(f'action="{action}"') :].partition("</form>")[0]
    fields = dict(
        re.findall(r'<input type="(?!checkbox)[^>]* name="(\w+)"[^>]* value="([^"]*)"', form)
    )
    fields |= dict(re.findall(r'<select name="(\w+)".*?<option value="(\w+)" selected', form, re.S))
    return {"recurrence": "once", **fields}


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_after_midnight_the_form_as_it_comes_is_for_this_morning(
    clara: Client, alice: Stay
) -> None:
    """Issue 11.5: 06:30 asked for at 03:57 went to tomorrow, and nothing named the day."""
    sent = form_of(text(clara.get("/GRAND/stays/R-Smith/")), ADD) | {"time": "06:30"}
    answer = clara.post(ADD, sent, follow=True)
    assert WakeUpCall.objects.get().due_at == at("2026-11-26 22:30:00")
    assert "wake-up call for Alice Smith, room 201: Fri 27 Nov, 06:30, today." in text(answer)


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"time": "06:30"}, "It first rings on <strong>Fri 27 Nov, 06:30, today</strong>."),
        ({"time": "03:30"}, "It first rings on <strong>Sat 28 Nov, 03:30, tomorrow</strong>."),
        (
            {"time": "06:30", "date": "2026-11-30"},
            "Mon 30 Nov, 06:30 is after the departure on Sun 29 Nov: "
            "choose another day, or change the stay first.",
        ),
        ({"time": "03:30", "date": "2026-11-27"}, "03:30 on 2026-11-27 has passed"),
        ({"time": ""}, ""),
    ],
)
def test_the_day_is_spelt_out_before_anything_is_saved(
    clara: Client, alice: Stay, asked: dict[str, str], words: str
) -> None:
    usual = {"recurrence": "once", "repeats": "2", "repeat_interval": "5"}
    answer = clara.get(f"{ADD}when/", {**usual, **asked})
    assert answer.status_code == 200
    assert text(answer).strip().startswith(words)
    assert bool(text(answer).strip()) == bool(words)
    assert not WakeUpCall.objects.exists()


def test_a_day_after_the_departure_is_set_by_its_own_button_only(
    clara: Client, alice: Stay
) -> None:
    sent = {"recurrence": "once", "repeats": "2", "repeat_interval": "5", "time": "06:30"}
    answer = clara.post(ADD, {**sent, "date": "2026-11-30"})
    assert answer.status_code == 422
    page = text(answer)
    assert "Mon 30 Nov, 06:30 is after the departure on Sun 29 Nov" in page
    although = re.search(r'<button name="outside_stay" value="([^"]+)"', page)
    assert although
    assert page.index(">Save</button>") < although.start(), "Enter presses the first button"
    # Another day than the one that was confirmed is asked about again.
    again = clara.post(ADD, {**sent, "date": "2026-12-01", "outside_stay": although[1]})
    assert again.status_code == 422
    assert not WakeUpCall.objects.exists()
    done = clara.post(ADD, {**sent, "date": "2026-11-30", "outside_stay": although[1]}, follow=True)
    assert "Mon 30 Nov, 06:30." in text(done)
    assert "outside the stay" in text(done)
    assert WakeUpCall.objects.get().date == day("2026-11-30")


def test_a_change_and_a_cancellation_name_the_day(clara: Client, alice: Stay) -> None:
    call = calls.create(alice, WakeUpRequest(None, at("2026-11-27 06:30:00").time()), actor=CLERK)
    page = f"/GRAND/wake-up-calls/{call.pk}/"
    sent = {"recurrence": "daily", "repeats": "2", "repeat_interval": "5", "time": "06:45"}
    refused = clara.post(page, {**sent, "date": "2026-11-30"})
    assert refused.status_code == 422
    assert 'name="outside_stay"' in text(refused)
    answer = clara.post(page, {**sent, "date": "2026-11-28"}, follow=True)
    assert "every day, next on Sat 28 Nov, 06:45, tomorrow." in text(answer)
    answer = clara.post(f"{page}cancel/", follow=True)
    assert "Cancelled: wake-up call for Alice Smith, room 201" in text(answer)
    assert "Sat 28 Nov, 06:45, tomorrow." in text(answer)


def test_an_earlier_departure_tells_which_calls_it_leaves_outside(
    clara: Client, alice: Stay
) -> None:
    calls.create(
        alice, WakeUpRequest(day("2026-11-29"), at("2026-11-27 06:30:00").time()), actor=CLERK
    )
    sent = {"last_name": "Smith", "arrival": "2026-11-27", "departure": "2026-11-28"}
    answer = clara.post("/GRAND/stays/R-Smith/edit/", sent, follow=True)
    assert "room 201: Sun 29 Nov, 06:30, is now outside the stay" in text(answer)


def seal_of(page: str) -> str:
    found = re.search(r'name="seal" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_list_names_the_day_of_each_and_asks_for_those_outside(
    clara: Client, hotel: Property, alice: Stay
) -> None:
    usual = {"recurrence": "once", "repeats": "2", "repeat_interval": "5"}
    page = text(clara.post(LIST, {**usual, "lines": "201 06:30\n201 03:30"}))
    assert "<strong>Fri 27 Nov, 06:30, today</strong>" in page
    assert "<strong>Sat 28 Nov, 03:30, tomorrow</strong>" in page
    asked = text(clara.post(LIST, {**usual, "lines": "201 06:30", "date": "2026-11-30"}))
    box = re.search(r'<input type="checkbox" name="entry" value="0"([^>]*)>', asked)
    assert box
    assert " checked" not in box[1], "it is ticked by a person only"
    assert "after the departure on Sun 29 Nov" in asked
    data = {"seal": seal_of(asked), "entry": "0"}
    result = text(clara.post(f"{LIST}save/", data, follow=True))
    assert "Mon 30 Nov, 06:30 201 Alice Smith" in result
    assert WakeUpCall.objects.get().date == day("2026-11-30")


def test_what_was_seen_before_midnight_is_saved_for_the_day_that_was_seen(
    hotel: Property, alice: Stay
) -> None:
    usual = {"recurrence": "once", "repeats": "2", "repeat_interval": "5"}
    with time_machine.travel(at("2026-11-27 15:59:30"), tick=False) as clock:
        clara = staff(hotel, "clara", "clerk")
        page = text(clara.post(LIST, {**usual, "lines": "201 00:00\n"}))
        assert "Sat 28 Nov, 00:00, tomorrow" in page
        clock.move_to(at("2026-11-27 16:00:30"))
        data = {"seal": seal_of(page), "entry": "0"}
        result = text(clara.post(f"{LIST}save/", data, follow=True))
    assert "has passed" in result, "and not a day later in silence"
    assert not WakeUpCall.objects.exists()


@pytest.mark.parametrize(
    ("typed", "rings"),
    [("6:30 pm", "18:30"), ("下午3点一刻", "15:15"), ("7.30 Uhr", "07:30"), ("0630", "06:30")],
)
def test_the_field_of_a_single_call_reads_what_lists_read(
    clara: Client, alice: Stay, typed: str, rings: str
) -> None:
    sent = {"recurrence": "once", "repeats": "2", "repeat_interval": "5", "time": typed}
    clara.post(ADD, sent)
    assert f"{WakeUpCall.objects.get().time:%H:%M}" == rings


@pytest.mark.parametrize("typed", ["6", "25:00", "6:30 or 7", "midnight", "six-ish"])
def test_what_the_field_cannot_read_is_told(clara: Client, alice: Stay, typed: str) -> None:
    sent = {"recurrence": "once", "repeats": "2", "repeat_interval": "5", "time": typed}
    answer = clara.post(ADD, sent)
    assert answer.status_code == 422
    assert "Enter a valid time" in text(answer)
