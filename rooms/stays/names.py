"""Names of guests: normalized before they are stored, and searched."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from django.db.models import Q
from django.db.models.functions import Concat

from hotelpbx.refusals import invalid
from pbx.names import is_east_asian
from rooms.models import Guest
from rooms.stays.details import GuestDetails

# Persian and Indic scripts need the joiners; other format characters only affect how a line is
# drawn, and may reverse the writing direction of what follows.
_JOINERS: Final = ("\u200c", "\u200d")
_LENGTHS: Final = {"first_name": 120, "last_name": 120, "title": 32, "language": 16}


def normalize(text: str) -> str:
    """``text`` in NFC, on one line, without control and formatting characters."""
    shown = "".join(map(_visible, unicodedata.normalize("NFC", text)))
    return unicodedata.normalize("NFC", " ".join(shown.split()))


def normalize_guests(guests: Sequence[GuestDetails]) -> list[GuestDetails]:
    """Guests with normalized names.

    :raises Refusal: one has neither a first nor a last name, or one that is too long
    """
    return [_normalize_guest(place, guest) for place, guest in enumerate(guests)]


def name_filter(word: str) -> Q:
    """Filter for guests with ``word`` in a name; East Asian names also as one word."""
    word = normalize(word)
    parts = Q(last_name__icontains=word) | Q(first_name__icontains=word)
    if not is_east_asian(word):
        return parts
    whole = Guest.objects.alias(whole=Concat("last_name", "first_name")).filter(
        whole__icontains=word
    )
    return parts | Q(pk__in=whole.values("pk"))


def _normalize_guest(place: int, guest: GuestDetails) -> GuestDetails:
    values = {
        name: None if (value := getattr(guest, name)) is None else normalize(value)
        for name in _LENGTHS
    }
    for name, most in _LENGTHS.items():
        if len(values[name] or "") > most:
            raise invalid(f"/guests/{place}/{name}", f"At most {most} characters.")
    if not (values["first_name"] or values["last_name"]):
        raise invalid(f"/guests/{place}/last_name", "Enter a first or a last name.")
    return replace(guest, **values)  # type: ignore[arg-type]


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    hidden = unicodedata.category(char) in ("Cc", "Cf", "Cs")
    return "" if hidden and char not in _JOINERS else char
