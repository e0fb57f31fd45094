"""Calls that were not reported: downloaded, counted once, and taken as a sign."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hotelpbx.clock import now
from pbx import cdr_backfill, cdr_download, link, outbox, session
from pbx.client.transport import Limits
from pbx.delivery import deliver_due
from pbx.models import Command, Pbx, PbxLink, Report
from pbx.reports import inbox
from pbx.signals import pbx_restarted
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from tests.pbx.delivery.lanes import name_of, requests

pytestmark = pytest.mark.django_db


def call(
    exchange: Simulator, ended_ago: float, talk: int = 30, number: str = "2201", **more: str
) -> dict[str, str]:
    """A call in the PBX's list that ended so many seconds ago, and was not reported."""
    began = datetime.now(UTC) - timedelta(seconds=ended_ago + talk)
    count = len(exchange.state.records)
    record = {
        "callid": f"{int(began.timestamp())}.{count}",
        "timestart": began.astimezone(exchange.state.clock.zone).strftime("%Y-%m-%d %H:%M:%S"),
        "callfrom": number,
        "callto": "9123456",
        "callduraction": str(talk),
        "talkduraction": str(talk),
        "desttrunkname": "SIP-local",
        "status": "ANSWERED",
        "type": "Outbound",
        **more,
    }
    exchange.state.records.append(record)
    return record


def set_link(**values: Any) -> None:
    PbxLink.objects.update(records_tried_at=None, **values)


def stored() -> list[str]:
    return sorted(Report.objects.filter(action="NewCdr").values_list("callid", flat=True))


@pytest.fixture
def linked(pbx: Pbx) -> Pbx:
    """A link that has been up for two hours, with all calls before known."""
    link.keep_alive(pbx)
    long_ago = now() - timedelta(hours=2)
    set_link(
        logged_in_at=long_ago, state_since=long_ago, records_until=long_ago + timedelta(seconds=1)
    )
    return pbx


def test_the_calls_before_the_first_login_are_nobody_s(exchange: Simulator, pbx: Pbx) -> None:
    call(exchange, 60)
    link.keep_alive(pbx)
    cdr_backfill.backfill_if_due(pbx)
    assert stored() == []
    assert PbxLink.objects.get().records_until is not None


def test_after_a_new_login_the_calls_of_the_gap_are_fetched(
    exchange: Simulator, linked: Pbx
) -> None:
    missed = call(exchange, 600)
    set_link(logged_in_at=now(), last_report_at=now())
    cdr_backfill.backfill_if_due(linked)
    assert stored() == [missed["callid"]]
    cdr_backfill.backfill_if_due(linked)
    assert requests(exchange, "cdr/get_random") == 1, "once for each login"


def test_a_call_that_was_reported_is_not_fetched_again(exchange: Simulator, linked: Pbx) -> None:
    """Also if the report had no serial number, as before API 1.0.6 (L73), and the list has."""
    record = call(exchange, 600)
    body = {"action": "NewCdr", **record}
    inbox.store(linked, repr(body).replace("'", '"').encode(), "192.168.5.150")
    set_link(logged_in_at=now())
    cdr_backfill.backfill_if_due(linked)
    assert stored() == [record["callid"]]


def test_a_report_that_comes_after_the_list_is_the_same(exchange: Simulator, linked: Pbx) -> None:
    earlier, late = call(exchange, 1200), call(exchange, 600)
    for serial in ("", exchange.state.serial):
        Report.objects.all().delete()
        mark = {"sn": serial} if serial else {}
        report = {"action": "NewCdr", **earlier, **mark}
        inbox.store(linked, repr(report).replace("'", '"').encode(), "192.168.5.150")
        set_link(logged_in_at=now())
        cdr_backfill.backfill_if_due(linked)
        report = {"action": "NewCdr", **late, **mark}
        inbox.store(linked, repr(report).replace("'", '"').encode(), "192.168.5.150")
        assert stored() == sorted([earlier["callid"], late["callid"]])
        set_link(records_until=now() - timedelta(hours=1))


@pytest.mark.parametrize(
    ("values", "fetched"),
    [
        ({}, True),
        ({"last_report_at": timedelta(minutes=5)}, False),
        ({"last_report_at": timedelta(minutes=20)}, True),
        ({"last_report_at": timedelta(), "state_since": timedelta(minutes=30)}, True),
        ({"state": PbxLink.State.DOWN}, False),
        ({"records_until": timedelta(minutes=3)}, False),
    ],
    ids=[
        "silent",
        "heard lately",
        "silent for long",
        "back after an outage",
        "away",
        "fetched lately",
    ],
)
def test_when_the_list_is_fetched(
    exchange: Simulator, linked: Pbx, values: dict[str, Any], fetched: bool
) -> None:
    ages = {name: age for name, age in values.items() if isinstance(age, timedelta)}
    logged_in = now() - timedelta(hours=30)
    set_link(logged_in_at=logged_in, state_since=logged_in)
    if "records_until" not in values:
        set_link(records_until=now() - timedelta(hours=2))
    set_link(**{**values, **{name: now() - age for name, age in ages.items()}})
    cdr_backfill.backfill_if_due(linked)
    assert (requests(exchange, "cdr/get_random") > 0) is fetched


def test_each_night_a_whole_day_is_compared_once_however_busy_the_reports_are(
    exchange: Simulator, linked: Pbx
) -> None:
    """A leg that was listed long after the download that should have included it."""
    late = call(exchange, 8 * 3600)
    set_link(
        records_from=now() - timedelta(days=9),
        records_until=now() - timedelta(minutes=1),
        last_report_at=now(),
    )
    cdr_backfill.backfill_if_due(linked)
    assert stored() == [], "nothing says that a report is missing"
    night = now() - timedelta(hours=2)
    cdr_backfill.backfill_if_due(linked, night)
    assert stored() == [late["callid"]]
    set_link()
    cdr_backfill.backfill_if_due(linked, night)
    assert requests(exchange, "cdr/get_random") == 2, "a day and four hours, once"


def test_no_night_looks_back_before_the_house_was_connected(
    exchange: Simulator, linked: Pbx
) -> None:
    call(exchange, 8 * 3600)
    ours = call(exchange, 2 * 3600)
    set_link(records_from=now() - timedelta(hours=4), records_until=now())
    cdr_backfill.backfill_if_due(linked, now() - timedelta(hours=2))
    assert stored() == [ours["callid"]]


def test_a_night_whose_list_is_refused_is_made_up_for(exchange: Simulator, linked: Pbx) -> None:
    missed = call(exchange, 8 * 3600)
    set_link(records_from=now() - timedelta(days=9), records_until=now())
    exchange.faults.add(Fault("garbage", "cdr/download", times=0))
    cdr_backfill.backfill_if_due(linked, now())
    row = PbxLink.objects.get()
    assert row.records_error
    assert row.state == PbxLink.State.UP, "a bad file is not a bad link"
    exchange.faults.clear()
    set_link()
    cdr_backfill.backfill_if_due(linked, now())
    assert stored() == [missed["callid"]]


def test_after_we_were_away_ourselves_a_day_is_owed(exchange: Simulator, linked: Pbx) -> None:
    set_link(day_compared_at=now(), heartbeat_at=now() - timedelta(minutes=3))
    link.keep_alive(linked)
    assert PbxLink.objects.get().day_compared_at is not None
    set_link(heartbeat_at=now() - timedelta(minutes=10))
    link.keep_alive(linked)
    assert PbxLink.objects.get().day_compared_at is None


def test_one_lost_report_among_others_is_no_sign_that_they_stay_out(
    exchange: Simulator, linked: Pbx
) -> None:
    missed = call(exchange, 1800)
    set_link(last_report_at=now() - timedelta(minutes=20))
    cdr_backfill.backfill_if_due(linked)
    assert stored() == [missed["callid"]]
    assert PbxLink.objects.get().reports_missing_since is None


@pytest.mark.parametrize("serial", ["", "369362089179"], ids=["list without", "report without"])
def test_the_first_call_of_all_counts_once_with_and_without_its_serial_number(
    exchange: Simulator, linked: Pbx, serial: str
) -> None:
    """No report has shown yet whether reports have one; the list and the report differ."""
    record = call(exchange, 600)
    exchange.state.serial = serial
    linked.serial_number = "369362089179"
    linked.save()
    cdr_backfill.backfill_if_due(linked)
    report = {"action": "NewCdr", **record}
    if not serial:
        report["sn"] = "369362089179"
    again = inbox.store(linked, repr(report).replace("'", '"').encode(), "192.168.5.150")
    assert stored() == [record["callid"]]
    assert again.source is None, "the one that was fetched"


@pytest.mark.parametrize(
    ("zone", "asked_from", "began", "wall"),
    [
        ("Europe/Berlin", "2025-10-26T00:30Z", "2025-10-26T01:10Z", "2025-10-26 02:10:00"),
        ("Europe/Berlin", "2025-03-30T00:30Z", "2025-03-30T01:10Z", "2025-03-30 03:10:00"),
        ("Australia/Lord_Howe", "2025-04-05T14:40Z", "2025-04-05T15:05Z", "2025-04-06 01:35:00"),
    ],
)
def test_no_call_of_a_night_in_which_the_clocks_change_is_left_out(
    exchange: Simulator, linked: Pbx, zone: str, asked_from: str, began: str, wall: str
) -> None:
    """Clocks go back: a call that began later shows an earlier time than the start of the list."""
    start, instant = datetime.fromisoformat(asked_from), datetime.fromisoformat(began)
    assert f"{instant.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M:%S}" == wall
    callid = f"{int(instant.timestamp())}.1"
    call(exchange, 600, talk=5 * 3600, callid=callid, timestart=wall)
    linked.timezone = zone
    linked.save()
    since = start + cdr_download.OVERLAP
    cdr_download.download_missing(
        linked, session.client_for(linked), since, until=since + timedelta(hours=2)
    )
    assert stored() == [callid]


def test_a_list_longer_than_one_answer_is_fetched_in_pieces_and_compared_in_few_queries(
    exchange: Simulator, linked: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = [call(exchange, 600 + 60 * number) for number in range(100)]
    monkeypatch.setattr("pbx.session._LIMITS", Limits(body=4000))
    client = session.client_for(linked)
    assert len(cdr_download.download_missing(linked, client, now() - timedelta(hours=3))) == 100
    assert stored() == sorted(record["callid"] for record in ended)
    monkeypatch.undo()
    with CaptureQueriesContext(connection) as queries:
        assert (
            cdr_download.download_missing(
                linked, session.client_for(linked), now() - timedelta(hours=3)
            )
            == []
        )
    assert len(queries) < 40, "the known are not looked up one by one"


def test_reports_that_stay_out_are_told_and_asked_for_anew(
    exchange: Simulator, linked: Pbx
) -> None:
    """Somebody else has logged in and gets the reports: calls are listed, but not reported."""
    call(exchange, 600)
    cdr_backfill.backfill_if_due(linked)
    row = PbxLink.objects.get()
    assert row.reports_missing_since is not None
    assert requests(exchange, "login") == 2, "a login says anew where reports go"
    inbox.store(linked, b'{"action": "BootUp"}', None)
    assert PbxLink.objects.get().reports_missing_since is None


def test_a_quiet_hotel_is_no_alarm(exchange: Simulator, linked: Pbx) -> None:
    cdr_backfill.backfill_if_due(linked)
    row = PbxLink.objects.get()
    assert (row.reports_missing_since, row.records_error) == (None, "")
    assert requests(exchange, "login") == 1


def test_a_call_that_has_just_ended_may_still_be_reported(exchange: Simulator, linked: Pbx) -> None:
    call(exchange, 20)
    cdr_backfill.backfill_if_due(linked)
    assert PbxLink.objects.get().reports_missing_since is None
    assert len(stored()) == 1


def test_a_list_that_is_refused_is_tried_again_but_not_at_once(
    exchange: Simulator, linked: Pbx
) -> None:
    exchange.faults.add(Fault("errno", "cdr/get_random", "20015", times=0))
    cdr_backfill.backfill_if_due(linked)
    cdr_backfill.backfill_if_due(linked)
    assert requests(exchange, "cdr/get_random") == 1
    assert "downloads" in PbxLink.objects.get().records_error
    exchange.faults.clear()
    missed = call(exchange, 600)
    set_link(state=PbxLink.State.UP)
    cdr_backfill.backfill_if_due(linked)
    assert stored() == [missed["callid"]]
    assert PbxLink.objects.get().records_error == ""


def test_a_row_that_cannot_be_read_is_kept_once_for_a_person(
    exchange: Simulator, linked: Pbx
) -> None:
    call(exchange, 600, talkduraction="soon")
    cdr_backfill.backfill_if_due(linked)
    set_link(logged_in_at=now())
    cdr_backfill.backfill_if_due(linked)
    assert Report.objects.count() == 1


def test_before_a_check_out_the_calls_of_the_phone_are_fetched(
    exchange: Simulator, linked: Pbx
) -> None:
    """By one page of the manual a check-out deletes the call records, too (L4217-L4219)."""
    own, other = call(exchange, 300), call(exchange, 300, number="2202")
    outbox.deprovision(linked, "2201", subject="stay:1")
    deliver_due(linked)
    assert stored() == [own["callid"]]
    paths = [entry["path"] for entry in exchange.state.requests]
    assert paths.index("cdr/download") < paths.index("hotel/checkout")
    set_link(logged_in_at=now())
    cdr_backfill.backfill_if_due(linked)
    assert stored() == sorted([own["callid"], other["callid"]])


def test_a_check_out_does_not_fail_for_a_list_that_is_refused(
    exchange: Simulator, linked: Pbx
) -> None:
    exchange.faults.add(Fault("errno", "cdr/get_random", "10003", times=0))
    command = outbox.deprovision(linked, "2201", subject="stay:1")
    deliver_due(linked)
    command.refresh_from_db()
    assert command.state == Command.State.DONE
    assert name_of(exchange) == "2201"


@pytest.mark.parametrize(
    ("passed", "starts"), [(0, 0), (3600, 1)], ids=["the same run", "started anew"]
)
def test_a_restart_is_seen_by_the_uptime(
    exchange: Simulator, pbx: Pbx, passed: float, starts: int
) -> None:
    """BootUp is sent only to logged-in sessions, which a restart ends (T15)."""
    told: list[Pbx] = []

    def listen(pbx: Pbx, **kwargs: Any) -> None:
        told.append(pbx)

    pbx_restarted.connect(listen)
    try:
        exchange.state.started_at -= timedelta(seconds=passed + 120)
        link.keep_alive(pbx)
        exchange.state.started_at += timedelta(seconds=passed)
        PbxLink.objects.update(heartbeat_at=None)
        link.keep_alive(pbx)
        PbxLink.objects.update(heartbeat_at=None)
        link.keep_alive(pbx)
    finally:
        pbx_restarted.disconnect(listen)
    assert len(told) == starts
