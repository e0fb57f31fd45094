"""One variable of the environment: ``NAME``, or the content of the file that ``NAME_FILE`` names.

A value is used as it is, without substitutions. One line end is removed from the end of a file,
because editors and ``echo`` add one.
"""

import os
from pathlib import Path
from typing import Final

# Never used as a password.
OWN_SECRETS: Final = frozenset({"SECRET_KEY", "DATABASE_URL", "REDIS_URL"})

_LARGEST: Final = 64 * 1024


class VariableFault(Exception):
    """The variable cannot be read; the text says why and what to do, and not its value."""


def value_of(name: str) -> str:
    """The variable's value; empty: not set.

    :raises VariableFault: set in both ways, or the file cannot be read
    """
    plain, path = os.environ.get(name, ""), os.environ.get(f"{name}_FILE", "").strip()
    if plain and path:
        raise VariableFault(f"{name} and {name}_FILE are both set. Set one of them.")
    return _content(name, path) if path else plain


def _content(name: str, path: str) -> str:
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST + 1)
        text = content.decode("utf-8")
    except OSError as fault:
        raise VariableFault(f"{name}_FILE cannot be read: {path}: {fault.strerror}.") from None
    except ValueError:
        raise VariableFault(f"{name}_FILE is not UTF-8 text: {path}.") from None
    if len(content) > _LARGEST or "\x00" in text:
        raise VariableFault(f"{name}_FILE is not a text with a single value: {path}.")
    return text.removesuffix("\n").removesuffix("\r")
