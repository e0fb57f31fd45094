"""The one session with a PBX that all processes share.

A login is rare and dangerous: five refused passwords lock our address for ten minutes (L453),
and each login may redirect the reports (T15). So one process at a time logs in, everybody uses
the token it got, and a refused password is not tried again before something changes.
"""

import logging
import os
import socket
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from hotelpbx.advisory_locks import lock
from hotelpbx.clock import now
from hotelpbx.task_queue.sending import enqueue_on_commit
from pbx import extension_list
from pbx.client import DeviceInfo, PbxClient, ReportAddress, Session
from pbx.client.transport import HttpTransport, Limits, Transport
from pbx.errors import (
    ConnectionLost,
    HeartbeatRefused,
    LoginLocked,
    LoginRefused,
    Misconfigured,
    PbxError,
    ServerFault,
    Timeout,
    TokenInvalid,
    Unreachable,
)
from pbx.models import Pbx, PbxLink
from pbx.signals import link_changed, pbx_restarted
from pbx.traffic import CountedTransport

log = logging.getLogger(__name__)

# The manual's lock (L453); a try in between would count again.
LOCK_TIME: Final = timedelta(minutes=10)
# Well inside the 30 minutes after which the PBX forgets us (L494). It tells the PBX anew where its
# reports go, which is a change of its configuration (20011), so it is not sent more often.
HEARTBEAT_INTERVAL: Final = timedelta(minutes=2)
# A PBX that has started anew says nothing to who was logged in (L4740), and knows no token: asked
# so often, with a mere question, it is noticed and logged in to well within a minute.
CHECK_INTERVAL: Final = timedelta(seconds=20)
# Nobody has looked after the link for so long: the house was down.
UNATTENDED_AFTER: Final = 3 * HEARTBEAT_INTERVAL

# The uptime has whole seconds, and the PBX may set its clock.
_SAME_START: Final = timedelta(minutes=1)

# So short that one call, with a login and a repetition in it, ends within a worker's lease.
_LIMITS: Final = Limits(connect=3, read=8, overall=10)

State = PbxLink.State


class SharedToken:
    """The token of a PBX, for :class:`~pbx.client.PbxClient`: kept in the link's row."""

    def __init__(self, pbx: Pbx, transport: Transport) -> None:
        self._pbx = pbx
        self._transport = transport

    def token(self) -> str:
        """The present token; logs in when there is none."""
        known = PbxLink.objects.filter(pbx=self._pbx).only("token", "token_fingerprint").first()
        return (token_of(self._pbx, known) if known else "") or self.renew("")

    def renew(self, stale: str) -> str:
        """A token other than ``stale``: somebody's fresh one, else by logging in."""
        with lock(f"login:{self._pbx.pk}"):
            link = link_of(self._pbx)
            known = token_of(self._pbx, link)
            if known and known != stale:
                return known
            _refuse_blocked_login(self._pbx, link)
            token = self._log_in()
            PbxLink.objects.filter(pbx=self._pbx).update(
                token=token,
                token_fingerprint=self._pbx.login_fingerprint(),
                logged_in_at=now(),
                heartbeat_at=None,
                extensions_wanted=True,
                refused_fingerprint="",
                locked_until=None,
            )
            log.info("Logged in to PBX %s.", self._pbx.name)
            return token

    def _log_in(self) -> str:
        try:
            return Session(self._transport).login(
                self._pbx.username, self._pbx.resolved_password, report_address(self._pbx)
            )
        except LoginLocked as fault:
            _note_refusal(self._pbx, fault, locked_until=now() + LOCK_TIME)
            raise
        except LoginRefused as fault:
            _note_refusal(self._pbx, fault)
            raise


def token_of(pbx: Pbx, link: PbxLink) -> str:
    """The shared token, where it was given by the PBX as it is configured now; else empty.

    One from another address, or for another user, is as good as none, and must not be shown
    to whoever is at the new one.
    """
    ours = pbx.secrets_match_destination and link.token_fingerprint == pbx.login_fingerprint()
    return link.token if ours else ""


def client_for(pbx: Pbx) -> PbxClient:
    """A client that uses the shared token. For one thread."""
    transport = _transport(pbx)
    return PbxClient(transport, SharedToken(pbx, transport))


def _transport(pbx: Pbx) -> Transport:
    http = HttpTransport(pbx.url, verify_tls=pbx.verify_tls, limits=_LIMITS)
    return CountedTransport(pbx, http)


def link_of(pbx: Pbx) -> PbxLink:
    """The link's row, made where it is missing."""
    return PbxLink.objects.select_related("pbx").get_or_create(pbx=pbx)[0]


def report_address(pbx: Pbx) -> ReportAddress:
    """Where the PBX shall send its reports: an absolute address without scheme (L478-L486)."""
    base = settings.REPORT_BASE_URL or f"http://{_own_address(pbx)}:{_report_port()}"
    return ReportAddress.of(f"{base}/reports/{_report_secret(pbx)}/")


def _report_secret(pbx: Pbx) -> str:
    """The secret; a new one after ``SECRET_KEY`` was changed, by which the old one was kept."""
    if not pbx.report_secret:
        with transaction.atomic():
            row = Pbx.objects.select_for_update().get(pk=pbx.pk)
            if not row.report_secret:
                row.save(update_fields=["report_secret"])
                log.warning("PBX %s gets a new report address: the old one is lost.", pbx.name)
        pbx.report_secret = row.report_secret
    return pbx.report_secret


def keep_alive(pbx: Pbx) -> None:
    """Keep the session alive and look at the PBX: heartbeat, clock, firmware.

    Called every few seconds; speaks to the PBX only when that is due or the link is not known to
    be up.
    """
    link = link_of(pbx)
    beaten = link.heartbeat_at if token_of(pbx, link) else None
    is_up = link.state == State.UP and beaten is not None
    beat = not is_up or _is_over(beaten, HEARTBEAT_INTERVAL)
    if not beat and not _is_over(link.used_at, CHECK_INTERVAL):
        return
    try:
        if beat:
            _heartbeat(pbx)
        _check(pbx, client_for(pbx), was_away=link.state == State.DOWN, beat=beat)
    except PbxError as fault:
        note_failure(pbx, fault)
        return
    if beaten and _is_over(beaten, UNATTENDED_AFTER):
        # We were away ourselves: who knows which reports came to nobody (pbx/cdr_backfill.py).
        PbxLink.objects.filter(pbx=pbx).update(day_compared_at=None)
    note_success(pbx)


def _is_over(since: datetime | None, pause: timedelta) -> bool:
    return since is None or now() - since >= pause


def log_in_again(pbx: Pbx, token: str) -> None:
    """Replace ``token`` by a new one, which tells the PBX anew where its reports go."""
    try:
        SharedToken(pbx, _transport(pbx)).renew(token)
    except PbxError as fault:
        note_failure(pbx, fault)


def note_restart(pbx: Pbx) -> None:
    """The PBX says that it has started: the token is gone, whatever it says next."""
    PbxLink.objects.filter(pbx=pbx).update(heartbeat_at=None)
    enqueue_on_commit("pbx.tasks.keep_session", pbx.pk)
    pbx_restarted.send(sender=Pbx, pbx=pbx)


def note_boot_time(pbx: Pbx, booted_at: datetime) -> None:
    """By its uptime the PBX runs since ``booted_at``; later than was known: it started anew.

    A BootUp report is sent only to who is logged in (L4740), which a start undoes (T15).
    """
    with transaction.atomic():
        link_of(pbx)
        row = PbxLink.objects.select_for_update().get(pbx=pbx)
        known = row.booted_at
        if known is not None and abs(booted_at - known) <= _SAME_START:
            return
        row.booted_at = booted_at
        row.save(update_fields=["booted_at"])
        if known is not None and booted_at > known:
            log.warning("PBX %s has started anew.", pbx.name)
            pbx_restarted.send(sender=Pbx, pbx=pbx)


def note_success(pbx: Pbx) -> None:
    """The PBX has answered."""
    if PbxLink.objects.filter(pbx=pbx, state=State.UP, last_error="").exists():
        return
    _set_state(pbx, State.UP, "")


def note_failure(pbx: Pbx, fault: PbxError) -> None:
    """The PBX did not answer, or will not talk to us; a refused request is not the link's fault."""
    if isinstance(fault, Misconfigured | TokenInvalid):
        _set_state(pbx, State.REFUSED, str(fault))
    elif isinstance(fault, Unreachable | Timeout | ConnectionLost | ServerFault):
        _set_state(pbx, State.DOWN, str(fault))


def request_check(pbx: Pbx) -> None:
    """Let the next look at the PBX, which comes at once, not wait for a heartbeat to be due."""
    PbxLink.objects.filter(pbx=pbx).update(heartbeat_at=None)
    enqueue_on_commit("pbx.tasks.keep_session", pbx.pk)


def _set_state(pbx: Pbx, state: PbxLink.State, error: str) -> None:
    link = link_of(pbx)
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


def _refuse_blocked_login(pbx: Pbx, link: PbxLink) -> None:
    if link.locked_until and now() < link.locked_until:
        raise LoginLocked(
            "The PBX has locked this server's address after wrong passwords. "
            f"Nothing is tried before {link.locked_until:%H:%M} UTC."
        )
    if link.refused_fingerprint and link.refused_fingerprint == pbx.credentials_fingerprint():
        raise LoginRefused(
            "The PBX refused user name or password. Correct them: it is not tried again before."
        )
    if fault := pbx.password_fault:
        raise Misconfigured(fault)


def _note_refusal(pbx: Pbx, fault: Misconfigured, **fields: object) -> None:
    refused = "" if isinstance(fault, LoginLocked) else pbx.credentials_fingerprint()
    PbxLink.objects.filter(pbx=pbx).update(token="", refused_fingerprint=refused, **fields)


def _heartbeat(pbx: Pbx) -> None:
    """Give the token another 30 minutes; a token that is unknown is replaced by a login."""
    transport = _transport(pbx)
    tokens = SharedToken(pbx, transport)
    token = tokens.token()
    try:
        Session(transport).heartbeat(token, report_address(pbx))
    except (TokenInvalid, HeartbeatRefused):
        tokens.renew(token)


def _check(pbx: Pbx, client: PbxClient, *, was_away: bool, beat: bool) -> None:
    """Ask how the PBX is; after a login or an outage also how its phones are."""
    asked_at = now()
    device = client.system.device_info()  # logs in where the token is not known any more
    answered_at = now()
    is_new = PbxLink.objects.filter(pbx=pbx, heartbeat_at__isnull=True).exists()
    _note_device(pbx, device, asked_at, answered_at)
    extension_list.refresh_if_due(pbx, client, anew=was_away)
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


def _report_port() -> int:
    return int(os.environ.get("REPORT_PORT") or 8260)


def _own_address(pbx: Pbx) -> str:
    """Our address on the way to the PBX, where ``REPORT_BASE_URL`` does not say it."""
    parts = urlsplit(pbx.url)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((parts.hostname or "", parts.port or 80))  # sends nothing
            return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"
