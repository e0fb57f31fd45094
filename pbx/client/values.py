"""Conversion of values to and from the PBX, which writes nearly all of them as strings (T24)."""

import re
from collections.abc import Iterable
from typing import Final

_NUMBER: Final = re.compile(r"[0-9]{1,9}")


def one_id(value: str) -> str:
    """``value`` as the id of a single object: an extension, an alarm, a route.

    :raises ValueError: it is empty, has several ids, or is the word ``all``, which means every
        object on the PBX (T1)
    """
    text = value.strip()
    if not text or text.lower() == "all" or "," in text:
        raise ValueError(f"{value!r} does not name one thing")
    return text


def joined_ids(values: Iterable[str]) -> str:
    """``values`` in one string separated by commas, at least one of them (T1).

    :raises ValueError: there is none, or :func:`one_id` rejects one
    """
    if isinstance(values, str):
        raise ValueError("several ids are wanted in a sequence, not one text")
    texts = [one_id(value) for value in values]
    if not texts:
        raise ValueError("at least one id is needed")
    return ",".join(texts)


def number_or_none(text: str) -> int | None:
    """A whole number, or None for anything else."""
    return int(text) if _NUMBER.fullmatch(text) else None


def yes_no(value: bool) -> str:
    """``autoanswer`` and the like."""
    return "yes" if value else "no"
