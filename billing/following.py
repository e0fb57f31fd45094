"""The folio follows the guest."""

from typing import Any

from django.dispatch import receiver

from billing.settling import fix_remaining
from rooms.audit import Actor
from rooms.models import Stay
from rooms.signals import stay_checked_out


@receiver(stay_checked_out, sender=Stay)
def fix_the_folio(stay: Stay, actor: Actor, **kwargs: Any) -> None:
    """Whoever checks out, desk or PMS: what comes now is late."""
    fix_remaining(stay, actor)
