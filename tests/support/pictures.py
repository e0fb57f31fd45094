"""Pictures for tests: a hotel's logo, and what pretends to be one."""

import io
import struct
import zlib

from PIL import Image

GREEN = (20, 89, 74, 255)


def picture(width: int = 300, height: int = 100, format_: str = "PNG") -> bytes:
    """A green one."""
    mode = "RGB" if format_ == "JPEG" else "RGBA"
    buffer = io.BytesIO()
    Image.new(mode, (width, height), GREEN[: len(mode)]).save(buffer, format_)
    return buffer.getvalue()


def noise(side: int = 400) -> bytes:
    """A PNG that does not compress."""
    buffer = io.BytesIO()
    Image.effect_noise((side, side), 80).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checked = kind + data
        return struct.pack(">I", len(data)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(b"\x00" * 64)),
            chunk(b"IEND", b""),
        )
    )
