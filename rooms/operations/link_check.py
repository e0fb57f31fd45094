"""Checking the PBX link on demand, without waiting for the next heartbeat."""

from django.db import transaction

from hotelpbx.refusals import Refusal
from pbx import link
from rooms.audit import Actor, note
from rooms.models import Property


def check_link(property_: Property, *, actor: Actor) -> None:
    """Check the link now. A password that the PBX refused is not tried again."""
    if property_.pbx is None:
        raise Refusal("invalid_transition", "This hotel has no PBX: enter one in the settings.")
    with transaction.atomic():
        link.request_check(property_.pbx)
        note(property_, actor, "try the PBX link", f"pbx:{property_.pbx.name}")
