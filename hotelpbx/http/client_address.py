"""The address of a client, also behind proxies.

Throttling, the audit trail, limits and lists of allowed addresses all use this module.
Anybody can send ``X-Forwarded-For``: only the part written by proxies in ``TRUSTED_PROXIES`` counts
(docs/accounts.md).
"""

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from django.conf import settings
from django.http import HttpRequest

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Bits before the IPv4 address in ::ffff:192.0.2.1.
_MAPPED: Final = 96


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, without port and zone; None if there is none."""
    return client_from_meta(request.META)


def client_from_meta(meta: Mapping[str, str]) -> str | None:
    """As :func:`client_address`, from a WSGI environment.

    Starting from the connection: while the address is a trusted proxy, the address that this proxy
    has written is used. An unreadable one ends the search at the proxy that sent it.
    """
    client = _read(meta.get("REMOTE_ADDR") or "")
    told = reversed(meta.get("HTTP_X_FORWARDED_FOR", "").split(","))
    while client is not None and any(client in each for each in settings.TRUSTED_PROXIES):
        before = _read(next(told, ""))
        if before is None:
            break
        client = before
    return str(client) if client is not None else None


def is_within(address: str | None, networks: Iterable[Network]) -> bool:
    """Whether ``address`` is in one of the ``networks``; False if it is not an address.

    An IPv4-mapped IPv6 address counts as the IPv4 address.
    """
    found = _read(address or "")
    return found is not None and any(found in network for network in networks)


def networks_of(texts: Iterable[str]) -> Iterator[Network]:
    """Parse addresses and networks. Raises ``ValueError`` if one is invalid.

    A network may be given by any address in it.
    """
    for text in texts:
        network = ipaddress.ip_network(text.strip(), strict=False)
        mapped = getattr(network.network_address, "ipv4_mapped", None)
        if mapped and network.prefixlen >= _MAPPED:
            network = ipaddress.ip_network((mapped, network.prefixlen - _MAPPED))
        yield network


def _read(text: str) -> Address | None:
    """An address as connections and proxies write it: ``[2001:db8::1]:4711``, ``192.0.2.7:80``."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found
