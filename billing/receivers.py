"""Signal receivers: check-in, changes of a stay, check-out, and the PBX's list of extensions."""

from typing import Any

from django.dispatch import receiver

from billing.folio.settlement import settle_remaining
from billing.ledger import credit_limit
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx.models import Pbx
from pbx.signals import extensions_read
from rooms.audit import Actor
from rooms.models import Property, Stay
from rooms.signals import stay_changed, stay_checked_in, stay_checked_out


@receiver([stay_checked_in, stay_changed], sender=Stay)
def sync_phone_bar(stay: Stay, **kwargs: Any) -> None:
    """A guest without credit is barred from check-in on; a limit or class may be new."""
    credit_limit.sync_phone_bar(stay)


@receiver(stay_checked_out, sender=Stay)
def settle_folio(stay: Stay, actor: Actor, **kwargs: Any) -> None:
    """Settle what is open, whether the desk or the PMS checks out; later charges are late."""
    settle_remaining(stay, actor)


@receiver(extensions_read, sender=Pbx)
def finalize_doubtful_calls(pbx: Pbx, **kwargs: Any) -> None:
    """Attribute the calls that waited for the list, or leave them to a person."""
    property_ = Property.objects.filter(pbx=pbx).values_list("pk", flat=True).first()
    if property_ is not None:
        enqueue_on_commit("billing.tasks.settle_doubtful", property_)
