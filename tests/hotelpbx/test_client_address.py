"""Which address counts: the connection's, or the one that a trusted proxy has written."""

from typing import Any

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from hotelpbx.http.client_address import client_address, is_within, networks_of

PROXIES = ["127.0.0.1", "10.0.0.0/8", "2001:db8:1::/48"]


def asked_by(peer: str, forwarded: str | None = None) -> HttpRequest:
    told: dict[str, Any] = {} if forwarded is None else {"HTTP_X_FORWARDED_FOR": forwarded}
    return RequestFactory().get("/", REMOTE_ADDR=peer, **told)


@pytest.fixture
def proxies(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = list(networks_of(PROXIES))


@pytest.mark.parametrize(
    ("peer", "forwarded", "client"),
    [
        # Nobody but a trusted proxy is believed.
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("203.0.113.9", None, "203.0.113.9"),
        ("127.0.0.1", None, "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9"),
        # What the client wrote himself stands before what the proxy wrote.
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", "127.0.0.1, 10.1.1.1, 203.0.113.9", "203.0.113.9"),
        ("127.0.0.1", ",".join(["198.51.100.1"] * 5000) + ", 203.0.113.9", "203.0.113.9"),
        # Two proxies, one behind the other.
        ("127.0.0.1", "198.51.100.1, 203.0.113.9, 10.1.2.3", "203.0.113.9"),
        ("127.0.0.1", "10.1.2.4, 10.1.2.3", "10.1.2.4"),
        # With a port, in brackets, in the clothes of IPv6.
        ("127.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("127.0.0.1", '"[2001:db8::7]:4711"', "2001:db8::7"),
        ("127.0.0.1", "[2001:db8::7]", "2001:db8::7"),
        ("127.0.0.1", "2001:DB8:0::7", "2001:db8::7"),
        ("2001:db8:1::2", "203.0.113.9", "203.0.113.9"),
        ("::ffff:127.0.0.1", "::ffff:203.0.113.9", "203.0.113.9"),
        ("fe80::1%eth0", "203.0.113.9", "fe80::1"),
        # What cannot be read is nobody: the proxy is as far as we can see.
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, ", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, <script>", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, 10.1.1.1\x00", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, 999.1.1.1", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, 10.1.2.3, junk", "127.0.0.1"),
        ("127.0.0.1", "203.0.113.9, junk, 10.1.2.3", "10.1.2.3"),
        ("", "203.0.113.9", None),
    ],
)
@pytest.mark.usefixtures("proxies")
def test_the_client_is_who_the_last_trusted_proxy_saw(
    peer: str, forwarded: str | None, client: str | None
) -> None:
    assert client_address(asked_by(peer, forwarded)) == client


def test_without_trusted_proxies_nobody_is_believed(settings: Settings) -> None:
    settings.TRUSTED_PROXIES = []
    assert client_address(asked_by("127.0.0.1", "203.0.113.9")) == "127.0.0.1"


@pytest.mark.parametrize(
    ("address", "networks", "within"),
    [
        ("192.168.5.150", ["192.168.5.0/24"], True),
        ("::ffff:192.168.5.150", ["192.168.5.0/24"], True),
        ("192.168.5.150", ["::ffff:192.168.5.150"], True),
        ("192.168.5.150", ["192.168.5.150/24"], True),
        ("2001:db8::1", ["192.168.5.0/24", "2001:db8::/32"], True),
        ("192.168.6.1", ["192.168.5.0/24"], False),
        ("192.168.5.1", [], False),
        ("2001:db8::1", ["0.0.0.0/0"], False),
        (None, ["0.0.0.0/0"], False),
        ("here", ["0.0.0.0/0", "::/0"], False),
    ],
)
def test_an_address_lies_in_a_network(
    address: str | None, networks: list[str], within: bool
) -> None:
    assert is_within(address, networks_of(networks)) is within
