"""The one session with a PBX: its token is shared by all processes.

A login is rare and risky: five refused passwords lock our address for ten minutes (L453), and
each login may redirect the reports (T15). So only one process at a time logs in, every process
uses the token it got, and a refused password is not tried again until the settings change.
"""

import logging
import os
import socket
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from hotelpbx.advisory_locks import lock
from hotelpbx.clock import now
from pbx.client import PbxClient, ReportAddress, Session
from pbx.client.transport import HttpTransport, Limits, Transport
from pbx.errors import LoginLocked, LoginRefused, Misconfigured
from pbx.models import Pbx, PbxLink
from pbx.traffic import CountedTransport

log = logging.getLogger(__name__)

# The PBX locks an address this long (L453); a login in between would prolong the lock.
LOCK_TIME: Final = timedelta(minutes=10)

# Short enough that one call, with a login and a repetition, ends within a worker's lease.
_LIMITS: Final = Limits(connect=3, read=8, overall=10)


class SharedToken:
    """The token of a PBX, for :class:`~pbx.client.PbxClient`: kept in the link's row."""

    def __init__(self, pbx: Pbx, transport: Transport) -> None:
        self._pbx = pbx
        self._transport = transport

    def token(self) -> str:
        """The current token; logs in if there is none."""
        known = PbxLink.objects.filter(pbx=self._pbx).only("token", "token_fingerprint").first()
        return (token_of(self._pbx, known) if known else "") or self.renew("")

    def renew(self, stale: str) -> str:
        """A token other than ``stale``: one from another process, or from a new login."""
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
    """The shared token if it was issued for the current PBX settings; else empty.

    A token from another address, or for another user, is useless and must not be sent to the
    current address.
    """
    ours = pbx.secrets_match_destination and link.token_fingerprint == pbx.login_fingerprint()
    return link.token if ours else ""


def client_for(pbx: Pbx) -> PbxClient:
    """A client that uses the shared token. It must be used by one thread only."""
    transport = transport_to(pbx)
    return PbxClient(transport, SharedToken(pbx, transport))


def transport_to(pbx: Pbx) -> Transport:
    """An HTTP transport to the PBX that counts requests."""
    http = HttpTransport(pbx.url, verify_tls=pbx.verify_tls, limits=_LIMITS)
    return CountedTransport(pbx, http)


def link_of(pbx: Pbx) -> PbxLink:
    """The link's row, created if missing."""
    return PbxLink.objects.select_related("pbx").get_or_create(pbx=pbx)[0]


def report_address(pbx: Pbx) -> ReportAddress:
    """Where the PBX sends its reports: an absolute address without scheme (L478-L486)."""
    base = settings.REPORT_BASE_URL or f"http://{_own_address(pbx)}:{_report_port()}"
    return ReportAddress.of(f"{base}/reports/{_report_secret(pbx)}/")


def _report_secret(pbx: Pbx) -> str:
    """The secret; a new one if ``SECRET_KEY``, with which it was encrypted, has changed."""
    if not pbx.report_secret:
        with transaction.atomic():
            row = Pbx.objects.select_for_update().get(pk=pbx.pk)
            if not row.report_secret:
                row.save(update_fields=["report_secret"])
                log.warning(
                    "PBX %s gets a new report address: the old one cannot be decrypted.", pbx.name
                )
        pbx.report_secret = row.report_secret
    return pbx.report_secret


def _refuse_blocked_login(pbx: Pbx, link: PbxLink) -> None:
    if link.locked_until and now() < link.locked_until:
        raise LoginLocked(
            "The PBX has locked this server's address after wrong passwords. "
            f"The next login is tried at {link.locked_until:%H:%M} UTC."
        )
    if link.refused_fingerprint and link.refused_fingerprint == pbx.credentials_fingerprint():
        raise LoginRefused(
            "The PBX refused the user name or password. Correct them; no login is tried until then."
        )
    if fault := pbx.password_fault:
        raise Misconfigured(fault)


def _note_refusal(pbx: Pbx, fault: Misconfigured, **fields: object) -> None:
    refused = "" if isinstance(fault, LoginLocked) else pbx.credentials_fingerprint()
    PbxLink.objects.filter(pbx=pbx).update(token="", refused_fingerprint=refused, **fields)


def _report_port() -> int:
    return int(os.environ.get("REPORT_PORT") or 8260)


def _own_address(pbx: Pbx) -> str:
    """Our address on the route to the PBX, used if ``REPORT_BASE_URL`` is not set."""
    parts = urlsplit(pbx.url)
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect((parts.hostname or "", parts.port or 80))  # sends nothing
            return str(probe.getsockname()[0])
    except OSError:
        return "127.0.0.1"
