"""Checks of the report address, from this machine; the PBX's own view cannot be checked."""

import ipaddress
from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

import requests
from django.conf import settings

from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, fault, ok, warning
from hotelpbx.clock import now
from pbx import session
from pbx.client.http_faults import FOREIGN
from pbx.models import Report
from rooms.models import Stay

_NAME: Final = "report address"
_PATIENCE: Final = 3.0  # seconds
_SILENCE: Final = timedelta(days=1)
_REMEDY: Final = (
    "Start the receiver process of the Procfile, and set REPORT_BASE_URL to its address."
)


def report_address(context: Context) -> Iterator[Finding]:
    """Our receiver answers there and knows the secret. The secret is not shown."""
    if context.pbx is None:
        return
    address = session.report_address(context.pbx)
    base = f"http://{address.url.partition('/')[0]}"
    if not settings.REPORT_BASE_URL:
        yield warning(
            _NAME,
            f"REPORT_BASE_URL is not set: the PBX is told {base}.",
            "Set it to the address under which the PBX reaches the receiver.",
        )
    if _is_loopback(address.host) and not _is_loopback(urlsplit(context.pbx.url).hostname or ""):
        yield fault(
            _NAME,
            f"{base} means this machine only: the PBX would send its reports to itself.",
            "Set REPORT_BASE_URL to this server's address in the PBX's network.",
        )
    yield from _receiver(base, f"http://{address.url}")


def missing_reports(context: Context) -> Iterator[Finding]:
    """Reports arrive while guests are in house."""
    guests = Stay.objects.filter(property=context.property, status=Stay.Status.IN_HOUSE).exists()
    last = (
        Report.objects.filter(pbx=context.property.pbx_id)
        .order_by("-received_at")
        .values_list("received_at", flat=True)
        .first()
    )
    if guests and (last is None or now() - last > _SILENCE):
        when = f"The last came {last:%Y-%m-%d %H:%M} UTC" if last else "None ever came"
        yield warning(
            "reports",
            f"{when}, though guests are in house.",
            "On the PBX tick the rooms' extensions under General > API > monitor, save and apply; "
            "check that the PBX reaches the report address.",
        )
    elif last:
        yield ok("reports", f"The last came {last:%Y-%m-%d %H:%M} UTC.")


def _receiver(base: str, is_complete_number: str) -> Iterator[Finding]:
    health = _get(f"{base}/healthz")
    if health is None:
        yield fault(_NAME, f"Nothing answers at {base}.", _REMEDY)
        return
    if health != 200:
        yield fault(_NAME, f"What answers at {base} is not the receiver (HTTP {health}).", _REMEDY)
        return
    # A GET: a receiver that knows the secret answers that only POST is allowed. With a list of
    # allowed sources it may refuse us, but only after it has found the secret.
    status = _get(is_complete_number)
    if status in (403, 405):
        yield ok(_NAME, f"The receiver answers at {base} and knows this PBX's secret.")
    elif status == 404:
        yield fault(
            _NAME,
            f"What answers at {base} does not know this PBX's secret: "
            "it is another program, or it has another database.",
            f"{_REMEDY} It must have the same DATABASE_URL as this command.",
        )
    else:
        yield fault(
            _NAME,
            f"The receiver at {base} cannot take reports "
            f"({f'HTTP {status}' if status else 'no answer'}).",
            "Check that it reaches the database, and read its log.",
        )


def _get(url: str) -> int | None:
    """The status of the response; None if there is none. No proxy, no redirect."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            with session.get(url, timeout=_PATIENCE, allow_redirects=False, stream=True) as answer:
                return answer.status_code
    except FOREIGN:
        return None


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
