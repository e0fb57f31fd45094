"""Read a request body, whichever WSGI server received it.

Our own workers pass on complete bodies of known length. With another server a body may still be
chunked, which Django takes for empty, or cut short, which Django does not notice.
"""

from django.http import HttpRequest, UnreadablePostError


def read_body(request: HttpRequest, most: int) -> bytes | None:
    """The body; None when it has more than ``most`` bytes.

    Raises ``UnreadablePostError`` when it is shorter than declared or of unknown length.
    """
    declared = request.META.get("CONTENT_LENGTH") or ""
    length = int(declared) if declared.isdecimal() and len(declared) < 20 else 0
    if length > most or len(declared) >= 20:
        return None
    coding = request.META.get("HTTP_TRANSFER_ENCODING", "").strip().lower()
    if not coding:
        body = request.read(most + 1)
    elif coding == "chunked" and request.META.get("wsgi.input_terminated"):
        body = request.META["wsgi.input"].read(most + 1)
    else:
        raise UnreadablePostError
    if len(body) < length:
        raise UnreadablePostError
    return body if len(body) <= most else None
