"""Every address, with something else in each of its parts."""

from collections.abc import Iterator

import pytest

from tests.crawl.addresses import Address, addresses
from tests.crawl.hostile import SEGMENTS
from tests.crawl.walking import Walker
from tests.crawl.world import World

pytestmark = pytest.mark.django_db

METHODS = ("GET", "POST")


def hostile_ones(world: World) -> Iterator[str]:
    """Each address with each segment in each of its parts, one at a time."""
    for address in addresses():
        for part in address.parts:
            yield from (address.of(world.names, **{part: segment}) for segment in SEGMENTS)


@pytest.mark.parametrize("method", METHODS)
def test_no_part_of_any_address_breaks_anything(grand: World, method: str) -> None:
    manager = Walker(grand.sign_in("manager"))
    program = {"Authorization": f"Bearer {grand.key('stays:read', 'charges:write')}"}
    for address in hostile_ones(grand):
        headers = program if address.startswith("/api/") else {}
        manager.ask(method, address, headers=headers)
    assert manager.faults == []


def test_what_cannot_be_an_address_is_not_there(grand: World) -> None:
    manager = Walker(grand.sign_in("manager"))
    for path in ("/%00/", "/GRAND/%00/", "/GRAND/stays/%00/", "/GRAND/stays/R%01/edit/"):
        assert manager.ask("GET", path).status_code == 404, path
    assert manager.faults == []


def test_each_address_is_known_to_the_crawl(grand: World) -> None:
    """One that leads nowhere would be crawled in vain."""
    manager = Walker(grand.sign_in("manager"))
    lost = [str(each) for each in addresses() if _is_lost(manager, each, grand)]
    assert set(lost) <= {"<str:code>/logo/"}, "the hotel has none"


def _is_lost(manager: Walker, address: Address, world: World) -> bool:
    if address.route.startswith("api/"):
        return False  # tests/api has them from the OpenAPI document
    answer = manager.ask("GET", address.of(world.names))
    return answer is None or answer.status_code == 404
