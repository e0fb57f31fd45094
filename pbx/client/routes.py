"""outroute/query (L1705-L1769): the outbound routes."""

from collections.abc import Iterable
from dataclasses import dataclass

from pbx.client.answers import close_strings
from pbx.client.caller import Caller
from pbx.client.values import joined_ids, number_or_none
from pbx.reports.parsing.lenient import JsonObject


@dataclass(frozen=True)
class OutboundRoute:
    """An outbound route.

    :ivar pattern: dial pattern, e.g. ``6.``
    :ivar strip: how many leading digits are removed; None if not stated
    :ivar prepend: digits put in front
    :ivar extensions: the extensions that may use it, without extension groups
    """

    id: str
    name: str
    pattern: str
    strip: int | None
    prepend: str
    trunks: tuple[str, ...]
    extensions: tuple[str, ...]
    extension_groups: tuple[str, ...]


class Routes:
    """Requests about the outbound routes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def query(self, names: Iterable[str]) -> tuple[OutboundRoute, ...]:
        """Some routes by name, at least one."""
        return self._query(joined_ids(names))

    def query_all(self) -> tuple[OutboundRoute, ...]:
        """All routes."""
        return self._query("all")

    def _query(self, name: str) -> tuple[OutboundRoute, ...]:
        answer = self._caller.call("outroute/query", {"name": name}, repairs=[close_strings])
        return tuple(_route(each) for each in answer.objects("outroutes"))


def _route(found: JsonObject) -> OutboundRoute:
    return OutboundRoute(
        id=found.text("id"),
        name=found.text("name"),
        pattern=found.text("prefix"),
        strip=number_or_none(found.text("strip")),
        prepend=found.text("prepend"),
        trunks=found.items("trunks"),
        extensions=found.items("extensions"),
        extension_groups=found.items("extensionsgroup"),
    )
