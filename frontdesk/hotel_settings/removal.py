"""Taking away what the settings list. What has a history stays for it."""

from billing import tariff_book
from billing.models import Charge, MinibarProduct, Tariff, TariffRate
from hotelpbx.refusals import Refusal
from rooms.audit import Actor
from rooms.locking import lock_rooms
from rooms.models import ClassOfService, Room


def room(row: Room, actor: Actor) -> None:
    """A room in which nobody ever was."""
    row = lock_rooms([row])[row.pk]
    used = (row.stays, row.occupancies, row.calls, row.minibar_entries)
    if any(rows.exists() for rows in used):
        raise Refusal(
            "invalid_transition",
            f"Room {row} has a history. Put it out of order on its page instead.",
        )
    row.delete()


def class_of_service(row: ClassOfService, actor: Actor) -> None:
    """A class that no stay has."""
    if row.stays.exists():
        raise Refusal("invalid_transition", f"There are stays of the class {row}: it remains.")
    if not row.property.classes_of_service.exclude(pk=row.pk).exists():
        raise Refusal("invalid_transition", "A hotel needs a class of service: add another first.")
    row.delete()


def product(row: MinibarProduct, actor: Actor) -> None:
    """A product that was never sold."""
    if row.entries.exists() or Charge.objects.filter(product=row).exists():
        raise Refusal("invalid_transition", f"{row} was sold. Take it off sale instead.")
    row.delete()


def tariff(row: Tariff, actor: Actor) -> None:
    """An edition, unless a class is left without its tariff by that."""
    others = row.property.tariffs.filter(name=row.name).exclude(pk=row.pk)
    classes = row.property.classes_of_service.filter(tariff=row.name)
    if not others.exists() and classes.exists():
        names = ", ".join(map(str, classes))
        raise Refusal(
            "invalid_transition",
            f"Classes of service have this tariff: {names}. Change them first.",
        )
    row.delete()
    tariff_book.changed(row.property)


def rate(row: TariffRate, actor: Actor) -> None:
    """A rate. Calls it alone covered will have no price."""
    row.delete()
    tariff_book.changed(row.tariff.property)
