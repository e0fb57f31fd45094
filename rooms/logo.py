"""The hotel's logo: validating and storing it."""

import io
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from PIL import Image

from rooms.audit import Actor, note
from rooms.models import Logo, Property
from rooms.pictures import upright

MAX_BYTES: Final = 512 * 1024
MAX_SIDE: Final = 2000  # pixels: 17 cm at 300 dpi


class NotALogo(ValueError):
    """A picture that is refused. The message completes a sentence that begins with "logo"."""


@dataclass(frozen=True)
class Picture:
    """A picture that can be printed and shown. ``format``: as Pillow names it."""

    content: bytes
    format: str
    width: int
    height: int


def read_logo(content: bytes) -> Picture:
    """Decode the whole picture, so that a stored logo can always be printed.

    :raises NotALogo: it is too large, broken, or in an unsupported format
    """
    if len(content) > MAX_BYTES:
        raise NotALogo(f"must have at most {MAX_BYTES // 1024} KiB")
    try:
        picture = Image.open(io.BytesIO(content), formats=Logo.Format.values)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None
    except Exception:  # a decoder may raise anything for hostile bytes
        raise NotALogo("must be a picture: PNG, JPEG, GIF or WebP") from None
    if max(picture.size) > MAX_SIDE:
        raise _too_many_pixels(picture.size)
    try:
        shown = upright(picture)
    except Exception:  # as above
        raise NotALogo("is broken: the picture cannot be read to its end") from None
    # A JPEG with an embedded second picture, as some phones produce, is reported as MPO.
    format_ = "JPEG" if picture.format == "MPO" else str(picture.format)
    return Picture(content, format_, *shown.size)


def logo_of(property_: Property) -> Logo | None:
    """The hotel's logo, if it has one."""
    return Logo.objects.filter(property=property_).first()


def set_logo(property_: Property, picture: Picture | None, *, actor: Actor) -> bool:
    """Store ``picture``, or remove the logo (None); returns whether anything changed."""
    with transaction.atomic():
        Property.objects.select_for_update().get(pk=property_.pk)
        before = logo_of(property_)
        if _is_same(before, picture):
            return False
        after = _write(property_, picture)
        change = {"before": {"logo": in_words(before)}, "after": {"logo": in_words(after)}}
        note(property_, actor, "change settings", f"property:{property_}", **change)
    return True


def in_words(logo: Logo | None) -> str:
    """``PNG 320 × 120``, or ``none``."""
    return str(logo or "none")


def _is_same(logo: Logo | None, picture: Picture | None) -> bool:
    if logo is None or picture is None:
        return logo is None and picture is None
    return bytes(logo.content) == picture.content


def _write(property_: Property, picture: Picture | None) -> Logo | None:
    if picture is None:
        Logo.objects.filter(property=property_).delete()
        return None
    values = {name: getattr(picture, name) for name in ("content", "format", "width", "height")}
    return Logo.objects.update_or_create(property=property_, defaults=values)[0]


def _too_many_pixels(size: tuple[int, int] | None = None) -> NotALogo:
    has = f", and has {size[0]} × {size[1]}" if size else ""
    return NotALogo(f"must have at most {MAX_SIDE} × {MAX_SIDE} pixels{has}")
