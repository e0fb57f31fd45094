"""A decoder of the chunked transfer coding (RFC 9112 §7.1)."""

import re
from http import HTTPStatus
from typing import Final

from hotelpbx.serving.rejection import RequestRejected

_LONGEST_LINE: Final = 8190
_LONGEST_TRAILERS: Final = 32 * 1024
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(;[^\r\n]*)?")


class ChunkedBody:
    """Decodes received bytes to body bytes. Chunk extensions and trailers are dropped."""

    def __init__(self) -> None:
        self.ended = False
        self._raw = bytearray()
        self._left = 0  # of the current chunk
        self._expect_line_end = False
        self._trailers: int | None = None  # their size in bytes; None: not reached yet

    def feed(self, data: bytes) -> bytes:
        """The body bytes in ``data``; raises ``RequestRejected`` if it is not chunked coding."""
        self._raw += data
        found = bytearray()
        while not self.ended and (self._read_chunk(found) if self._left else self._next_line()):
            pass
        return bytes(found)

    @property
    def remainder(self) -> bytes:
        """Bytes after the end of the body: the beginning of the next request."""
        return bytes(self._raw)

    def _read_chunk(self, found: bytearray) -> bool:
        part = self._raw[: self._left]
        del self._raw[: len(part)]
        found += part
        self._left -= len(part)
        self._expect_line_end = not self._left
        return bool(part)

    def _next_line(self) -> bool:
        end = self._raw.find(b"\r\n")
        if end < 0:
            if len(self._raw) > _LONGEST_LINE:
                raise _broken()
            return False
        line = bytes(self._raw[:end])
        del self._raw[: end + 2]
        if self._trailers is not None:
            self._skip_trailer(line)
        elif self._expect_line_end:
            if line:
                raise _broken()
            self._expect_line_end = False
        else:
            self._begin_chunk(line)
        return True

    def _begin_chunk(self, line: bytes) -> None:
        size = _SIZE.fullmatch(line)
        if size is None:
            raise _broken()
        self._left = int(size[1], 16)
        if not self._left:
            self._trailers = 0

    def _skip_trailer(self, line: bytes) -> None:
        self._trailers = (self._trailers or 0) + len(line)
        if self._trailers > _LONGEST_TRAILERS:
            raise RequestRejected(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        self.ended = not line


def _broken() -> RequestRejected:
    return RequestRejected(HTTPStatus.BAD_REQUEST, "The chunked body cannot be read.")
