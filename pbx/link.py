"""The state of the link to a PBX: heartbeat, regular checks, what was learned from them."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx import extension_list, session
from pbx.client import DeviceInfo, PbxClient, Session
from pbx.errors import (
    ConnectionLost,
    HeartbeatRefused,
    Misconfigured,
    PbxError,
    ServerFault,
    Timeout,
    TokenInvalid,
    Unreachable,
)
from pbx.models import Pbx, PbxLink
from pbx.signals import link_changed, pbx_restarted

log = logging.getLogger(__name__)

# Well inside the 30 minutes after which a token expires (L494). A heartbeat repeats the address for
# reports, which changes the PBX's configuration (20011), so it is not sent more often.
HEARTBEAT_INTERVAL: Final = timedelta(minutes=2)
# A PBX that has restarted does not report it to former sessions (L4740) and knows no token. A query
# at this interval, which changes nothing on the PBX, notices that well within a minute.
CHECK_INTERVAL: Final = timedelta(seconds=20)
# No process has checked the link for this long: we were down ourselves.
UNATTENDED_AFTER: Final = 3 * HEARTBEAT_INTERVAL

# The uptime has whole seconds, and the PBX may adjust its clock.
_SAME_START: Final = timedelta(minutes=1)

State = PbxLink.State


def keep_alive(pbx: Pbx) -> None:
    """Keep the session alive and check the PBX: heartbeat, clock, firmware.

    Called every few seconds; contacts the PBX only if that is due or the link is not known to be
    up.
    """
    link = session.link_of(pbx)
    beaten = link.heartbeat_at if session.token_of(pbx, link) else None
    is_up = link.state == State.UP and beaten is not None
    beat = not is_up or _is_over(beaten, HEARTBEAT_INTERVAL)
    if not beat and not _is_over(link.used_at, CHECK_INTERVAL):
        return
    try:
        if beat:
            _heartbeat(pbx)
        _check(pbx, session.client_for(pbx), was_away=link.state == State.DOWN, beat=beat)
    except PbxError as fault:
        note_failure(pbx, fault)
        return
    if beaten and _is_over(beaten, UNATTENDED_AFTER):
        # We were down ourselves, so reports may be missing (pbx/cdr_backfill.py).
        PbxLink.objects.filter(pbx=pbx).update(day_compared_at=None)
    note_success(pbx)


def _is_over(since: datetime | None, pause: timedelta) -> bool:
    return since is None or now() - since >= pause


def log_in_again(pbx: Pbx, token: str) -> None:
    """Log in for a new token, which tells the PBX again where to send its reports."""
    try:
        session.SharedToken(pbx, session.transport_to(pbx)).renew(token)
    except PbxError as fault:
        note_failure(pbx, fault)


def note_restart(pbx: Pbx) -> None:
    """The PBX has reported a restart: its tokens are invalid."""
    PbxLink.objects.filter(pbx=pbx).update(heartbeat_at=None)
    enqueue_on_commit("pbx.tasks.keep_session", pbx.pk)
    pbx_restarted.send(sender=Pbx, pbx=pbx)


def note_boot_time(pbx: Pbx, booted_at: datetime) -> None:
    """Store when the PBX booted, by its uptime; a later time than known means a restart.

    A BootUp report goes only to logged-in sessions (L4740), which a restart ends (T15).
    """
    with transaction.atomic():
        session.link_of(pbx)
        row = PbxLink.objects.select_for_update().get(pbx=pbx)
        known = row.booted_at
        if known is not None and abs(booted_at - known) <= _SAME_START:
            return
        row.booted_at = booted_at
        row.save(update_fields=["booted_at"])
        if known is not None and booted_at > known:
            log.warning("PBX %s has restarted.", pbx.name)
            pbx_restarted.send(sender=Pbx, pbx=pbx)


def note_success(pbx: Pbx) -> None:
    """Note that the PBX has answered."""
    if PbxLink.objects.filter(pbx=pbx, state=State.UP, last_error="").exists():
        return
    _set_state(pbx, State.UP, "")


def note_failure(pbx: Pbx, fault: PbxError) -> None:
    """Note a fault of the link; a request that the PBX rejects is none."""
    if isinstance(fault, Misconfigured | TokenInvalid):
        _set_state(pbx, State.REFUSED, str(fault))
    elif isinstance(fault, Unreachable | Timeout | ConnectionLost | ServerFault):
        _set_state(pbx, State.DOWN, str(fault))


def request_check(pbx: Pbx) -> None:
    """Check the PBX now, whether or not a heartbeat is due."""
    PbxLink.objects.filter(pbx=pbx).update(heartbeat_at=None)
    enqueue_on_commit("pbx.tasks.keep_session", pbx.pk)


def _set_state(pbx: Pbx, state: PbxLink.State, error: str) -> None:
    link = session.link_of(pbx)
    if link.state == state and link.last_error == error:
        return
    with transaction.atomic():
        link = PbxLink.objects.select_for_update().get(pbx=pbx)
        before = link.state
        link.state = state
        link.last_error = error
        if before != state:
            link.state_since = now()
        link.save(update_fields=["state", "last_error", "state_since"])
        if before != state:
            log.warning("PBX %s: %s %s", pbx.name, state.value, error)
            link_changed.send(sender=PbxLink, link=link, before=before)


def _heartbeat(pbx: Pbx) -> None:
    """Renew the token for another 30 minutes; an unknown token is replaced by a login."""
    transport = session.transport_to(pbx)
    tokens = session.SharedToken(pbx, transport)
    token = tokens.token()
    try:
        Session(transport).heartbeat(token, session.report_address(pbx))
    except (TokenInvalid, HeartbeatRefused):
        tokens.renew(token)


def _check(pbx: Pbx, client: PbxClient, *, was_away: bool, beat: bool) -> None:
    """Query the PBX's state; after a login or an outage also that of its phones."""
    asked_at = now()
    device = client.system.device_info()  # logs in if the token is unknown
    answered_at = now()
    is_new = PbxLink.objects.filter(pbx=pbx, heartbeat_at__isnull=True).exists()
    _note_device(pbx, device, asked_at, answered_at)
    extension_list.refresh_if_due(pbx, client, force=was_away)
    if is_new or beat:
        PbxLink.objects.filter(pbx=pbx).update(heartbeat_at=answered_at)


def _note_device(pbx: Pbx, device: DeviceInfo, asked_at: datetime, answered_at: datetime) -> None:
    difference, offset = None, None
    if (told := device.clock(pbx.zone)) is not None:
        middle = asked_at + (answered_at - asked_at) / 2
        difference = (told - middle).total_seconds()
        told_offset = told.utcoffset()
        offset = int(told_offset.total_seconds()) if told_offset is not None else None
    PbxLink.objects.filter(pbx=pbx).update(
        used_at=answered_at,
        clock_difference=difference,
        utc_offset_seconds=offset,
        device_name=device.name[:64],
        firmware=device.firmware[:64],
        serial_number=device.serial_number[:64],
    )
    if device.uptime is not None:
        note_boot_time(pbx, answered_at - device.uptime)
