"""The rules of a lane, tested with rows only."""

import pytest

from hotelpbx.refusals import Refusal
from pbx import outbox
from pbx.models import Command, Pbx
from pbx.outbox import PhoneState

pytestmark = pytest.mark.django_db

State = Command.State


@pytest.fixture
def pbx() -> Pbx:
    return Pbx.objects.create(name="main", url="http://127.0.0.1:9", timezone="Asia/Shanghai")


def configure(pbx: Pbx, subject: str = "stay:1", **wanted: str) -> Command:
    return outbox.provision(pbx, "2201", wanted, subject=subject)


def fail(command: Command, error: str = "The PBX refused it.") -> None:
    command.last_error = error
    outbox.finish(command, State.FAILED)


def lane(pbx: Pbx) -> list[tuple[str, str, dict[str, str]]]:
    return list(
        Command.objects.filter(pbx=pbx).order_by("pk").values_list("kind", "state", "payload")
    )


def test_a_newer_command_takes_the_place_of_one_that_waits_and_carries_it_along(pbx: Pbx) -> None:
    configure(pbx, username="Smith", hasvoicemail="on")
    configure(pbx, username="Smythe")
    assert lane(pbx) == [
        ("configure", "superseded", {"username": "Smith", "hasvoicemail": "on"}),
        ("configure", "waiting", {"username": "Smythe", "hasvoicemail": "on"}),
    ]


def test_never_one_in_flight(pbx: Pbx) -> None:
    first = configure(pbx, username="Smith")
    Command.objects.filter(pk=first.pk).update(state=State.IN_FLIGHT)
    configure(pbx, username="Smythe")
    assert [state for _, state, _ in lane(pbx)] == ["in_flight", "waiting"]


def test_never_across_a_check_out(pbx: Pbx) -> None:
    configure(pbx, username="Smith")
    outbox.deprovision(pbx, "2201", subject="stay:1")
    configure(pbx, subject="stay:2", username="Jones")
    assert [(kind, state) for kind, state, _ in lane(pbx)] == [
        ("configure", "waiting"),
        ("check_out", "waiting"),
        ("configure", "waiting"),
    ]


def test_what_failed_is_nobodys_task_once_the_guest_leaves(pbx: Pbx) -> None:
    fail(configure(pbx, username="Smith"))
    outbox.deprovision(pbx, "2201", subject="stay:1")
    assert [state for _, state, _ in lane(pbx)] == ["superseded", "waiting"]


def test_a_failed_command_keeps_only_what_the_newer_one_does_not_say(pbx: Pbx) -> None:
    fail(configure(pbx, username="Smith", selectoutroute="moon"))
    configure(pbx, username="Smythe")
    assert lane(pbx)[0] == ("configure", "failed", {"selectoutroute": "moon"})
    configure(pbx, selectoutroute="local")
    assert lane(pbx)[0][1] == "superseded"


def test_an_alarm_that_was_never_tried_is_just_not_placed(pbx: Pbx) -> None:
    outbox.place_alarm(pbx, "2201", {"time": "07:00"}, subject="wake-up:1")
    outbox.place_alarm(pbx, "2201", {"time": "08:00"}, subject="wake-up:2")
    assert outbox.remove_alarm(pbx, "2201", {"time": "07:00"}, subject="wake-up:1") is None
    assert [(kind, state) for kind, state, _ in lane(pbx)] == [
        ("place_alarm", "superseded"),
        ("place_alarm", "waiting"),
    ]


def test_an_alarm_that_was_tried_is_taken_back(pbx: Pbx) -> None:
    placing = outbox.place_alarm(pbx, "2201", {"time": "07:00"}, subject="wake-up:1")
    Command.objects.filter(pk=placing.pk).update(attempts=1, outcome_unknown=True)
    removing = outbox.remove_alarm(pbx, "2201", {"time": "07:00"}, subject="wake-up:1")
    assert removing is not None
    assert removing.kind == Command.Kind.REMOVE_ALARM


def test_a_failed_command_can_be_retried_or_discarded_once(pbx: Pbx) -> None:
    command = configure(pbx, username="Smith")
    fail(command)
    outbox.retry(command)
    command.refresh_from_db()
    assert command.state == State.WAITING
    with pytest.raises(Refusal):
        outbox.discard(command)


def test_a_failed_check_out_is_not_retried_onto_the_next_guest(pbx: Pbx) -> None:
    command = configure(pbx, username="Smith")
    fail(command)
    Command.objects.create(
        pbx=pbx,
        extension="2201",
        kind=Command.Kind.DEPROVISION,
        created_at=command.created_at,
        next_try_at=command.created_at,
        state=State.DONE,
    )
    with pytest.raises(Refusal) as refusal:
        outbox.retry(command)
    assert "left" in str(refusal.value)


def test_the_state_of_a_subject_is_its_worst(pbx: Pbx) -> None:
    assert outbox.states_by_subject(["stay:1"]) == {"stay:1": PhoneState()}
    command = configure(pbx, username="Smith")
    assert outbox.states_by_subject(["stay:1"])["stay:1"].state == "pending"
    fail(command, "No such extension.")
    assert outbox.states_by_subject(["stay:1"])["stay:1"] == PhoneState(
        "failed", "No such extension."
    )
    assert outbox.states_by_extension(pbx, ["2201", "2202"]) == {
        "2201": PhoneState("failed", "No such extension."),
        "2202": PhoneState(),
    }
