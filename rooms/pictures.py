"""Pictures as paper needs them: upright, eight bits a color, what is transparent kept so."""

from array import array

from PIL import Image, ImageOps

_WIDE_GRAY = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def upright(picture: Image.Image) -> Image.Image:
    """The whole picture, decoded, turned as its camera held it, in RGBA.

    :raises Exception: whatever a decoder says of a broken one
    """
    turned = ImageOps.exif_transpose(picture)
    return _narrow(turned) if turned.mode in _WIDE_GRAY else turned.convert("RGBA")


def _narrow(picture: Image.Image) -> Image.Image:
    """Sixteen bits of gray: Pillow cuts off what is above 255, and all is white."""
    clear = picture.info.pop("transparency", None)  # "convert" takes none of sixteen bits
    wide = picture.convert("I")
    gray = wide.point(lambda value: value * (1 / 257)).convert("L")
    if not isinstance(clear, int):
        return gray.convert("RGBA")
    seen = bytes(0 if value == clear else 255 for value in array("i", wide.tobytes()))
    return Image.merge("RGBA", (gray, gray, gray, Image.frombytes("L", wide.size, seen)))
