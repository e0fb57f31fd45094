"""A fast password hasher for tests."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class QuickHasher(PBKDF2PasswordHasher):
    """The hotel's own hasher, which the processes of the Procfile can read, without the third of
    a second that a password is meant to cost."""

    iterations = 1
