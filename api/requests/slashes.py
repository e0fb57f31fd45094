"""Explaining 404s for references and groups that contain a slash, as those of some PMSs do.

A URL cannot carry a slash in a segment, and "nothing at this address" would not say why.
"""

import re
from typing import Final

from django.http import HttpRequest

from hotelpbx.http.reserved_words import reserved_words_after
from hotelpbx.refusals import FieldFault

_RULE: Final = "has 1 to 64 printable characters and no slash in it."
_FAULTS: Final = {
    "stays": FieldFault("/reference", f"A reference {_RULE}"),
    "groups": FieldFault("/group", f"A group's name {_RULE}"),
}
_NAMED: Final = re.compile(r"/api/v1/properties/[^/]+/(stays|groups)/(.+?)/?")


def slash_fault(request: HttpRequest) -> FieldFault | None:
    """The fault of such an address; None if it does not look like one.

    The server decodes an encoded slash; the raw address is checked where the server gives it.
    Otherwise a PUT, or an address that ends with an action, is taken for a name with a slash.
    """
    found = _NAMED.fullmatch(request.path_info)
    if found is None or "/" not in found[2]:
        return None
    collection, rest = found[1], found[2]
    raw = str(request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or "").lower()
    last, acts = rest.rpartition("/")[2], reserved_words_after(collection)
    encoded = f"/{collection}/" in raw and "%2f" in raw.partition(f"/{collection}/")[2]
    deep = rest.count("/") > 1 and last in acts
    return _FAULTS[collection] if encoded or deep or request.method == "PUT" else None
