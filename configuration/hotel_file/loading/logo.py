"""Loads the logo that the hotel file names into the database."""

from pathlib import Path

from configuration.hotel_file.checks.logo import read_picture
from configuration.hotel_file.faults import Fault, HotelFileFaults
from configuration.hotel_file.loading.change_list import ChangeList
from rooms.audit import Actor
from rooms.logo import NotALogo, in_words, logo_of, set_logo
from rooms.models import Property


def load_logo(path: Path, name: str | None, property_: Property, changes: ChangeList) -> None:
    """Load the picture ``name``, relative to the hotel file ``path``.

    :raises HotelFileFaults: it has changed since the hotel file was checked
    """
    if name is None:
        return
    try:
        picture = read_picture(path.parent, name)
    except NotALogo as fault:
        raise HotelFileFaults([Fault(str(path), "[property]", "logo", str(fault))]) from None
    before = in_words(logo_of(property_))
    if set_logo(property_, picture, actor=Actor.system("load_hotel")):
        after = in_words(logo_of(property_))
        changes.add(f"~ property {property_.code}: logo {before} → {after}")
