"""References and groups with a slash in them, as some PMS make them: an address cannot carry one,
and "nothing at this address" would not tell why."""

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


def with_slash(request: HttpRequest) -> FieldFault | None:
    """What is wrong with such an address; None: it does not look like that.

    The server hands an encoded slash over as a plain one; where it also tells the address as it
    came, that counts. Else what is to be written, or has an act behind it, is taken for a name.
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
