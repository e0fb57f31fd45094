"""Time zones that were wrong and are put right: whoever has reckoned by them reckons anew."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from rooms.models import Property
from rooms.signals import zones_changed


@dataclass(frozen=True)
class Zones:
    """Names of the IANA list; ``pbx`` is empty where there is no PBX."""

    hotel: str
    pbx: str


def zones_of(code: str) -> Zones | None:
    """Those of the hotel with this code as they are stored; None: there is no such hotel yet."""
    property_ = Property.objects.select_related("pbx").filter(code=code).first()
    return (
        Zones(property_.timezone, property_.pbx.timezone if property_.pbx else "")
        if property_
        else None
    )


def tell_if_changed(code: str, before: Zones | None) -> None:
    """Have what was reckoned by the zones ``before`` put right, in this transaction.

    Whoever calls holds locks on stays only with those on all rooms.
    """
    if before is None or zones_of(code) == before:
        return
    property_ = Property.objects.select_related("pbx").get(code=code)
    zones_changed.send(sender=Property, property_=property_, before=ZoneInfo(before.hotel))
