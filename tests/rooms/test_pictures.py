"""How a logo is printed, whatever format it was saved in."""

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from billing.documents.paper import Picture
from billing.documents.pdf import _picture
from rooms.logo import read_logo
from rooms.models import Logo

Pixel = tuple[int, int, int, int]
DARK: Pixel = (64, 64, 64, 255)
GREEN: Pixel = (20, 90, 74, 255)
CLEAR = 0


def saved(image: Image.Image, format_: str = "PNG", **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, format_, **options)
    return buffer.getvalue()


def png(depth: int, kind: int, rows: bytes, *, size: int = 8, clear: bytes = b"") -> bytes:
    """A PNG that Pillow itself would not write."""

    def chunk(name: bytes, data: bytes) -> bytes:
        whole = name + data
        return struct.pack(">I", len(data)) + whole + struct.pack(">I", zlib.crc32(whole))

    header = struct.pack(">IIBBBBB", size, size, depth, kind, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"tRNS", clear) if clear else b"",
            chunk(b"IDAT", zlib.compress((b"\0" + rows) * size)),
            chunk(b"IEND", b""),
        )
    )


def on_paper(content: bytes) -> Image.Image:
    """As the PDF file gets it, after it was taken as a logo."""
    taken = read_logo(content)
    logo = Logo(content=content, format=taken.format, width=taken.width, height=taken.height)
    return _picture(Picture(0, 0, 40, 40, logo))


def palette(*, clear: int | None) -> bytes:
    image = Image.new("P", (8, 8), 1)
    image.putpalette([255, 255, 255, *GREEN[:3]])
    return saved(image, transparency=clear) if clear is not None else saved(image)


def halves(mode: str, first: Any, second: Any) -> Image.Image:
    image = Image.new(mode, (8, 8), first)
    image.paste(second, (0, 4, 8, 8))
    return image


GRAY_16 = struct.pack(">H", 64 * 257)
CASES: list[tuple[str, bytes, Pixel]] = [
    ("16 bits of gray", png(16, 0, GRAY_16 * 8), DARK),
    ("16 bits of gray, black", png(16, 0, b"\0\0" * 8), (0, 0, 0, 255)),
    ("16 bits of gray, white", png(16, 0, b"\xff\xff" * 8), (255, 255, 255, 255)),
    ("16 bits of gray, one of them clear", png(16, 0, GRAY_16 * 8, clear=GRAY_16), (64, 64, 64, 0)),
    ("16 bits of gray with alpha", png(16, 4, (GRAY_16 + b"\x80\x80") * 8), (64, 64, 64, 128)),
    ("16 bits of color", png(16, 2, b"\x14\x14\x5a\x5a\x4a\x4a" * 8), GREEN),
    ("8 bits of gray", saved(Image.new("L", (8, 8), 64)), DARK),
    ("8 bits of gray, one clear", saved(Image.new("L", (8, 8), 64), transparency=64),
     (64, 64, 64, 0)),
    ("one bit", saved(Image.new("1", (8, 8), 0)), (0, 0, 0, 255)),
    ("palette", palette(clear=None), GREEN),
    ("palette, its color clear", palette(clear=1), (*GREEN[:3], 0)),
    ("palette, another color clear", palette(clear=0), GREEN),
    ("alpha", saved(Image.new("RGBA", (8, 8), (20, 90, 74, 128))), (20, 90, 74, 128)),
    ("color, one clear", saved(Image.new("RGB", (8, 8), GREEN[:3]), transparency=GREEN[:3]),
     (*GREEN[:3], 0)),
    ("GIF", saved(Image.new("RGB", (8, 8), GREEN[:3]), "GIF"), GREEN),
    ("WebP", saved(Image.new("RGBA", (8, 8), GREEN), "WEBP", lossless=True), GREEN),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "pixel"), [pytest.param(*case[1:], id=case[0]) for case in CASES]
)
def test_a_logo_has_its_colors_on_paper(content: bytes, pixel: Pixel) -> None:
    assert on_paper(content).getpixel((4, 4)) == pixel


def test_a_jpeg_for_print_has_its_colors(tmp_path: Any) -> None:
    """CMYK: no ink is white, and much black ink is dark."""
    white = on_paper(saved(Image.new("CMYK", (8, 8), (0, 0, 0, 0)), "JPEG"))
    dark = on_paper(saved(Image.new("CMYK", (8, 8), (0, 0, 0, 255)), "JPEG"))
    assert min(white.getpixel((4, 4))[:3]) > 245  # type: ignore[index]
    assert max(dark.getpixel((4, 4))[:3]) < 10  # type: ignore[index]


def test_a_gray_photo_that_lies_on_its_side_is_turned() -> None:
    exif = Image.Exif()
    exif[0x0112] = 3  # upside down
    turned = on_paper(saved(halves("L", 0, 255), "PNG", exif=exif))
    assert turned.getpixel((4, 1)) == (255, 255, 255, 255)
    assert turned.getpixel((4, 6)) == (0, 0, 0, 255)


def test_a_jpeg_with_a_second_picture_in_it_is_a_jpeg() -> None:
    image = Image.new("RGB", (40, 40), GREEN[:3])
    content = saved(image, "MPO", save_all=True, append_images=[image])
    taken = read_logo(content)
    assert taken.format == "JPEG"
    assert Logo(content=content, format=taken.format).content_type == "image/jpeg"


def test_an_animation_shows_its_first_picture() -> None:
    first, second = Image.new("RGB", (8, 8), GREEN[:3]), Image.new("RGB", (8, 8), "white")
    content = saved(first, "GIF", save_all=True, append_images=[second])
    assert on_paper(content).getpixel((4, 4)) == GREEN
