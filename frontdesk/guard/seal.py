"""The signed hidden field of a form: its idempotency key and the state that its page showed."""

from dataclasses import asdict, dataclass, field
from typing import Final
from uuid import uuid4

from django.core import signing

from rooms.operations import idempotency

FIELD: Final = "guard"
_SALT: Final = "frontdesk.guard"
# Half the time that keys are kept: no form can be sent after its key is forgotten.
MAX_AGE: Final = idempotency.KEPT / 2


class InvalidSeal(Exception):
    """The form cannot be accepted; the message says why and what to do."""


@dataclass
class Seal:
    """
    :param key: the same whenever the same form is sent
    :param seen: what the page showed: (model, id, state as text)
    :param fields: the digest of each field of an edited row, and of the other value if the
        person was asked about a conflict (:mod:`frontdesk.guard.merging`)
    """

    key: str = field(default_factory=lambda: uuid4().hex)
    seen: list[tuple[str, int, dict[str, str]]] = field(default_factory=list)
    fields: dict[str, list[str]] = field(default_factory=dict)

    def __str__(self) -> str:
        return signing.dumps(asdict(self), salt=_SALT, compress=True)


def open_seal(text: str) -> Seal:
    """Verify and decode the seal of a form; raises :class:`InvalidSeal`."""
    try:
        return Seal(**signing.loads(text, salt=_SALT, max_age=MAX_AGE))
    except signing.SignatureExpired:
        told = "This page was opened more than a day ago, so nothing was done."
    except signing.BadSignature:
        told = "This form does not say which page it came from, so nothing was done."
    raise InvalidSeal(f"{told} Reload the page and try again.")
