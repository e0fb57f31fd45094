"""Delivery to the simulated PBX over HTTP: order, lost answers, rejections, resulting state."""

from datetime import timedelta

import pytest

from hotelpbx.clock import now
from pbx import link, outbox
from pbx.delivery import deliver_due, release_stale
from pbx.delivery.claiming import claim
from pbx.models import Command, Pbx, PbxLink
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from tests.pbx.delivery.lanes import ALARM, later, name_of, phone, place, requests

pytestmark = pytest.mark.django_db

State = Command.State


def test_a_guest_reaches_the_phone(exchange: Simulator, pbx: Pbx) -> None:
    wanted = {"username": "Smith Alice", "selectoutroute": ["local"], "hasvoicemail": "off"}
    command = outbox.provision(pbx, "2201", wanted, subject="stay:1")
    deliver_due(pbx)
    command.refresh_from_db()
    assert (command.state, command.last_error) == (State.DONE, "")
    assert (name_of(exchange), phone(exchange).routes) == ("Smith Alice", ["local"])


def test_the_order_of_a_lane_is_kept(exchange: Simulator, pbx: Pbx) -> None:
    outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
    outbox.deprovision(pbx, "2201", subject="stay:1")
    outbox.provision(pbx, "2201", {"username": "Jones"}, subject="stay:2")
    deliver_due(pbx)
    assert name_of(exchange) == "Jones"
    paths = [entry["path"] for entry in exchange.state.requests]
    assert [path for path in paths if path in ("extension/update", "hotel/checkout")] == [
        "extension/update",
        "hotel/checkout",
        "extension/update",
    ]


def test_a_name_that_is_refused_is_sent_in_plain_letters(exchange: Simulator, pbx: Pbx) -> None:
    exchange.state.ascii_names = True
    command = outbox.provision(pbx, "2201", {"username": "王伟"}, subject="stay:1")
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.state == State.DONE
    assert name_of(exchange).isascii()
    assert command.result == {"username": name_of(exchange)}


def test_a_route_that_the_pbx_did_not_take_is_a_fault_with_both_values(
    exchange: Simulator, pbx: Pbx
) -> None:
    exchange.state.route_mode = "ignore"
    command = outbox.provision(pbx, "2201", {"selectoutroute": ["local"]}, subject="stay:1")
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.state == State.FAILED
    assert "“local”" in command.last_error
    assert "“”" in command.last_error


def test_an_alarm_is_placed_and_its_id_learned(exchange: Simulator, pbx: Pbx) -> None:
    command = place(pbx)
    deliver_due(pbx)
    command.refresh_from_db()
    (alarm,) = phone(exchange).alarms
    assert command.result == {"wakeupid": alarm.id}


def test_the_same_alarm_for_many_phones_is_one_request(exchange: Simulator, pbx: Pbx) -> None:
    not_after = (now() + timedelta(hours=1)).isoformat()
    for number in ("2201", "2202", "2203"):
        alarm = {**ALARM, "not_after": not_after}
        outbox.place_alarm(pbx, number, alarm, subject=f"w:{number}")
    deliver_due(pbx)
    assert requests(exchange, "wakeupcall/create") == 1
    assert Command.objects.filter(state=State.DONE).count() == 3


def test_after_a_lost_answer_the_alarm_is_looked_for_and_not_set_twice(
    exchange: Simulator, pbx: Pbx
) -> None:
    exchange.faults.add(Fault("drop_after", "wakeupcall/create"))
    command = place(pbx)
    deliver_due(pbx)
    command.refresh_from_db()
    assert (command.state, command.outcome_unknown) == (State.WAITING, True)
    later(pbx)
    command.refresh_from_db()
    assert command.state == State.DONE
    assert len(phone(exchange).alarms) == 1
    assert requests(exchange, "wakeupcall/create") == 1


def test_before_the_act_nothing_was_done_and_it_is_done_then(exchange: Simulator, pbx: Pbx) -> None:
    exchange.faults.add(Fault("drop_before", "wakeupcall/create"))
    place(pbx)
    deliver_due(pbx)
    assert phone(exchange).alarms == []
    later(pbx)
    assert len(phone(exchange).alarms) == 1


def test_an_alarm_that_is_there_already_is_good(exchange: Simulator, pbx: Pbx) -> None:
    place(pbx, subject="w:1")
    deliver_due(pbx)
    again = place(pbx, subject="w:2")
    deliver_due(pbx)
    again.refresh_from_db()
    assert again.state == State.DONE
    assert len(phone(exchange).alarms) == 1


def test_an_alarm_that_comes_too_late_is_not_set(exchange: Simulator, pbx: Pbx) -> None:
    """It would ring a day later (T5)."""
    alarm = {**ALARM, "not_after": (now() - timedelta(seconds=1)).isoformat()}
    command = outbox.place_alarm(pbx, "2201", alarm, subject="w:1")
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.state == State.FAILED
    assert phone(exchange).alarms == []


def test_only_our_own_alarm_is_taken_back(exchange: Simulator, pbx: Pbx) -> None:
    place(pbx, time="07:00", subject="w:1")
    place(pbx, time="06:00", subject="w:2")
    deliver_due(pbx)
    known = {alarm.time: alarm.id for alarm in phone(exchange).alarms}
    outbox.remove_alarm(pbx, "2201", {"time": "07:00"}, subject="w:1", alarm_id=known["07:00"])
    deliver_due(pbx)
    assert [alarm.time for alarm in phone(exchange).alarms] == ["06:00"]
    again = outbox.remove_alarm(pbx, "2201", {"time": "07:00"}, subject="w:1", alarm_id="1")
    deliver_due(pbx)
    assert again is not None
    again.refresh_from_db()
    assert again.state == State.DONE, "what is not there is taken back already"
    assert [alarm.time for alarm in phone(exchange).alarms] == ["06:00"]


def test_check_outs_go_together_and_a_missing_phone_holds_nobody_back(
    exchange: Simulator, pbx: Pbx
) -> None:
    for number in ("2201", "2999", "2202"):
        outbox.deprovision(pbx, number, subject=f"stay:{number}")
    deliver_due(pbx)
    states = dict(Command.objects.values_list("extension", "state"))
    assert states == {"2201": "done", "2999": "failed", "2202": "done"}
    assert requests(exchange, "hotel/checkout") == 4, "together, then each by itself"


def test_a_failed_check_out_holds_its_lane_until_a_person_decides(
    exchange: Simulator, pbx: Pbx
) -> None:
    exchange.faults.add(Fault("errno", "hotel/checkout", "10006"))
    wiping = outbox.deprovision(pbx, "2201", subject="stay:1")
    outbox.provision(pbx, "2201", {"username": "Jones"}, subject="stay:2")
    deliver_due(pbx)
    assert name_of(exchange) == "2201", "the next guest waits"
    wiping.refresh_from_db()
    outbox.retry(wiping)
    deliver_due(pbx)
    assert name_of(exchange) == "Jones"


def test_any_other_failed_command_steps_aside(exchange: Simulator, pbx: Pbx) -> None:
    outbox.provision(pbx, "2201", {"selectoutroute": ["moon"]}, subject="stay:1")
    outbox.deprovision(pbx, "2201", subject="stay:1")
    deliver_due(pbx)
    states = list(Command.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["superseded", "done"], "and when the guest has left, it is nobody's task"


@pytest.mark.parametrize(
    ("fault", "unknown"),
    [
        (Fault("errno", "extension/update", "10025"), False),
        (Fault("status", "extension/update", "500"), True),
        (Fault("garbage", "extension/update"), True),
        (Fault("drop_before", "extension/update"), True),
        (Fault("errno", "extension/update", "30003"), False),
    ],
    ids=["too frequent", "500", "garbage", "dropped", "apisrv away"],
)
def test_passing_trouble_is_tried_again(
    exchange: Simulator, pbx: Pbx, fault: Fault, unknown: bool
) -> None:
    exchange.faults.add(Fault(fault.kind, fault.path, fault.value))
    command = outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
    deliver_due(pbx)
    command.refresh_from_db()
    assert (command.state, command.outcome_unknown) == (State.WAITING, unknown)
    assert command.next_try_at > now()
    assert command.last_error
    later(pbx)
    assert name_of(exchange) == "Smith"


def test_a_lost_token_is_replaced_once_and_nobody_notices(exchange: Simulator, pbx: Pbx) -> None:
    outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
    deliver_due(pbx)
    exchange.sessions.forget()
    outbox.provision(pbx, "2201", {"username": "Smythe"}, subject="stay:1")
    deliver_due(pbx)
    assert name_of(exchange) == "Smythe"
    assert requests(exchange, "login") == 2


def test_a_refused_password_is_not_tried_again_until_it_changes(
    exchange: Simulator, pbx: Pbx
) -> None:
    """Five wrong ones would lock our address (L453)."""
    exchange.sessions.password = "another"
    outbox.provision(pbx, "2201", {"username": "Smith"}, subject="stay:1")
    for _ in range(6):
        later(pbx)
        link.keep_alive(pbx)
    assert requests(exchange, "login") == 1
    assert PbxLink.objects.get().state == PbxLink.State.REFUSED
    assert Command.objects.get().state == State.WAITING, "nothing is lost"
    pbx.password = "another"
    pbx.save()
    later(pbx)
    assert name_of(exchange) == "Smith"
    assert PbxLink.objects.get().state == PbxLink.State.UP


def test_a_password_from_a_missing_variable_is_named(
    pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PBX_ELSEWHERE", raising=False)
    pbx.password = "env:PBX_ELSEWHERE"
    pbx.save()
    link.keep_alive(pbx)
    assert "PBX_ELSEWHERE" in PbxLink.objects.get().last_error


def test_the_heartbeat_reads_clock_firmware_and_serial_number(
    exchange: Simulator, pbx: Pbx
) -> None:
    exchange.state.clock.offset = 90
    link.keep_alive(pbx)
    row = PbxLink.objects.get()
    assert row.clock_difference == pytest.approx(90, abs=3)
    assert (row.firmware, row.serial_number) == ("30.15.0.19", exchange.state.serial)
    assert row.utc_offset_seconds == 8 * 3600


def test_secrets_are_not_readable_in_the_database(exchange: Simulator, pbx: Pbx) -> None:
    from django.db import connection

    link.keep_alive(pbx)
    with connection.cursor() as cursor:
        cursor.execute("SELECT password FROM pbx_pbx")
        (password,) = cursor.fetchone()
        cursor.execute("SELECT token FROM pbx_pbxlink")
        (token,) = cursor.fetchone()
    assert "secret" not in password
    assert PbxLink.objects.get().token not in token


def test_an_absent_pbx_is_tried_once_a_round_and_the_desk_is_told(
    exchange: Simulator, pbx: Pbx
) -> None:
    exchange.stop()
    for number in ("2201", "2202", "2203"):
        outbox.provision(pbx, number, {"username": "Smith"}, subject=f"stay:{number}")
    assert deliver_due(pbx) == 1
    assert PbxLink.objects.get().state == PbxLink.State.DOWN
    assert Command.objects.filter(state=State.WAITING).count() == 3


def test_what_a_dead_worker_held_is_given_back_in_doubt(exchange: Simulator, pbx: Pbx) -> None:
    place(pbx)
    (held,) = claim(pbx)
    assert release_stale() == 0, "its lease still runs"
    Command.objects.update(claimed_until=now() - timedelta(seconds=1))
    assert release_stale() == 1
    held.refresh_from_db()
    assert (held.state, held.outcome_unknown) == (State.WAITING, True)
    deliver_due(pbx)
    assert len(phone(exchange).alarms) == 1


def test_do_not_disturb_and_voicemail_are_read_before_a_move(exchange: Simulator, pbx: Pbx) -> None:
    phone(exchange).settings["dnd"] = "on"
    exchange.telephony.leave_message(phone(exchange), "8000", 12)
    command = outbox.read_state(pbx, "2201", subject="stay:1")
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.result["dnd"] == "on"
    (message,) = command.result["voicemail"]
    assert (message["from"], message["seconds"]) == ("8000", 12)


def test_the_pin_of_the_last_guest_is_forgotten(exchange: Simulator, pbx: Pbx) -> None:
    """A check-out does not reset it (T13)."""
    phone(exchange).settings["vmsecret"] = "4711"
    outbox.provision(pbx, "2201", {"dnd": "off", "reset_pin": True}, subject="stay:1")
    deliver_due(pbx)
    assert phone(exchange).settings["vmsecret"] == "2201", "the extension's number by default"
    pbx.voicemail_pin = "9090"
    pbx.save()
    outbox.provision(pbx, "2201", {"reset_pin": True, "dnd": "off"}, subject="stay:1")
    deliver_due(pbx)
    assert phone(exchange).settings["vmsecret"] == "9090"


def test_a_pin_that_the_pbx_does_not_take_is_told_without_showing_it(
    exchange: Simulator, pbx: Pbx
) -> None:
    pbx.voicemail_pin = "9090"
    pbx.save()
    command = outbox.provision(pbx, "2201", {"dnd": "off", "reset_pin": True}, subject="stay:1")
    exchange.faults.add(Fault("delay", "extension/update", "0"))
    exchange.faults.add(Fault("errno", "extension/update", "10017"))
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.state == State.FAILED
    assert "voicemail PIN" in command.last_error
    assert "9090" not in f"{command.last_error}{command.payload}{command.result}"
