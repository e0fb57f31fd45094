"""Reading a body, whichever server it came through.

Ours hands over whole bodies of known length. Under another one a body may be chunked still, which
Django takes for an empty one, or have broken off, which Django takes for a short one.
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
