"""The chunked transfer coding (RFC 9112 §7.1), taken apart as it comes."""

import re
from http import HTTPStatus
from typing import Final

from hotelpbx.serving.refused import Unfit

_LONGEST_LINE: Final = 8190
_LONGEST_TRAILERS: Final = 32 * 1024
_SIZE: Final = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(;[^\r\n]*)?")


class Chunks:
    """Give it what comes in; it gives back what was meant. Extensions and trailers are dropped."""

    def __init__(self) -> None:
        self.ended = False
        self._raw = bytearray()
        self._left = 0  # of the present chunk
        self._expect_line_end = False
        self._trailers: int | None = None  # bytes of them; None: not there yet

    def feed(self, data: bytes) -> bytes:
        """What ``data`` adds to the body; raises ``Unfit`` when it is no chunked body."""
        self._raw += data
        found = bytearray()
        while not self.ended and (self._take(found) if self._left else self._next_line()):
            pass
        return bytes(found)

    @property
    def rest(self) -> bytes:
        """What came behind the end: the beginning of the next request."""
        return bytes(self._raw)

    def _take(self, found: bytearray) -> bool:
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
            raise Unfit(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
        self.ended = not line


def _broken() -> Unfit:
    return Unfit(HTTPStatus.BAD_REQUEST, "The chunked body cannot be read.")
