"""When a comparison is asked for without a person."""

from datetime import timedelta
from typing import Any, Final

from django.dispatch import receiver

from hotelpbx.clock import now
from pbx.models import Command, Pbx, PbxLink
from pbx.signals import link_changed, pbx_restarted, phone_in_doubt
from rooms.models import Property, Resync
from rooms.resync.running import last_finished, request_resync

# The waiting commands go first; after a start the PBX also needs a moment.
_SOON: Final = timedelta(seconds=5)
# A link that comes and goes is compared no more often.
_AT_MOST: Final = timedelta(minutes=10)
# By then a request that came late has come.
_DOUBT: Final = timedelta(seconds=60)


@receiver(pbx_restarted, sender=Pbx)
def compare_after_a_start(pbx: Pbx, **kwargs: Any) -> None:
    """Alarms and names may be gone."""
    property_ = Property.objects.filter(pbx=pbx).first()
    if property_ is not None:
        request_resync(property_, Resync.Reason.RESTART, delay=_SOON)


@receiver(link_changed, sender=PbxLink)
def compare_after_an_outage(link: PbxLink, before: str, **kwargs: Any) -> None:
    """Nobody knows what happened to the PBX meanwhile."""
    property_ = Property.objects.filter(pbx=link.pbx_id).first()
    if property_ is None or link.state != PbxLink.State.UP or before == PbxLink.State.UNKNOWN:
        return
    last = last_finished(property_, Resync.Reason.OUTAGE)
    delay = max(_SOON, last + _AT_MOST - now()) if last else _SOON
    request_resync(property_, Resync.Reason.OUTAGE, delay=delay)


@receiver(phone_in_doubt, sender=Command)
def look_again(pbx: Pbx, extension: str, **kwargs: Any) -> None:
    """A request whose answer was lost may have come through after its repetition (T11)."""
    property_ = Property.objects.filter(pbx=pbx).first()
    if property_ is not None:
        request_resync(property_, Resync.Reason.DOUBT, extension=extension, delay=_DOUBT)
