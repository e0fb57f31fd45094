"""The logo, from the file that the hotel file names into the database."""

from pathlib import Path

from configuration.hotel_file.checks.cross_checks import Finding
from configuration.hotel_file.faults import Fault, HotelFileFaults
from configuration.hotel_file.formatting import quoted
from configuration.hotel_file.loading.change_list import ChangeList
from configuration.hotel_file.locations import Document
from rooms.audit import Actor
from rooms.logo import MAX_BYTES, NotALogo, Picture, in_words, logo_of, read_logo, set_logo
from rooms.models import Property


def logo_findings(document: Document, folder: Path) -> list[Finding]:
    """What is wrong with the picture that ``logo`` of ``[property]`` names."""
    table = document.get("property")
    name = table.get("logo") if isinstance(table, dict) else None
    if not isinstance(name, str) or not name.isprintable():
        return []
    try:
        _picture(folder, name)
    except NotALogo as fault:
        return [(("property", "logo"), str(fault))]
    return []


def load_logo(path: Path, name: str | None, property_: Property, changes: ChangeList) -> None:
    """Bring in the picture ``name``, which lies where the hotel file ``path`` lies.

    :raises HotelFileFaults: it has changed since the hotel file was checked
    """
    if name is None:
        return
    try:
        picture = _picture(path.parent, name)
    except NotALogo as fault:
        raise HotelFileFaults([Fault(str(path), "[property]", "logo", str(fault))]) from None
    before = in_words(logo_of(property_))
    if set_logo(property_, picture, actor=Actor.system("load_hotel")):
        after = in_words(logo_of(property_))
        changes.add(f"~ property {property_.code}: logo {before} → {after}")


def _picture(folder: Path, name: str) -> Picture | None:
    if not name:
        return None
    try:
        with (folder / name).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise NotALogo(f"{quoted(name)} cannot be read: {error.strerror}") from None
    return read_logo(content)
