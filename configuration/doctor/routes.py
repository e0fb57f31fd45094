"""Checks of the outbound routes of the classes of service, and of prices for what they allow."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from billing.rating import Tariff
from billing.tariff_book import Book, book_of
from configuration.doctor.context import Context
from configuration.doctor.coverage import Gap, gaps
from configuration.doctor.findings import Finding, fault, listed, ok, skipped, warning
from configuration.doctor.patterns import DialPattern, patterns_in
from configuration.doctor.trunks import editions_by_trunk, present_and_later, unused_trunks
from hotelpbx.clock import now
from pbx.client import OutboundRoute
from rooms.models import ClassOfService

_EXAMPLES: Final = 3


def classes(context: Context) -> Iterator[Finding]:
    """Classes of service exist, one of them is the default, and their tariffs exist."""
    found = list(context.property.classes_of_service.all())
    if not found:
        yield warning(
            "classes of service",
            "There are none: guests' phones cannot call outside.",
            "Add [[classes_of_service]] to the hotel file.",
        )
        return
    sound = True
    if not any(each.is_default for each in found):
        sound = False
        yield warning(
            "classes of service",
            f"None is the default: a check-in that names none takes {found[0].name}.",
            "Mark one of them as default.",
        )
    book = book_of(context.property)
    for each in found:
        if each.tariff and each.tariff not in book.editions:
            sound = False
            yield fault(
                "classes of service",
                f"{each.name} names the tariff {each.tariff}, which does not exist: "
                "its calls stay without a price.",
                "Add the tariff, or name another in the class.",
            )
    if sound:
        yield ok("classes of service", f"{listed(each.name for each in found)}.")


def outbound_routes(context: Context) -> Iterator[Finding]:
    """Each class's routes exist on the PBX, and their patterns can be parsed."""
    context.routes = context.client.routes.query_all()
    there = {route.name for route in context.routes}
    wanted: dict[str, list[str]] = {}
    for each in context.property.classes_of_service.all():
        for name in each.outbound_routes:
            wanted.setdefault(name, []).append(f"class {each.name}")
    for name in context.property.emergency_routes:
        wanted.setdefault(name, []).append("emergency_routes")
    for name, users in wanted.items():
        if name not in there:
            yield fault(
                "outbound routes",
                f"{name} is not on the PBX ({listed(users)}); "
                f"there are {listed(sorted(there)) or 'none'}.",
                "Create the route on the PBX, or correct the hotel's list of routes.",
            )
    unreadable = [
        route.name for route in context.routes if route.name in wanted and not _readable(route)
    ]
    if unreadable:
        yield warning(
            "outbound routes",
            f"The dial pattern cannot be read: {listed(unreadable)}.",
            "Compare the tariff with the route by hand: it is not checked here.",
        )
    if there >= wanted.keys() and not unreadable:
        yield ok("outbound routes", f"{listed(wanted) or 'No class has any'}.")


def tariffs(context: Context) -> Iterator[Finding]:
    """Every number that a class may call has a price, now and in every later edition."""
    book = book_of(context.property)
    routes = {route.name: route for route in context.routes or ()}
    findings: dict[Finding, None] = {}  # two classes may produce the same finding
    examined = False
    for each in context.property.classes_of_service.all():
        for name in each.outbound_routes:
            route = routes.get(name)
            if route is None or (each.tariff and each.tariff not in book.editions):
                continue  # reported above
            examined = True
            findings.update(dict.fromkeys(_route_and_tariff(context, each, route, book)))
    findings.update(dict.fromkeys(unused_trunks(routes.values(), book)))
    yield from findings
    if not examined:
        yield skipped("tariffs", "No class has a route that the PBX has and a tariff.")
    elif not findings:
        yield ok("tariffs", "Every number that a class may call has a price at every hour.")


def _route_and_tariff(
    context: Context, class_: ClassOfService, route: OutboundRoute, book: Book
) -> Iterator[Finding]:
    by_trunk, class_needed = editions_by_trunk(route, book)
    for pattern in _patterns(route):
        for edition in by_trunk:
            yield from _price_gaps(route, pattern, edition, context)
    if class_needed:
        yield from _route_and_class(context, class_, route, book)


def _route_and_class(
    context: Context, class_: ClassOfService, route: OutboundRoute, book: Book
) -> Iterator[Finding]:
    name = class_.tariff or book.first
    if not name:
        yield fault(
            "tariffs",
            f"There is no tariff: calls by {route.name} stay without a price.",
            "Add [[tariffs]] to the hotel file.",
        )
        return
    editions = list(present_and_later(book.named(name)))
    if all(edition.effective_from > now() for edition in editions):
        first = min(edition.effective_from for edition in editions)
        yield fault(
            "tariffs",
            f"{name} begins only {first.astimezone(context.property.zone):%Y-%m-%d %H:%M}: "
            "until then calls stay without a price.",
            "Add an edition that has begun.",
        )
    for pattern in _patterns(route):
        for edition in editions:
            yield from _price_gaps(route, pattern, edition, context)


def _price_gaps(
    route: OutboundRoute, pattern: DialPattern, tariff: Tariff, context: Context
) -> Iterator[Finding]:
    edition = tariff.name
    if tariff.effective_from > now():
        edition += f" from {tariff.effective_from.astimezone(context.property.zone):%Y-%m-%d}"
    if examples := _examples(gap for gap in gaps(pattern, tariff) if not gap.is_prefix):
        yield fault(
            "tariffs",
            f"{edition} has no price for {examples}, which {route.name} ({pattern}) lets through.",
            'Add rates for them, or one with the prefix "" that matches every number.',
        )
    elif examples := _examples(gaps(pattern, tariff)):
        yield warning(
            "tariffs",
            f"{edition} has no price for {examples}, which {route.name} ({pattern}) lets through, "
            "though longer numbers have one.",
            "Nothing, if no number is that short; otherwise add rates for them.",
        )
    yield from _outside_line(route, pattern, tariff, edition)


def _examples(found: Iterable[Gap]) -> str:
    first = list(islice(found, _EXAMPLES + 1))
    more = " and more" if len(first) > _EXAMPLES else ""
    return "; ".join(map(str, first[:_EXAMPLES])) + more


def _outside_line(
    route: OutboundRoute, pattern: DialPattern, tariff: Tariff, edition: str
) -> Iterator[Finding]:
    """PBX and tariff agree on the outside-line digits (T10)."""
    outside_line = pattern.literal[: route.strip or 0]
    taken = max(
        (each for each in tariff.strip_prefixes if pattern.literal.startswith(each)),
        key=len,
        default="",
    )
    if route.strip is not None and route.strip <= len(pattern.literal) and taken != outside_line:
        yield warning(
            "tariffs",
            f"{route.name} takes {_digits(outside_line)} off the number, {edition} "
            f"{_digits(taken)}: calls may be priced for another destination.",
            "Set strip_prefixes of the tariff to the digits that the route strips.",
        )


def _patterns(route: OutboundRoute) -> Iterator[DialPattern]:
    if _readable(route):
        yield from map(DialPattern.parse, patterns_in(route.pattern))


def _readable(route: OutboundRoute) -> bool:
    try:
        return bool([DialPattern.parse(text) for text in patterns_in(route.pattern)])
    except ValueError:
        return False


def _digits(text: str) -> str:
    return text or "nothing"
