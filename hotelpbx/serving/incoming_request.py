"""A request that is still being received, byte by byte if need be."""

from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Any, Final

from gunicorn.http import errors
from gunicorn.http.body import ChunkedReader, LengthReader
from gunicorn.http.message import Request
from gunicorn.http.unreader import IterUnreader

from hotelpbx.serving.chunked_body import ChunkedBody
from hotelpbx.serving.rejection import RequestRejected

_LARGEST_HEAD: Final = 64 * 1024
_HEAD_END: Final = b"\r\n\r\n"
# Larger bodies go to a temporary file: many unfinished ones must not fill the memory.
_KEPT_IN_MEMORY: Final = 128 * 1024
_STATUS: Final[tuple[tuple[type[Exception], HTTPStatus], ...]] = (
    (errors.UnsupportedTransferCoding, HTTPStatus.NOT_IMPLEMENTED),
    (errors.LimitRequestLine, HTTPStatus.REQUEST_URI_TOO_LONG),
    (errors.LimitRequestHeaders, HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE),
    (errors.ExpectationFailed, HTTPStatus.EXPECTATION_FAILED),
)


class IncomingRequest:
    """A request that is fed with received bytes until it is ``complete``.

    gunicorn parses its head. Its body is decoded here, so that an application gets every body in
    the same form: complete, with its length.

    :param largest_body: in bytes
    :param length_required: a POST must declare the length of its body
    """

    def __init__(
        self, cfg: Any, peer: Any, *, largest_body: int, length_required: bool = False
    ) -> None:
        self.request: Any = None
        self.complete = False
        self.remainder = b""
        self._cfg = cfg
        self._peer = peer
        self._largest = largest_body
        self._length_required = length_required
        self._head = bytearray()
        self._body = SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY)  # noqa: SIM115 (see close)
        self._size = 0
        self._declared = 0
        self._chunks: ChunkedBody | None = None

    @property
    def begun(self) -> bool:
        """Whether any byte has been received."""
        return self.request is not None or bool(self._head)

    @property
    def expects_continue(self) -> bool:
        """Whether the client waits for "100 Continue" before it sends the body."""
        return bool(self.request and self.request._expected_100_continue and not self._size)

    def feed(self, data: bytes) -> None:
        """Process received bytes; raises ``RequestRejected`` if they are no valid request."""
        if self.request is None:
            data = self._read_head(data)
        if self.request is not None:
            self._read_body(data)

    def close(self) -> None:
        """Delete the body."""
        self._body.close()

    def _read_head(self, data: bytes) -> bytes:
        seen = max(0, len(self._head) - len(_HEAD_END))
        self._head += data
        if self._head.startswith(b"\r\n"):  # RFC 9112 §2.2: an empty line is skipped
            del self._head[:2]
        end = self._head.find(_HEAD_END, seen)
        if end < 0:
            if len(self._head) > _LARGEST_HEAD:
                raise RequestRejected(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)
            return b""
        end += len(_HEAD_END)
        head, rest = bytes(self._head[:end]), bytes(self._head[end:])
        self._head.clear()
        self._parse_head(head)
        return rest

    def _parse_head(self, head: bytes) -> None:
        try:
            request = Request(self._cfg, IterUnreader([head]), self._peer)
        except (errors.ParseException, StopIteration) as fault:
            status = next((code for kind, code in _STATUS if isinstance(fault, kind)), None)
            # Not gunicorn's message: it quotes the request, and a report's path is a secret (T16).
            raise RequestRejected(status or HTTPStatus.BAD_REQUEST) from None
        self.request = request
        reader = request.body.reader
        if isinstance(reader, ChunkedReader):
            codings = [text for name, text in request.headers if name == "TRANSFER-ENCODING"]
            if [each.lower() for each in codings] != ["chunked"]:
                raise RequestRejected(HTTPStatus.NOT_IMPLEMENTED)  # compressed
            self._chunks = ChunkedBody()
            return
        declares = any(name == "CONTENT-LENGTH" for name, _ in request.headers)
        if self._length_required and request.method == "POST" and not declares:
            # RFC 9112 §6.3 takes this for an empty body, but an empty report is a lost report.
            raise RequestRejected(HTTPStatus.LENGTH_REQUIRED)
        if isinstance(reader, LengthReader):
            self._declared = reader.length
            self._check_size(self._declared)

    def _read_body(self, data: bytes) -> None:
        if self._chunks:
            part = self._chunks.feed(data)
            self._append(part)
            if self._chunks.ended:
                self._finish(self._chunks.remainder)
            return
        missing = self._declared - self._size
        self._append(data[:missing])
        if self._size == self._declared:
            self._finish(data[missing:])

    def _append(self, part: bytes) -> None:
        self._size += len(part)
        self._check_size(self._size)
        self._body.write(part)

    def _check_size(self, size: int) -> None:
        if size > self._largest:
            raise RequestRejected(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)

    def _finish(self, rest: bytes) -> None:
        """Present the body as one of known length, whichever way it was sent."""
        self.complete, self.remainder = True, rest
        self._body.seek(0)
        request = self.request
        request.body = self._body
        request._expected_100_continue = False
        if self._chunks:
            kept = [pair for pair in request.headers if pair[0] != "TRANSFER-ENCODING"]
            request.headers = [*kept, ("CONTENT-LENGTH", str(self._size))]
