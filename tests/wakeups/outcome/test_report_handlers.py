"""Reports reach the attempts that they may concern, and the other handlers that need them."""

import json
from datetime import timedelta
from typing import Any

import pytest

from billing.models import Call
from hotelpbx.clock import now, whole_second
from pbx.models import Report
from pbx.reports import inbox
from pbx.reports.processing import process_reports
from rooms.models import Property
from tests import house
from tests.support import attention_rows
from wakeups.models import Attempt, Occurrence, WakeUpCall

pytestmark = pytest.mark.django_db


@pytest.fixture
def ours(hotel: Property) -> Attempt:
    """We are calling room 201, after nobody answered the PBX."""
    occurrence = attention_rows.wake_up_alarm(hotel)
    due = whole_second(now()) - timedelta(minutes=7)
    Occurrence.objects.filter(pk=occurrence.pk).update(
        state="ringing", due_at=due, rings_at=due, ends_at=due + timedelta(minutes=12)
    )
    WakeUpCall.objects.update(status="ringing", due_at=due)
    return Attempt.objects.create(
        occurrence=occurrence,
        kind="confirmation",
        extension="2201",
        due_at=now(),
        ends_at=now() + timedelta(minutes=3),
        callid=house.callid(counter=77),
    )


def reported(hotel: Property, **body: Any) -> Report:
    pbx = attention_rows.pbx_of(hotel)
    report = inbox.store(pbx, json.dumps(body).encode(), "192.0.2.1")
    process_reports(pbx)
    report.refresh_from_db()
    return report


def kept(attempt: Attempt) -> list[str]:
    attempt.refresh_from_db()
    return [observation.kind for observation in attempt.observations]


def test_a_report_without_a_party_is_known_by_the_call(hotel: Property, ours: Attempt) -> None:
    """The format of older firmware."""
    report = reported(hotel, action="CallFailed", reason="User busy", callid=ours.callid)
    assert (report.state, kept(ours)) == ("processed", ["not_reached"])


def test_a_report_about_no_call_of_ours_is_left_alone(hotel: Property, ours: Attempt) -> None:
    party = {"ext": {"extid": "2202"}}
    for action in ("ANSWER", "BYE", "CallFailed", "PlayPromptEnd"):
        report = reported(hotel, action=action, callid=house.callid(counter=1), call=[party])
        assert report.state == "ignored"
    assert kept(ours) == []


def test_keys_of_the_guest_are_an_answer(hotel: Property, ours: Attempt) -> None:
    party = {"ext": {"extid": "2201", "callpath": "6600"}}
    report = reported(hotel, action="DTMF", callid=ours.callid, call=[party], info="1", flag="0")
    assert (report.state, kept(ours)) == ("processed", ["keys"])


def test_a_housekeepers_code_at_that_minute_is_still_a_code(hotel: Property, ours: Attempt) -> None:
    body = {"action": "DTMF", "callid": house.callid(counter=5), "ext": {"extid": "2201"}}
    reported(hotel, **body, infos="777*01")
    assert house.room(hotel, "201").housekeeping_status == "clean"
    assert kept(ours) == []


def test_a_call_record_is_kept_and_also_billed(hotel: Property, ours: Attempt) -> None:
    reported(
        hotel,
        action="NewCdr",
        callid=ours.callid,
        timestart="2026-05-05 07:07:00",
        callfrom="2201",
        callto="2201",
        callduraction="16",
        talkduraction="12",
        status="ANSWERED",
        type="Internal",
    )
    assert kept(ours) == ["record"]
    assert Call.objects.get(callid=ours.callid).amount == 0


def test_while_we_call_the_phones_state_is_about_our_call(hotel: Property, ours: Attempt) -> None:
    for status in ("Ringing", "Busy", "Idle"):
        reported(hotel, action="ExtensionStatus", extension="2201", status=status)
    assert kept(ours) == ["ringing", "busy", "idle"]
    assert not Attempt.objects.filter(kind="pbx").exists()


def test_what_is_new_is_looked_at_soon(hotel: Property, ours: Attempt) -> None:
    Occurrence.objects.update(next_check_at=now() + timedelta(minutes=1))
    reported(hotel, action="ExtensionStatus", extension="2201", status="Ringing")
    assert Occurrence.objects.get().next_check_at is None


def test_the_desks_phone_is_watched_though_it_is_in_no_room(hotel: Property, ours: Attempt) -> None:
    Attempt.objects.filter(pk=ours.pk).update(kind="desk", extension="8000")
    reported(hotel, action="ExtensionStatus", extension="8000", status="Ringing")
    assert kept(ours) == ["ringing"]


def test_a_phone_gone_mad_does_not_fill_the_table(hotel: Property, ours: Attempt) -> None:
    full = [{"at": now().isoformat(), "what": "idle"}] * 80
    Attempt.objects.filter(pk=ours.pk).update(evidence=full)
    reported(hotel, action="ExtensionStatus", extension="2201", status="Idle")
    assert len(kept(ours)) == 80
