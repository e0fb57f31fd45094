"""Checks the picture that ``logo`` of ``[property]`` names."""

from pathlib import Path

from configuration.hotel_file.checks.cross_checks import Finding
from configuration.hotel_file.formatting import quoted
from configuration.hotel_file.locations import Document
from rooms.logo import MAX_BYTES, NotALogo, Picture, read_logo


def logo_findings(document: Document, folder: Path) -> list[Finding]:
    """Faults of the picture."""
    table = document.get("property")
    name = table.get("logo") if isinstance(table, dict) else None
    if not isinstance(name, str) or not name.isprintable():
        return []
    try:
        read_picture(folder, name)
    except NotALogo as fault:
        return [(("property", "logo"), str(fault))]
    return []


def read_picture(folder: Path, name: str) -> Picture | None:
    """The picture ``name`` in ``folder``; None if the name is empty.

    :raises NotALogo: it cannot be read, or is not a usable picture
    """
    if not name:
        return None
    try:
        with (folder / name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotALogo(f"{quoted(name)} cannot be read: {error.strerror}") from None
    return read_logo(content)
