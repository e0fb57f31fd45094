"""Calling a phone: in time or not at all, and never repeated blindly."""

import json
from datetime import timedelta
from typing import Final

import pytest

from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from pbx import outbox
from pbx.delivery import deliver_due, release_stale
from pbx.delivery.claiming import claim
from pbx.models import Command, Pbx
from pbx.reports import inbox
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from tests.pbx.delivery.lanes import later, phone, requests

pytestmark = pytest.mark.django_db

State = Command.State
PLAY = "extension/playprompt"


PROMPT: Final = {"prompt": "wakeup"}


def ring(pbx: Pbx, what: dict[str, str] = PROMPT, *, seconds: float = 60) -> Command:
    wanted = {**what, "not_after": (now() + timedelta(seconds=seconds)).isoformat()}
    return outbox.originate(pbx, "2201", wanted, subject="call:1")


def say(pbx: Pbx, extension: str, status: str) -> None:
    body = {"action": "ExtensionStatus", "extension": extension, "status": status}
    inbox.store(pbx, json.dumps(body).encode(), "192.0.2.1")


def test_a_prompt_is_played_and_the_call_known_by_its_id(exchange: Simulator, pbx: Pbx) -> None:
    command = ring(pbx)
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.state == State.DONE
    assert command.result["callid"].count(".") == 1
    asked = next(entry for entry in exchange.state.requests if entry["path"] == PLAY)
    assert (asked["body"]["prompt"], asked["body"]["autoanswer"]) == ("wakeup", "no")


def test_a_menu_is_dialled(exchange: Simulator, pbx: Pbx) -> None:
    command = ring(pbx, {"ivr": "6600"})
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.result["callid"]
    assert requests(exchange, "ivr/dial_extension") == 1


@pytest.mark.parametrize(
    ("what", "words"),
    [({"ivr": "6601"}, "IVR does not exist"), ({"prompt": "gone"}, "voice prompt")],
)
def test_what_the_pbx_refuses_is_a_result_and_no_failure(
    exchange: Simulator, pbx: Pbx, what: dict[str, str], words: str
) -> None:
    exchange.faults.add(Fault("errno", PLAY, "10023"))
    command = ring(pbx, what)
    deliver_due(pbx)
    command.refresh_from_db()
    assert command.state == State.DONE
    assert words in command.result["refused"]


def test_a_busy_phone_is_tried_again_until_it_is_too_late(exchange: Simulator, pbx: Pbx) -> None:
    exchange.faults.add(Fault("errno", PLAY, "10008", times=2))
    command = ring(pbx)
    deliver_due(pbx)
    later(pbx)
    command.refresh_from_db()
    assert (command.state, command.outcome_unknown) == (State.WAITING, False)
    late = (now() - timedelta(seconds=1)).isoformat()
    Command.objects.filter(pk=command.pk).update(payload={"prompt": "wakeup", "not_after": late})
    later(pbx)
    command.refresh_from_db()
    assert command.state == State.DONE
    assert "in a call" in command.result["refused"]
    assert requests(exchange, PLAY) == 2


def test_a_call_that_comes_too_late_is_not_made(exchange: Simulator, pbx: Pbx) -> None:
    command = ring(pbx, seconds=-1)
    deliver_due(pbx)
    command.refresh_from_db()
    assert "not made" in command.result["refused"]
    assert requests(exchange, PLAY) == 0


def test_after_a_lost_answer_a_phone_that_was_reported_to_ring_is_not_rung_again(
    exchange: Simulator, pbx: Pbx
) -> None:
    """The guest has answered and hung up before we can query: only the report tells."""
    exchange.faults.add(Fault("drop_after", PLAY))
    command = ring(pbx)
    deliver_due(pbx)
    command.refresh_from_db()
    assert (command.state, command.outcome_unknown) == (State.WAITING, True)
    say(pbx, "2201", "Ringing")
    later(pbx)
    command.refresh_from_db()
    assert (command.state, command.result) == (State.DONE, {"callid": ""})
    assert requests(exchange, PLAY) == 1


@pytest.mark.parametrize("status", ["Ringing", "Busy"])
def test_after_a_lost_answer_a_phone_that_rings_is_not_rung_again(
    exchange: Simulator, pbx: Pbx, status: str
) -> None:
    exchange.faults.add(Fault("drop_after", PLAY))
    command = ring(pbx)
    deliver_due(pbx)
    phone(exchange).status = status
    later(pbx)
    command.refresh_from_db()
    assert (command.state, command.result) == (State.DONE, {"callid": ""})
    assert requests(exchange, PLAY) == 1


def test_another_phone_that_rings_says_nothing(exchange: Simulator, pbx: Pbx) -> None:
    exchange.faults.add(Fault("drop_before", PLAY))
    command = ring(pbx)
    deliver_due(pbx)
    say(pbx, "2202", "Ringing")
    say(pbx, "2201", "Idle")
    later(pbx)
    command.refresh_from_db()
    assert command.result["callid"], "it was never rung, so it is now"
    assert requests(exchange, PLAY) == 1


def test_a_worker_that_dies_leaves_the_call_in_doubt(exchange: Simulator, pbx: Pbx) -> None:
    command = ring(pbx)
    assert [each.pk for each in claim(pbx)] == [command.pk]
    Command.objects.update(claimed_until=now() - timedelta(seconds=1))
    say(pbx, "2201", "Ringing")
    assert release_stale() == 1
    later(pbx)
    command.refresh_from_db()
    assert (command.state, requests(exchange, PLAY)) == (State.DONE, 0)


def test_a_call_no_longer_wanted_is_not_made(exchange: Simulator, pbx: Pbx) -> None:
    command = ring(pbx)
    outbox.cancel_originate("call:1")
    deliver_due(pbx)
    command.refresh_from_db()
    assert (command.state, requests(exchange, PLAY)) == (State.SUPERSEDED, 0)


def test_nobody_can_have_a_call_made_later(pbx: Pbx) -> None:
    command = ring(pbx)
    outbox.finish(command, State.FAILED)
    with pytest.raises(Refusal):
        outbox.retry(command)
