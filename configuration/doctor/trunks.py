"""Which tariffs apply to a route: those of its trunks take precedence over the class's."""

from collections.abc import Iterable, Iterator

from billing.rating import Tariff
from billing.tariff_book import Book
from configuration.doctor.findings import Finding, warning
from hotelpbx.clock import now
from pbx.client import OutboundRoute


def editions_by_trunk(route: OutboundRoute, book: Book) -> tuple[list[Tariff], bool]:
    """The editions of the route's trunks, and whether a class's tariff is needed as well."""
    found: dict[int, Tariff] = {}
    class_needed = not route.trunks
    for trunk in route.trunks:
        owner = book.trunk_tariffs.get(trunk)
        editions = present_and_later(book.editions[owner]) if owner else ()
        listing = [edition for edition in editions if trunk in edition.trunks]
        found |= {id(edition): edition for edition in listing}
        class_needed |= not any(edition.effective_from <= now() for edition in listing)
    return list(found.values()), class_needed


def unused_trunks(routes: Iterable[OutboundRoute], book: Book) -> Iterator[Finding]:
    """Trunks that a tariff names and no route of the PBX uses."""
    there = {trunk for route in routes for trunk in route.trunks}
    for trunk, tariff in book.trunk_tariffs.items():
        if there and trunk not in there:
            yield warning(
                "tariffs",
                f"{tariff} is for calls over {trunk}, to which no outbound route leads.",
                "Spell the name in trunks as the PBX does.",
            )


def present_and_later(editions: Iterable[Tariff]) -> Iterator[Tariff]:
    """The edition in effect now, and later ones."""
    editions = tuple(editions)
    begun = [each for each in editions if each.effective_from <= now()]
    if begun:
        yield max(begun, key=lambda each: each.effective_from)
    yield from (each for each in editions if each.effective_from > now())
