"""Reading the PBX for a comparison, leaving out phones with pending commands."""

from datetime import datetime

from django.db.models import Q

from hotelpbx.clock import now
from pbx import session
from pbx.client import ExtensionSettings, PbxClient
from pbx.errors import ExtensionMissing, Rejected
from pbx.models import Command, Pbx
from pbx.outbox import UNFINISHED
from rooms.models import Phone, Property
from rooms.resync.difference import Difference, Survey


def survey(property_: Property, pbx: Pbx, extension: str = "") -> tuple[Survey, list[Difference]]:
    """The phones that can be compared, and a difference for each that the PBX does not have.

    :param extension: one phone only; empty: all
    :raises PbxError: the PBX cannot be reached
    """
    began = now()
    client = session.client_for(pbx)
    phones = Phone.objects.filter(property=property_).select_related("room__property__pbx")
    phones = phones.filter(extension=extension) if extension else phones
    wanted = list(phones.order_by("room__order", "room__number", "position"))
    shown = _shown(client, extension)
    busy = _lanes(pbx, _pending(began))
    failed = _lanes(pbx, Q(state=Command.State.FAILED))
    there = [phone for phone in wanted if phone.extension in shown]
    quiet = [phone for phone in there if phone.extension not in busy]
    missing = [_missing(phone) for phone in wanted if phone.extension not in shown]
    left_out = {phone.extension for phone in there} & busy
    return Survey(property_, client, quiet, shown, failed, left_out), missing


def _shown(client: PbxClient, extension: str) -> dict[str, ExtensionSettings]:
    try:
        found = client.extensions.query([extension]) if extension else client.extensions.query_all()
    except ExtensionMissing:
        found = ()
    if not extension and not found:
        raise Rejected("The PBX shows no extensions at all. Look at its API settings.")
    return {each.number: each for each in found}


def _pending(began: datetime) -> Q:
    """Commands that may change a phone, or may have while the PBX was read."""
    return Q(state__in=UNFINISHED) | Q(created_at__gte=began) | Q(finished_at__gte=began)


def _lanes(pbx: Pbx, which: Q) -> set[str]:
    return set(Command.objects.filter(which, pbx=pbx).values_list("extension", flat=True))


def _missing(phone: Phone) -> Difference:
    return Difference(
        part="phones",
        key="missing",
        extension=phone.extension,
        room=phone.room.number,
        what="extension",
        expected="exists",
        actual="is not on the PBX: create it there, or correct the room's phone",
        ours=False,
        can_repair=False,
    )
