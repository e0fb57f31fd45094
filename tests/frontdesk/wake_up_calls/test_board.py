"""The board of wake-up calls tells what became of each."""

import pytest
from django.test import Client

from hotelpbx.clock import now
from pbx.models import PbxLink
from rooms.models import Property
from tests.support import attention_rows
from wakeups.models import Attempt

pytestmark = pytest.mark.django_db

PAGE = "/GRAND/wake-up-calls/"


def test_each_attempt_and_what_was_done_are_told(hotel: Property, clara: Client) -> None:
    occurrence = attention_rows.wake_up_alarm(hotel)
    for kind, result, detail in (
        ("pbx", "no_answer", "The phone rang and nobody answered."),
        ("own_call", "no_answer", "Voicemail has answered, not the guest."),
    ):
        Attempt.objects.create(
            occurrence=occurrence, kind=kind, result=result, detail=detail, due_at=occurrence.due_at
        )
    item = f"wake_up_alarm:{occurrence.pk}"
    answer = clara.post(
        f"/GRAND/attention/{item}/", {"action": "acknowledge", "reason": "went to the room"}
    )
    assert answer.status_code == 302
    assert "3 attempts" in clara.get(PAGE).content.decode()
    log = clara.get(f"{PAGE}log/").content.decode()
    assert "by clara: went to the room" in log
    assert "own call: no answer. Voicemail has answered, not the guest." in log


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"clock_difference": 75.0}, "clock is 75 s ahead"),
        ({"utc_offset_seconds": 0}, "zone is UTC+0, Asia/Shanghai is UTC+8"),
        ({}, ""),
    ],
)
def test_a_wrong_clock_stands_on_the_page(
    hotel: Property, clara: Client, fields: dict[str, float], told: str
) -> None:
    good = {"clock_difference": 0.5, "utc_offset_seconds": 28800, "heartbeat_at": now()}
    PbxLink.objects.create(pbx=attention_rows.pbx_of(hotel), state="up", **{**good, **fields})
    page = clara.get(PAGE).content.decode()
    note = 'class="card warn" role="alert"'
    assert (note in page) is bool(told)
    assert told in page


def test_an_alarm_on_the_strip_makes_the_page_sound(hotel: Property, clara: Client) -> None:
    assert "data-alarm" not in clara.get(PAGE).content.decode()
    attention_rows.wake_up_alarm(hotel)
    page = clara.get(PAGE).content.decode()
    assert "data-alarm" in page
    assert "frontdesk/alert.js" in page
