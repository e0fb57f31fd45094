"""Signal receivers: the end of a phone command, and the PBX link going up or down."""

from typing import Any

from django.dispatch import receiver

from events import log as events
from pbx.models import Command, PbxLink
from pbx.signals import command_finished, link_changed
from rooms.audit import Actor, note
from rooms.locking import lock_with_room
from rooms.models import Property, Stay
from rooms.payloads import stay_payload
from rooms.phones import do_not_disturb, provisioning


@receiver(command_finished, sender=Command)
def on_command_finished(command: Command, **kwargs: Any) -> None:
    """Record an event for a failed command; apply what was read from a phone before a move."""
    kind, _, number = command.subject.partition(":")
    if kind == "quiet" and command.state == Command.State.DONE:
        do_not_disturb.record_state_before(command, int(number))
    if kind != "stay" or not number.isdigit():
        return
    stay = Stay.objects.select_related("property").filter(pk=int(number)).first()
    if stay is None:
        return
    if command.state == Command.State.FAILED:
        payload = {**stay_payload(stay), "phone": command.extension, "error": command.last_error}
        events.record(stay.property.code, "stay.phone_failed", payload)
    if command.kind == Command.Kind.READ_STATE and command.state == Command.State.DONE:
        _apply_state_before_move(stay, command)


def _apply_state_before_move(stay: Stay, command: Command) -> None:
    """Do-not-disturb that the guest set follows to the new room; voicemail cannot, so it is noted.

    The room's own request is moved by the room move itself.
    """
    messages = command.result.get("voicemail", [])
    if messages:
        note(
            stay.property,
            Actor.system(),
            "voicemail left behind",
            f"stay:{stay.reference}",
            after={"phone": command.extension, "messages": messages},
        )
    if command.result.get("dnd") != "on" or command.payload.get("requested"):
        return
    stay, rooms = lock_with_room(stay)
    if stay.status != Stay.Status.IN_HOUSE or stay.room is None:
        return
    room = rooms[stay.room.pk]
    if provisioning.main_stay(room) == stay:
        provisioning.set_do_not_disturb(stay, room)


@receiver(link_changed, sender=PbxLink)
def on_link_changed(link: PbxLink, before: str, **kwargs: Any) -> None:
    """Record an event when the link goes down or up."""
    property_ = Property.objects.filter(pbx=link.pbx_id).first()
    if property_ is None:
        return
    was_up = before == PbxLink.State.UP
    is_up = link.state == PbxLink.State.UP
    if is_up and before != PbxLink.State.UNKNOWN:
        events.record(property_.code, "pbx_link.up", {"pbx": link.pbx.name})
    elif was_up or before == PbxLink.State.UNKNOWN:
        payload = {"pbx": link.pbx.name, "error": link.last_error}
        if not is_up:
            events.record(property_.code, "pbx_link.down", payload)
