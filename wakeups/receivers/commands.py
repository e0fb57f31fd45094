"""The PBX has set an alarm or refused it, or has placed a call of ours or not."""

from typing import Any

from django.dispatch import receiver

from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.models import Command
from pbx.signals import command_finished
from rooms.locking import lock_with_room
from wakeups.escalation import outgoing_calls
from wakeups.models import Occurrence
from wakeups.occurrences import conclude


@receiver(command_finished, sender=Command)
def apply_finished_command(command: Command, **kwargs: Any) -> None:
    """Apply the result to the occurrence or attempt that the command's subject names."""
    kind, _, number = command.subject.partition(":")
    if not number.isdigit():
        return
    if kind == "wake-up" and command.kind == Command.Kind.PLACE_ALARM:
        _apply_placed_alarm(command, int(number))
    elif kind == "wake-up-attempt":
        outgoing_calls.apply_command(command, int(number))
        enqueue_on_commit("wakeups.tasks.watch")


def _apply_placed_alarm(command: Command, number: int) -> None:
    own = Occurrence.objects.select_related("call__property").filter(pk=number).first()
    if own is None:
        return
    lock_with_room(own.call.stay)
    sharing = (
        Occurrence.objects.select_for_update(of=("self",), no_key=True)
        .select_related("call__stay__room", "call__property__pbx")
        .filter(
            extension=own.extension,
            rings_at=own.rings_at,
            call__property=own.call.property_id,
            state__in=Occurrence.WAITING,
        )
    )
    for occurrence in sharing:
        if command.state == Command.State.DONE:
            occurrence.placed_at = occurrence.placed_at or now()
            if "wakeupid" in command.result:
                occurrence.alarm_id = str(command.result["wakeupid"])
                occurrence.seen_at = now()
            if occurrence.state == Occurrence.State.PLACING:
                occurrence.state = Occurrence.State.PLACED
            occurrence.save()
        elif command.state == Command.State.FAILED:
            _apply_refusal(occurrence, command.last_error)


def _apply_refusal(occurrence: Occurrence, error: str) -> None:
    """Alert the desk at once, long before the guest oversleeps; a VIP is called by a person."""
    if occurrence.state == Occurrence.State.PERSON:
        occurrence.detail = f"The PBX cannot step in: {error}"
        occurrence.save(update_fields=["detail"])
    else:
        conclude(occurrence, Occurrence.State.FAILED, error)
