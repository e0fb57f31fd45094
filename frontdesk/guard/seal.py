"""What a form carries: its key, and what it was made from. Signed, in one hidden field."""

from dataclasses import asdict, dataclass, field
from typing import Final
from uuid import uuid4

from django.core import signing

from rooms.operations import idempotency

FIELD: Final = "guard"
_SALT: Final = "frontdesk.guard"
# Half as long as its key is remembered: no form is ever sent after its key is forgotten.
MAX_AGE: Final = idempotency.KEPT / 2


class InvalidSeal(Exception):
    """The form cannot be taken; the words say why and what to do."""


@dataclass
class Seal:
    """
    :param key: the same form sent again has the same
    :param seen: what the page showed: (model, id, facts in words)
    :param fields: of an edited row each field's digest, and that of the other value that the
        person was asked about, where he was (:mod:`frontdesk.guard.merging`)
    """

    key: str = field(default_factory=lambda: uuid4().hex)
    seen: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def open_seal(text: str) -> Seal:
    """The seal that a form carries; raises :class:`InvalidSeal`."""
    try:
        return Seal(**signing.loads(text, salt=_SALT, max_age=MAX_AGE))
    except signing.SignatureExpired:
        told = "This page was opened more than a day ago, so nothing was done."
    except signing.BadSignature:
        told = "This form does not say on which page it stood, so nothing was done."
    raise InvalidSeal(f"{told} Load the page again and repeat.")
