"""Pictures prepared for printing: upright, eight bits per channel, with transparency."""

from array import array

from PIL import Image, ImageOps

_WIDE_GRAY = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def upright(picture: Image.Image) -> Image.Image:
    """Decode the whole picture, rotate it by its EXIF orientation, and convert it to RGBA.

    :raises Exception: the decoder's error for a broken picture
    """
    turned = ImageOps.exif_transpose(picture)
    return _narrow(turned) if turned.mode in _WIDE_GRAY else turned.convert("RGBA")


def _narrow(picture: Image.Image) -> Image.Image:
    """Convert 16-bit gray to RGBA. Pillow alone clips above 255, which makes it all white."""
    clear = picture.info.pop("transparency", None)  # "convert" does not support it for 16 bits
    wide = picture.convert("I")
    gray = wide.point(lambda value: value * (1 / 257)).convert("L")
    if not isinstance(clear, int):
        return gray.convert("RGBA")
    opaque = bytes(0 if value == clear else 255 for value in array("i", wide.tobytes()))
    return Image.merge("RGBA", (gray, gray, gray, Image.frombytes("L", wide.size, opaque)))
