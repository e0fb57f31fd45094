"""Signal receivers that request a resync."""

from datetime import timedelta
from typing import Any, Final

from django.dispatch import receiver

from hotelpbx.clock import now
from pbx.models import Command, Pbx, PbxLink
from pbx.signals import link_changed, pbx_restarted, phone_in_doubt
from rooms.models import Property, Resync
from rooms.resync.running import last_finished, request_resync

# Waiting commands are sent first; after a restart the PBX also needs a moment.
_SOON: Final = timedelta(seconds=5)
# The shortest time between two resyncs of an unstable link.
_MIN_INTERVAL: Final = timedelta(minutes=10)
# By then a delayed request has reached the PBX.
_DOUBT: Final = timedelta(seconds=60)


@receiver(pbx_restarted, sender=Pbx)
def resync_after_restart(pbx: Pbx, **kwargs: Any) -> None:
    """Alarms and names may be lost."""
    property_ = Property.objects.filter(pbx=pbx).first()
    if property_ is not None:
        request_resync(property_, Resync.Reason.RESTART, delay=_SOON)


@receiver(link_changed, sender=PbxLink)
def resync_after_outage(link: PbxLink, before: str, **kwargs: Any) -> None:
    """The PBX may have changed meanwhile."""
    property_ = Property.objects.filter(pbx=link.pbx_id).first()
    if property_ is None or link.state != PbxLink.State.UP or before == PbxLink.State.UNKNOWN:
        return
    last = last_finished(property_, Resync.Reason.OUTAGE)
    delay = max(_SOON, last + _MIN_INTERVAL - now()) if last else _SOON
    request_resync(property_, Resync.Reason.OUTAGE, delay=delay)


@receiver(phone_in_doubt, sender=Command)
def resync_phone(pbx: Pbx, extension: str, **kwargs: Any) -> None:
    """A request whose response was lost may have taken effect after its retry (T11)."""
    property_ = Property.objects.filter(pbx=pbx).first()
    if property_ is not None:
        request_resync(property_, Resync.Reason.DOUBT, extension=extension, delay=_DOUBT)
