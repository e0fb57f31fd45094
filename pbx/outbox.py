"""Commands for the PBX: written in the transaction of the change, delivered after its commit.

Rules of a lane (the commands of one extension):

* a newer ``configure`` replaces an older one that is still waiting and takes over its settings, but
  never one in flight, and never across a check-out;
* a failed command that a newer command or a check-out replaces needs no person any more;
* whoever adds a command holds the lock of the extension's room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.db import transaction

from hotelpbx.clock import now
from hotelpbx.refusals import Refusal
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.models import Command, Pbx
from pbx.signals import command_finished, phone_in_doubt

Kind = Command.Kind
State = Command.State

UNFINISHED = (State.WAITING, State.IN_FLIGHT)


@dataclass(frozen=True)
class PhoneState:
    """The progress of phone commands: the ``phone`` object of the REST API."""

    state: Literal["applied", "pending", "failed"] = "applied"
    error: str | None = None


def provision(pbx: Pbx, extension: str, settings: Mapping[str, Any], *, subject: str) -> Command:
    """Have the PBX change ``settings`` (names as in ``extension/update``) of an extension."""
    merged = dict(settings)
    for older in _open_since_deprovision(pbx, extension, Kind.PROVISION):
        if older.state == State.WAITING:
            merged = {**older.payload, **merged}
            finish(older, State.SUPERSEDED)
        elif older.state == State.FAILED:
            _remove_settings(older, settings)
    return _add(pbx, extension, Kind.PROVISION, merged, subject)


def deprovision(pbx: Pbx, extension: str, *, subject: str, guest_name: str = "") -> Command:
    """Have the PBX reset an extension (``hotel/checkout``). ``guest_name``: who leaves."""
    for failed in _open_since_deprovision(pbx, extension):
        if failed.state == State.FAILED:
            finish(failed, State.SUPERSEDED)
    return _add(pbx, extension, Kind.DEPROVISION, {"guest_name": guest_name}, subject)


def place_alarm(pbx: Pbx, extension: str, alarm: Mapping[str, str], *, subject: str) -> Command:
    """Have the PBX set an alarm: ``time`` (HH:MM, PBX clock), ``repeats``, ``repeatinterval``,
    optionally ``prompt``. The command's result has the ``wakeupid`` if the PBX was asked for it."""
    return place_alarms(pbx, [(extension, alarm, subject)])[0]


def place_alarms(
    pbx: Pbx, alarms: Iterable[tuple[str, Mapping[str, str], str]], *, in_doubt: bool = False
) -> list[Command]:
    """Set many alarms (extension, alarm, subject), with one query.

    :param in_doubt: they may exist already: the PBX is queried first and gets only what is missing
    """
    commands = [
        _command(pbx, extension, Kind.PLACE_ALARM, alarm, subject)
        for extension, alarm, subject in alarms
    ]
    for command in commands:
        command.outcome_unknown = in_doubt
    if commands:
        enqueue_delivery(pbx)
    return Command.objects.bulk_create(commands)


def remove_alarm(
    pbx: Pbx, extension: str, alarm: Mapping[str, str], *, subject: str, alarm_id: str = ""
) -> Command | None:
    """Have an alarm removed. If its placement was never attempted, that is canceled: None."""
    never_sent = False
    for placing in _open_since_deprovision(pbx, extension, Kind.PLACE_ALARM):
        if placing.subject != subject:
            continue
        if placing.state == State.WAITING and not placing.attempts:
            finish(placing, State.SUPERSEDED)
            # One whose existence is in doubt may be there.
            never_sent = never_sent or not placing.outcome_unknown
        elif placing.state == State.FAILED:
            finish(placing, State.SUPERSEDED)
    if never_sent:
        return None
    payload = {**alarm, "wakeupid": alarm_id}
    return _add(pbx, extension, Kind.REMOVE_ALARM, payload, subject)


def read_state(pbx: Pbx, extension: str, *, subject: str, requested: bool = False) -> Command:
    """Read do-not-disturb and voicemail of a phone before it is reset.

    :param requested: we switched do-not-disturb on, not only the guest
    """
    return _add(pbx, extension, Kind.READ_STATE, {"requested": requested}, subject)


def lift_do_not_disturb(
    pbx: Pbx, extension: str, payload: Mapping[str, Any], *, subject: str
) -> Command:
    """Have do-not-disturb switched off, if that is possible before ``not_after``; the result's
    ``dnd`` says whether it was on or was about to be switched on."""
    was_on = False
    for older in _open_since_deprovision(pbx, extension, Kind.PROVISION):
        if older.payload.get("dnd") == "on":
            # A newer command would take it over and be delivered after this one.
            was_on = True
            _remove_settings(older, {"dnd": "on"})
    return _add(pbx, extension, Kind.LIFT_DO_NOT_DISTURB, {**payload, "was_on": was_on}, subject)


def cancel_lift(subject: str) -> None:
    """Cancel switching do-not-disturb off, unless it is in flight."""
    _cancel(subject, Kind.LIFT_DO_NOT_DISTURB)


def originate(pbx: Pbx, extension: str, call: Mapping[str, str], *, subject: str) -> Command:
    """Have the PBX call a phone now: ``call`` has ``prompt`` or ``ivr``, and ``not_after``.

    The command never fails and is never retried by a person: the call is made in time or not at
    all. The result has the ``callid`` (empty: the answer was lost, but it rings) or ``refused``.
    """
    return _add(pbx, extension, Kind.ORIGINATE, call, subject)


def cancel_originate(subject: str) -> None:
    """Cancel a call that is no longer wanted, unless it is in flight."""
    _cancel(subject, Kind.ORIGINATE)


def retry(command: Command) -> None:
    """Retry a failed command; refused if the extension has been checked out since."""
    with transaction.atomic():
        command = Command.objects.select_for_update().get(pk=command.pk)
        _check_failed(command)
        if command.kind == Kind.ORIGINATE:
            raise Refusal("invalid_transition", "A call is not made later: discard this instead.")
        later = Command.objects.filter(
            pbx=command.pbx, extension=command.extension, pk__gt=command.pk
        )
        if later.filter(kind=Kind.DEPROVISION).exclude(state=State.DISCARDED).exists():
            raise Refusal("invalid_transition", "The guest has left since: discard this instead.")
        command.state = State.WAITING
        command.next_try_at = now()
        command.last_error = ""
        command.finished_at = None
        command.save()
        enqueue_delivery(command.pbx)


def discard(command: Command) -> None:
    """Discard a failed command, by a person's decision."""
    with transaction.atomic():
        command = Command.objects.select_for_update().get(pk=command.pk)
        _check_failed(command)
        finish(command, State.DISCARDED)
        if command.kind == Kind.DEPROVISION:
            # The last guest's alarms may still be there, and the lane continues.
            phone_in_doubt.send(sender=Command, pbx=command.pbx, extension=command.extension)
        enqueue_delivery(command.pbx)


def finish(command: Command, state: Command.State) -> None:
    """Store the final state of a command and send ``command_finished``."""
    command.state = state
    command.finished_at = now()
    command.claim = None
    command.claimed_until = None
    command.save()
    command_finished.send(sender=Command, command=command)
    if command.kind == Kind.DEPROVISION and state == State.DONE:
        _supersede_failures_before(command)


def states_by_subject(subjects: Iterable[str]) -> dict[str, PhoneState]:
    """The progress of the commands for each of ``subjects``, in one query."""
    wanted = set(subjects)
    found = dict.fromkeys(wanted, PhoneState())
    rows = (
        Command.objects.filter(subject__in=wanted, state__in=[*UNFINISHED, State.FAILED])
        .order_by("pk")
        .values_list("subject", "state", "last_error")
    )
    for subject, state, error in rows:
        found[subject] = _combine(found[subject], state, error)
    return found


def states_by_extension(pbx: Pbx, extensions: Iterable[str]) -> dict[str, PhoneState]:
    """The progress of all commands of each extension, in one query."""
    wanted = set(extensions)
    found = dict.fromkeys(wanted, PhoneState())
    rows = (
        Command.objects.filter(pbx=pbx, extension__in=wanted, state__in=[*UNFINISHED, State.FAILED])
        .order_by("pk")
        .values_list("extension", "state", "last_error")
    )
    for extension, state, error in rows:
        found[extension] = _combine(found[extension], state, error)
    return found


def _combine(so_far: PhoneState, state: str, error: str) -> PhoneState:
    """Add one more command: a failure takes precedence; the first error of waiting ones is kept."""
    if state == State.FAILED:
        return PhoneState("failed", error)
    if so_far.state == "failed":
        return so_far
    return PhoneState("pending", so_far.error or error or None)


def enqueue_delivery(pbx: Pbx) -> None:
    """Enqueue delivery once the current transaction is committed."""
    enqueue_on_commit("pbx.tasks.deliver", pbx.pk)


def _cancel(subject: str, kind: Command.Kind) -> None:
    waiting = Command.objects.select_for_update(skip_locked=True).filter(
        subject=subject, kind=kind, state=State.WAITING
    )
    for command in waiting:
        finish(command, State.SUPERSEDED)


def _supersede_failures_before(check_out: Command) -> None:
    """Commands that failed for a guest who has left need no person any more."""
    failed = Command.objects.select_for_update().filter(
        pbx=check_out.pbx_id,
        extension=check_out.extension,
        state=State.FAILED,
        pk__lt=check_out.pk,
    )
    for command in failed:
        finish(command, State.SUPERSEDED)


def _add(
    pbx: Pbx, extension: str, kind: Command.Kind, payload: Mapping[str, Any], subject: str
) -> Command:
    enqueue_delivery(pbx)
    command = _command(pbx, extension, kind, payload, subject)
    command.save()
    return command


def _command(
    pbx: Pbx, extension: str, kind: Command.Kind, payload: Mapping[str, Any], subject: str
) -> Command:
    instant = now()
    return Command(
        pbx=pbx,
        extension=extension,
        kind=kind,
        payload=dict(payload),
        subject=subject,
        created_at=instant,
        next_try_at=instant,
    )


def _open_since_deprovision(
    pbx: Pbx, extension: str, kind: Command.Kind | None = None
) -> list[Command]:
    """Waiting and failed commands of a lane, oldest first, locked against delivery.

    A locked one is being claimed or finished at the moment and counts as in flight. Waiting for it
    with the room locked would be a deadlock, because finishing a command may need its room.
    """
    lane = Command.objects.filter(pbx=pbx, extension=extension)
    last = lane.filter(kind=Kind.DEPROVISION).order_by("-pk").values_list("pk", flat=True).first()
    wanted = lane.filter(state__in=[State.WAITING, State.FAILED])
    if kind is not None:
        wanted = wanted.filter(kind=kind, pk__gt=last or 0)
    return list(wanted.select_for_update(skip_locked=True).order_by("pk"))


def _remove_settings(older: Command, newer: Mapping[str, Any]) -> None:
    """Remove settings that a newer command sets from an older one."""
    older.payload = {key: value for key, value in older.payload.items() if key not in newer}
    if older.payload:
        older.save(update_fields=["payload"])
    else:
        finish(older, State.SUPERSEDED)


def _check_failed(command: Command) -> None:
    if command.state != State.FAILED:
        raise Refusal("invalid_transition", "This command is no longer waiting for a person.")
