"""Dotted paths in the settings, by which the layers above add their parts to those below."""

from collections.abc import Iterable

from django.core.checks import CheckMessage, Error
from django.utils.module_loading import import_string


def import_errors(paths: Iterable[tuple[str, str]], id: str) -> list[CheckMessage]:
    """An error for each path that cannot be imported.

    :param paths: what each is called in its error, and the path
    :param id: of the errors, e.g. ``rooms.E001``
    """
    errors: list[CheckMessage] = []
    for name, path in paths:
        try:
            import_string(path)
        except ImportError as fault:
            errors.append(Error(f"{name}: {fault}", id=id))
    return errors
