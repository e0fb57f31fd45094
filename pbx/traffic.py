"""Counts of the requests to a PBX, per minute."""

from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError
from django.db.models import F

from hotelpbx.clock import now
from pbx.client.transport import Transport
from pbx.errors import PbxError
from pbx.models import Pbx, Traffic

# The status in an error response (L399); the HTTP status says nothing (T22).
_REFUSED = '"Failed"'


class CountedTransport:
    """A :class:`~pbx.client.transport.Transport` that counts requests and failed ones."""

    def __init__(self, pbx: Pbx, transport: Transport) -> None:
        self._pbx = pbx
        self._transport = transport

    def post(self, path: str, query: Mapping[str, str], body: Mapping[str, Any]) -> str:
        """See :meth:`Transport.post <pbx.client.transport.Transport.post>`."""
        try:
            answer = self._transport.post(path, query, body)
        except PbxError:
            count(self._pbx, failed=True)
            raise
        count(self._pbx, failed=_REFUSED in answer[:256])
        return answer

    def get_text(self, path: str, query: Mapping[str, str]) -> str:
        """See :meth:`Transport.get_text <pbx.client.transport.Transport.get_text>`."""
        try:
            answer = self._transport.get_text(path, query)
        except PbxError:
            count(self._pbx, failed=True)
            raise
        count(self._pbx, failed=_REFUSED in answer[:256])
        return answer


def count(pbx: Pbx, *, failed: bool) -> None:
    """Add one request to the current minute. A database error is ignored: it is only a count."""
    minute = now().replace(second=0, microsecond=0)
    try:
        if not _add(pbx, minute, failed):
            Traffic.objects.bulk_create([Traffic(pbx=pbx, minute=minute)], ignore_conflicts=True)
            _add(pbx, minute, failed)
    except DatabaseError:
        pass


def _add(pbx: Pbx, minute: Any, failed: bool) -> int:
    row = Traffic.objects.filter(pbx=pbx, minute=minute)
    return row.update(requests=F("requests") + 1, errors=F("errors") + int(failed))
