"""Secrets in the database, encrypted with a key derived from ``SECRET_KEY``.

Neither a dump nor a query of the database reveals them.
"""

import base64
import hashlib
from typing import TYPE_CHECKING, Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models
from django.utils.crypto import salted_hmac

if TYPE_CHECKING:
    _TextField = models.TextField[str, str]
else:
    _TextField = models.TextField


class SecretUnreadable(Exception):
    """The stored secret was encrypted with another ``SECRET_KEY`` and must be entered again."""


def _fernet() -> Fernet:
    digest = hashlib.sha256(b"hotelpbx.secrets:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def encrypt(plain: str) -> str:
    """``plain`` as text that is safe to store; the empty text stays empty."""
    return _fernet().encrypt(plain.encode()).decode() if plain else ""


def decrypt(stored: str) -> str:
    """The text that :func:`encrypt` was given; raises :class:`SecretUnreadable`."""
    try:
        return _fernet().decrypt(stored.encode()).decode() if stored else ""
    except InvalidToken:
        raise SecretUnreadable from None


def keyed_digest(plain: str) -> str:
    """A digest by which a secret is found or compared; useless without ``SECRET_KEY``."""
    return salted_hmac("hotelpbx.digests", plain, algorithm="sha256").hexdigest()


class EncryptedTextField(_TextField):
    """A text column whose value is encrypted on its way into the database.

    A value that cannot be decrypted is read as the empty text, as if it had never been entered.
    """

    def get_prep_value(self, value: Any) -> Any:
        return encrypt(super().get_prep_value(value) or "")

    def from_db_value(self, value: str | None, *args: object) -> str:
        try:
            return decrypt(value or "")
        except SecretUnreadable:
            return ""
