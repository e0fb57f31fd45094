"""Every address, asked for by everybody: nobody reads what is not his to read."""

from collections.abc import Iterator

import pytest
from django.test import Client

from api.models import SCOPES
from tests.crawl.addresses import addresses
from tests.crawl.walking import Walker, content
from tests.crawl.world import ROLES, World

pytestmark = pytest.mark.django_db

# With any of these a program reads of guests: their stays (also the one it has just changed),
# their bills and what happened to them.
OF_GUESTS = {"stays:read", "stays:write", "charges:read", "events:read"}
# Whose answers name guests to whom.
PAGES = ("GET", "POST")


def known(world: World) -> Iterator[str]:
    """Every address, with what is there."""
    yield from (address.of(world.names) for address in addresses())


def read_by(walker: Walker, world: World, **headers: str) -> Iterator[tuple[str, bytes]]:
    """All that is answered, with the address and the method."""
    # One that is drawn might well have "2201" in it.
    headers = {"X-Request-ID": "crawled", **headers}
    for address in known(world):
        for method in PAGES:
            answer = walker.ask(method, address, headers=headers)
            if answer is not None:
                yield f"{method} {address} {answer.status_code}", content(answer)


def leaks(said: Iterator[tuple[str, bytes]], words: tuple[str, ...]) -> list[str]:
    """Where one of the words stands."""
    return [
        f"{address}: {word}" for address, body in said for word in words if word.encode() in body
    ]


def test_nobody_signed_in_reads_nothing(grand: World) -> None:
    walker = Walker(grand.sign_in(""))
    said = read_by(walker, grand)
    assert leaks(said, (*grand.guests, *grand.secrets, grand.hotel.name, "2201")) == []
    assert walker.faults == []


def test_housekeeping_reads_no_guest(grand: World) -> None:
    walker = Walker(grand.sign_in("housekeeping"))
    assert leaks(read_by(walker, grand), (*grand.guests, *grand.secrets)) == []
    assert walker.faults == []


@pytest.mark.parametrize("role", ROLES[1:])
def test_no_page_shows_a_secret(grand: World, role: str) -> None:
    walker = Walker(grand.sign_in(role))
    said = list(read_by(walker, grand))
    assert leaks(iter(said), grand.secrets) == []
    assert leaks(iter(said), grand.guests), "the crawl would notice"
    assert walker.faults == []


@pytest.mark.parametrize("scope", SCOPES)
def test_a_key_reads_what_its_scope_says(grand: World, scope: str) -> None:
    walker = Walker(grand.sign_in(""))
    said = read_by(walker, grand, Authorization=f"Bearer {grand.key(scope)}")
    words = grand.secrets if scope in OF_GUESTS else (*grand.names_of_guests, *grand.secrets)
    assert leaks(said, words) == []
    assert walker.faults == []


def test_what_is_no_page_of_anybody_may_be_kept(client: Client) -> None:
    answer = client.get("/static/frontdesk/desk.css")
    answer.close()
    assert "no-store" not in answer["Cache-Control"]
