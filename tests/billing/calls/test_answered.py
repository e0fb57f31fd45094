"""Unanswered calls are free, undocumented statuses need a person, emergencies are never charged."""

from datetime import timedelta
from typing import Any

import pytest

from billing import tariff_book, what_if
from billing.calls import rerating
from billing.models import Call, Charge, Tariff
from billing.what_if import Proposal
from frontdesk.models import StaffMember
from hotelpbx.refusals import Refusal
from rooms.models import EmergencyCall, Property, Stay
from rooms.operations import attention
from rooms.operations.attention import Decision
from tests import house
from tests.api.rest import Rest, issue
from tests.billing.test_report_handlers import NOON, alice, cdr, clock, report, settle, waiting
from tests.house import CLERK

__all__ = ["alice", "clock"]

pytestmark = pytest.mark.django_db

UNANSWERED = [
    "NO ANSWER", "no answer", "NoAnswer", "NO_ANSWER", "NO ANSWERED", "NOANSWERED", " BUSY ",
    "FAILED", "Failed", "VOICEMAIL", "VoiceMail", "VOICE MAIL", "", "  ",
]  # fmt: skip


@pytest.mark.parametrize("status", UNANSWERED)
def test_what_was_not_answered_is_free_whatever_the_talk_time_says(
    hotel: Property, alice: Stay, status: str
) -> None:
    report(hotel, cdr(NOON, status=status))
    call = Call.objects.get()
    assert (call.rating, call.amount, call.billed_seconds) == ("free", house.yuan("0"), 0)
    assert not Charge.objects.exists()
    assert waiting(hotel) == []


def test_a_record_without_status_is_free(hotel: Property, alice: Stay) -> None:
    body = cdr(NOON)
    del body["status"]
    report(hotel, body)
    assert (Call.objects.get().rating, waiting(hotel)) == ("free", [])


@pytest.mark.parametrize("status", ["ANSWERED", "answered", "Answerd", " ANSWERED "])
def test_what_was_answered_is_charged(hotel: Property, alice: Stay, status: str) -> None:
    report(hotel, cdr(NOON, status=status))
    assert Charge.objects.get().amount == house.yuan("1.16")


@pytest.mark.parametrize("status", ["CONGESTION", "CANCEL", "已接听", "未接听", "0"])
def test_a_status_in_no_manual_with_talk_time_is_a_question(
    hotel: Property, alice: Stay, status: str
) -> None:
    report(hotel, cdr(NOON, status=status))
    assert not Charge.objects.exists()
    (item,) = attention.items(hotel)
    assert (item.kind, item.actions) == ("unrated_call", ("count", "discard"))
    assert f"the status {status}" in item.detail
    with pytest.raises(Refusal, match=f"the status {status}"):
        settle(hotel, "retry")
    assert rerating.rate_unrated(hotel) == 0
    settle(hotel, "count")
    assert Charge.objects.get().amount == house.yuan("1.16")
    assert waiting(hotel) == []


def test_a_status_in_no_manual_may_be_discarded(hotel: Property, alice: Stay) -> None:
    report(hotel, cdr(NOON, status="CONGESTION"))
    settle(hotel, "discard", reason="Nobody was there")
    assert Call.objects.get().rating == "free"
    assert not Charge.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"talkduraction": "0"},
        {"type": "Internal", "callto": "2202", "desttrunkname": ""},
        {"callto": "9110"},
        {"callfrom": "8000"},
    ],
    ids=["no talk time", "internal", "emergency", "house"],
)
def test_a_status_in_no_manual_is_no_question_where_nothing_would_be_charged(
    hotel: Property, alice: Stay, fields: dict[str, str]
) -> None:
    report(hotel, cdr(NOON, status="CONGESTION", **fields))
    assert Call.objects.get().rating == "free"
    assert [kind for kind in waiting(hotel) if kind != "emergency_call"] == []


def test_nobody_in_the_room_and_a_status_in_no_manual_are_asked_one_after_the_other(
    hotel: Property, alice: Stay
) -> None:
    report(hotel, cdr(NOON, callfrom="2202", status="CONGESTION"))
    assert waiting(hotel) == ["unclaimed_call"]
    settle(hotel, "assign", stay=alice)
    assert waiting(hotel) == ["unrated_call"]
    settle(hotel, "count")
    assert Charge.objects.get().stay == alice


def test_no_answer_to_a_number_without_a_price_is_free(hotel: Property, alice: Stay) -> None:
    report(hotel, cdr(NOON, callto="95512", status="BUSY"))
    assert (Call.objects.get().rating, waiting(hotel)) == ("free", [])


def test_counting_is_refused_where_the_status_is_known(hotel: Property, alice: Stay) -> None:
    report(hotel, cdr(NOON, callto="95512"))
    (item,) = attention.items(hotel)
    assert item.actions == ("retry", "discard")
    with pytest.raises(Refusal, match="not waiting for that decision"):
        attention.resolve(hotel, item.id, Decision(action="count", actor=CLERK))


def test_a_later_tariff_does_not_charge_what_was_not_answered(hotel: Property, alice: Stay) -> None:
    """As an older version left it: unrated, although nobody answered."""
    report(hotel, cdr(NOON, callto="95512"))
    Call.objects.update(status="NOANSWER")
    rate = Tariff.objects.get().rates.get()
    rate.pk, rate.prefix = None, "5"
    rate.save()
    tariff_book.mark_changed(hotel)
    rerating.rate_unrated(hotel)
    assert Call.objects.get().rating == "free"
    assert not Charge.objects.exists()


def test_what_if_prices_answered_calls_alone(hotel: Property, alice: Stay) -> None:
    for second, status in enumerate(["ANSWERED", "BUSY", "VOICEMAIL", "CONGESTION"]):
        report(hotel, cdr(NOON - timedelta(minutes=second), status=status))
    found = what_if.compare(
        hotel,
        Proposal(tariff_book.book_of(hotel)),
        NOON - timedelta(days=1),
        NOON + timedelta(days=1),
    )
    assert (found.total.calls, found.total.new) == (1, house.yuan("1.16"))


def test_the_report_by_day_counts_by_status(hotel: Property, alice: Stay) -> None:
    from billing.analytics import calls as figures
    from billing.analytics.period import Period

    for second, status in enumerate(["ANSWERED", "BUSY", "VOICEMAIL"]):
        report(hotel, cdr(NOON - timedelta(minutes=second), status=status))
    day = NOON.astimezone(hotel.zone).date()
    total = figures.SUBJECT.report(hotel, Period(day, day, hotel.zone), "day").total
    assert (total["answered"], total["unanswered"], total["seconds"]) == (1, 2, 61)


def test_an_unrated_call_has_no_amount_anywhere(
    hotel: Property, alice: Stay, client: Any, django_user_model: Any
) -> None:
    report(hotel, cdr(NOON, callto="95512"))
    (shown,) = Rest(hotel, issue(hotel)).pages("calls/")
    assert (shown["rating"], shown["amount"]) == ("unrated", None)

    user = django_user_model.objects.create(username="max")
    StaffMember.objects.create(user=user, property=hotel, role="manager")
    client.force_login(user)
    page = " ".join(client.get("/GRAND/calls/").content.decode().split())
    assert '<td class="number"> – </td>' in page
    assert "0.00" not in page

    from billing.analytics.period import Period
    from billing.export.tables import TABLES

    day = NOON.astimezone(hotel.zone).date()
    table = TABLES["calls"]
    (row,) = table.rows(hotel, Period(day, day, hotel.zone))
    cells = dict(zip(table.headings.split(), table.cells(row, hotel), strict=True))
    assert (cells["rating"], cells["rated_amount"]) == ("unrated", None)


@pytest.mark.parametrize("dialed", ["90110", "9110#", "9,110", "9 110", "9-110", "90w110", "110"])
def test_an_emergency_number_alarms_and_is_free_however_it_was_keyed(
    hotel: Property, alice: Stay, dialed: str
) -> None:
    Tariff.objects.update(strip_prefixes=["9", "90"])
    tariff_book.mark_changed(hotel)
    outbound = {"from": "2201", "to": dialed, "trunk": "SPS", "outboundid": "1.2"}
    parties = [{"ext": {"extid": "2201"}}, {"outbound": outbound}]
    report(hotel, {"action": "RING", "callid": house.callid(NOON), "call": parties})
    assert EmergencyCall.objects.get().number == "110"
    report(hotel, cdr(NOON, callto=dialed))
    call = EmergencyCall.objects.get()
    assert (call.number, call.room.number if call.room else "") == ("110", "201")
    assert Call.objects.get().rating == "free"
    assert not Charge.objects.exists()


def test_the_outside_line_of_another_class_s_tariff_alarms_too(
    hotel: Property, alice: Stay
) -> None:
    Tariff.objects.create(
        property=hotel,
        name="trunk",
        effective_from=NOON,
        strip_prefixes=["77"],
        trunks=["GSM"],
        position=9,
    )
    tariff_book.mark_changed(hotel)
    report(hotel, cdr(NOON, callto="77,119"))
    assert EmergencyCall.objects.get().number == "119"
    assert not Charge.objects.exists()


def test_an_ordinary_number_that_begins_like_an_emergency_is_charged(
    hotel: Property, alice: Stay
) -> None:
    report(hotel, cdr(NOON, callto="9-0110-1234"))
    assert not EmergencyCall.objects.exists()
    assert Charge.objects.get().amount == house.yuan("1.16")


def test_what_was_dialed_is_no_number(hotel: Property, alice: Stay) -> None:
    rate = Tariff.objects.get().rates.get()
    rate.pk, rate.prefix = None, ""
    rate.save()
    tariff_book.mark_changed(hotel)
    report(hotel, cdr(NOON, callto="unknown"))
    (item,) = attention.items(hotel)
    assert (item.kind, "What was dialled is no number." in item.detail) == ("unrated_call", True)


@pytest.mark.parametrize("status", ["VOICEMAIL", "BUSY", "NO ANSWER"])
def test_the_talk_time_may_be_missing_where_nobody_answered(
    hotel: Property, alice: Stay, status: str
) -> None:
    body = cdr(NOON, status=status)
    del body["talkduraction"]
    report(hotel, body)
    assert (Call.objects.get().rating, waiting(hotel)) == ("free", [])
