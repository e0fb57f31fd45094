"""Deleting rooms, classes, products and tariffs: by the settings pages or a pruning hotel file.

Rows with a history are kept.
"""

from billing import tariff_book
from billing.models import Charge, MinibarProduct, Tariff, TariffRate
from hotelpbx.refusals import Refusal
from rooms.audit import Actor
from rooms.locking import lock_rooms
from rooms.models import ClassOfService, Room


def remove_room(row: Room, actor: Actor) -> None:
    """Delete a room without a history."""
    row = lock_rooms([row])[row.pk]
    if has_history(row):
        raise Refusal(
            "invalid_transition",
            f"Room {row} has a history. Put it out of order on its page instead.",
        )
    row.delete()


def has_history(row: Room) -> bool:
    """Whether a room has stays (past or planned), calls or minibar entries."""
    used = (row.stays, row.occupancies, row.calls, row.minibar_entries)
    return any(rows.exists() for rows in used)


def remove_class_of_service(row: ClassOfService, actor: Actor) -> None:
    """Delete a class of service that no stay has."""
    if row.stays.exists():
        raise Refusal(
            "invalid_transition", f"There are stays of the class {row}: it cannot be deleted."
        )
    if not row.property.classes_of_service.exclude(pk=row.pk).exists():
        raise Refusal("invalid_transition", "A hotel needs a class of service: add another first.")
    row.delete()


def remove_product(row: MinibarProduct, actor: Actor) -> None:
    """Delete a product that was never sold."""
    if row.entries.exists() or Charge.objects.filter(product=row).exists():
        raise Refusal("invalid_transition", f"{row} was sold. Take it off sale instead.")
    row.delete()


def remove_tariff(row: Tariff, actor: Actor) -> None:
    """Delete an edition of a tariff, unless a class would be left without its tariff."""
    names = classes_losing_tariff(row)
    if names:
        raise Refusal(
            "invalid_transition",
            f"Classes of service use this tariff: {names}. Change them first.",
        )
    row.delete()
    tariff_book.mark_changed(row.property)


def classes_losing_tariff(row: Tariff) -> str:
    """The names of the classes that would have no tariff without this edition."""
    others = row.property.tariffs.filter(name=row.name).exclude(pk=row.pk)
    if others.exists():
        return ""
    return ", ".join(map(str, row.property.classes_of_service.filter(tariff=row.name)))


def remove_rate(row: TariffRate, actor: Actor) -> None:
    """Delete a rate. Future calls that only it covered will be unrated."""
    row.delete()
    tariff_book.mark_changed(row.tariff.property)
