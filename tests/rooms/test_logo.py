"""The logo: which pictures are accepted, and what is stored."""

import io

import pytest
from PIL import Image

from rooms.logo import MAX_BYTES, NotALogo, logo_of, read_logo, set_logo
from rooms.models import AuditEntry, Property
from tests.house import CLERK
from tests.support.pictures import bomb, noise, picture

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "GIF", "WEBP"])
def test_the_formats_of_the_web_are_taken(format_: str) -> None:
    taken = read_logo(picture(300, 100, format_))
    assert (taken.format, taken.width, taken.height) == (format_, 300, 100)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "must be a picture"),
        (b"<script>alert(1)</script>", "must be a picture"),
        (b"\x89PNG\r\n\x1a\n", "must be a picture"),
        (b"%PDF-1.7 not a picture", "must be a picture"),
        (SVG, "must be a picture"),
        (picture(format_="BMP"), "must be a picture"),
        (noise()[:-200_000], "cannot be read to its end"),
        (picture(format_="JPEG")[:-300], "cannot be read to its end"),
        (bomb(50, 50), "cannot be read to its end"),
        (bomb(10_000, 10_000), "at most 2000 × 2000 pixels"),
        (bomb(30_000, 30_000), "at most 2000 × 2000 pixels"),
        (picture(2001, 10), "at most 2000 × 2000 pixels, and has 2001 × 10"),
        (picture() + b"\0" * MAX_BYTES, "at most 512 KiB"),
    ],
)
def test_what_is_no_logo_is_refused_in_words(content: bytes, told: str) -> None:
    with pytest.raises(NotALogo, match=told):
        read_logo(content)


def test_a_photo_that_lies_on_its_side_is_measured_upright() -> None:
    exif, buffer = Image.Exif(), io.BytesIO()
    exif[0x0112] = 6  # Orientation: turn it by 90°
    Image.new("RGB", (300, 100)).save(buffer, "JPEG", exif=exif)
    taken = read_logo(buffer.getvalue())
    assert (taken.width, taken.height) == (100, 300)


@pytest.mark.django_db
def test_a_logo_is_kept_replaced_and_taken_away_each_noted_once(hotel: Property) -> None:
    first, second = read_logo(picture()), read_logo(picture(40, 40, "JPEG"))
    changed = [
        set_logo(hotel, each, actor=CLERK) for each in (None, first, first, second, None, None)
    ]
    assert changed == [False, True, False, True, True, False]
    assert logo_of(hotel) is None
    told = AuditEntry.objects.filter(action="change settings").order_by("pk")
    assert [(entry.before, entry.after) for entry in told] == [
        ({"logo": "none"}, {"logo": "PNG 300 × 100"}),
        ({"logo": "PNG 300 × 100"}, {"logo": "JPEG 40 × 40"}),
        ({"logo": "JPEG 40 × 40"}, {"logo": "none"}),
    ]
