"""The connection is lost before or after the PBX acts: it is queried before a repetition."""

from typing import Any

import pytest

from hotelpbx.processes.running import wait_until
from pbx import outbox, session
from pbx.client.transport import Limits
from pbx.delivery import deliver_due
from pbx.models import Command, Pbx
from pbx.signals import phone_in_doubt
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from tests.pbx.delivery.lanes import later, name_of, phone, place, requests

pytestmark = pytest.mark.django_db

State = Command.State


def settle(exchange: Simulator, pbx: Pbx, name: str = "Smith Alice") -> None:
    """A guest whose phone carries her name, with an alarm, a route and a message."""
    wanted = {"username": name, "selectoutroute": ["local"]}
    outbox.provision(pbx, "2201", wanted, subject="stay:1")
    place(pbx)
    deliver_due(pbx)
    exchange.telephony.leave_message(phone(exchange), "8000", 12)
    assert (name_of(exchange), len(phone(exchange).alarms)) == (name, 1)


@pytest.mark.parametrize(
    ("kind", "check_outs"), [("drop_before", 1), ("drop_after", 1)], ids=["before", "after"]
)
def test_a_check_out_is_done_once_whenever_the_connection_died(
    exchange: Simulator, pbx: Pbx, kind: str, check_outs: int
) -> None:
    settle(exchange, pbx)
    exchange.faults.add(Fault(kind, "hotel/checkout"))
    wiping = outbox.deprovision(pbx, "2201", subject="stay:1")
    outbox.provision(pbx, "2201", {"username": "Jones"}, subject="stay:2")
    deliver_due(pbx)
    wiping.refresh_from_db()
    assert (wiping.state, wiping.outcome_unknown) == (State.WAITING, True)
    later(pbx)
    assert requests(exchange, "hotel/checkout") == check_outs
    assert name_of(exchange) == "Jones"
    assert (phone(exchange).alarms, phone(exchange).messages) == ([], [])


def test_a_check_out_is_not_repeated_onto_a_guest_who_was_set_up_by_hand(
    exchange: Simulator, pbx: Pbx
) -> None:
    """The PBX reset the phone and its answer was lost; then somebody set it up by hand (T11)."""
    settle(exchange, pbx)
    exchange.faults.add(Fault("drop_after", "hotel/checkout"))
    wiping = outbox.deprovision(pbx, "2201", subject="stay:1")
    deliver_due(pbx)
    phone(exchange).settings["username"] = "Mr Next"
    phone(exchange).routes.append("national")
    later(pbx)
    wiping.refresh_from_db()
    assert wiping.state == State.FAILED
    assert "Mr Next" in wiping.last_error
    assert "national" in wiping.last_error
    assert name_of(exchange) == "Mr Next"
    assert requests(exchange, "hotel/checkout") == 1


def test_a_phone_that_never_got_the_name_is_wiped_again(exchange: Simulator, pbx: Pbx) -> None:
    """Its state says nothing then; the lane is ours, so repeating is safe."""
    place(pbx)
    exchange.faults.add(Fault("drop_before", "hotel/checkout"))
    outbox.deprovision(pbx, "2201", subject="stay:1", guest_name="Smith Alice")
    deliver_due(pbx)
    later(pbx)
    assert phone(exchange).alarms == []


def test_the_name_is_looked_for_since_the_last_check_out_only(
    exchange: Simulator, pbx: Pbx
) -> None:
    settle(exchange, pbx)
    outbox.deprovision(pbx, "2201", subject="stay:1")
    place(pbx, time="08:00", subject="w:2")
    deliver_due(pbx)
    exchange.faults.add(Fault("drop_before", "hotel/checkout"))
    outbox.deprovision(pbx, "2201", subject="stay:2")
    deliver_due(pbx)
    later(pbx)
    assert phone(exchange).alarms == []


@pytest.mark.parametrize(
    ("kind", "updates"), [("drop_before", 1), ("drop_after", 1)], ids=["before", "after"]
)
def test_settings_are_asked_for_before_they_are_set_again(
    exchange: Simulator, pbx: Pbx, kind: str, updates: int
) -> None:
    exchange.faults.add(Fault(kind, "extension/update"))
    command = outbox.provision(
        pbx, "2201", {"username": "Smith", "selectoutroute": ["local"]}, subject="stay:1"
    )
    deliver_due(pbx)
    later(pbx)
    command.refresh_from_db()
    assert command.state == State.DONE
    assert name_of(exchange) == "Smith"
    assert requests(exchange, "extension/update") == updates


def test_after_a_refused_batch_each_is_asked_about(exchange: Simulator, pbx: Pbx) -> None:
    """The PBX may have set some of them before it rejected one (T36)."""
    place(pbx, "2202")
    deliver_due(pbx)
    for number in ("2201", "2202", "2203"):
        place(pbx, number, subject=f"w:{number}")
    deliver_due(pbx)
    assert set(Command.objects.values_list("state", flat=True)) == {State.DONE}
    assert [len(phone(exchange, number).alarms) for number in ("2201", "2202", "2203")] == [1, 1, 1]


def test_a_link_that_fails_within_a_refused_batch_gives_the_rest_back(
    exchange: Simulator, pbx: Pbx
) -> None:
    for number in ("2201", "2999", "2203"):
        outbox.deprovision(pbx, number, subject=f"stay:{number}")
    exchange.faults.add(Fault("errno", "hotel/checkout", "10006"))
    exchange.faults.add(Fault("errno", "hotel/checkout", "30003", times=0))
    deliver_due(pbx)
    assert set(Command.objects.values_list("state", flat=True)) == {State.WAITING}
    exchange.faults.clear()
    later(pbx)
    states = dict(Command.objects.values_list("extension", "state"))
    assert states == {"2201": "done", "2999": "failed", "2203": "done"}


def test_a_request_that_comes_late_leaves_the_phone_in_doubt(
    exchange: Simulator, pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We timed out, queried, and repeated it; then the first request was carried out after all."""
    doubted: list[str] = []

    def listen(extension: str, **kwargs: Any) -> None:
        doubted.append(extension)

    phone_in_doubt.connect(listen)
    try:
        settle(exchange, pbx)
        monkeypatch.setattr(session, "_LIMITS", Limits(connect=3, read=0.3, overall=0.3))
        exchange.faults.add(Fault("delay", "hotel/checkout", "1"))
        outbox.deprovision(pbx, "2201", subject="stay:1")
        outbox.provision(pbx, "2201", {"username": "Jones"}, subject="stay:2")
        deliver_due(pbx)
        monkeypatch.undo()
        later(pbx)
        assert doubted == ["2201"]
        wait_until(lambda: requests(exchange, "hotel/checkout") == 2, 10, "the late request")
    finally:
        phone_in_doubt.disconnect(listen)
