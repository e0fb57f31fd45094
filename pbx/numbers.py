"""One reading of the numbers in reports: of who called, and of what was dialled.

A caller is written as a number, or with a name (``Smith Alice<2201>``), as a SIP address or as a
channel of the PBX's Asterisk (``SIP/2201-0000001a``). What was dialled also carries outside-line
digits, separators, pauses (``p``, ``w``, ``,``) and the ``#`` that ends the keying (T10).
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from typing import Final
from urllib.parse import unquote

# As the hotel file has it.
LONGEST_EXTENSION: Final = 8

_CHANNEL: Final = re.compile(r"(?:PJSIP|SIP|IAX2|Local|DAHDI|Dongle)/(?P<rest>.+)", re.I)
_CHANNEL_END: Final = re.compile(r"-[0-9a-f]{6,}(?:;[12])?$", re.I)
_SCHEME: Final = re.compile(r"\s*(?:sips?|tel)\s*:\s*", re.I)
_BETWEEN: Final = re.compile(r"[\s()-]+")
_NUMBER: Final = re.compile(r"\+?[0-9*#]+")
_DIALLABLE: Final = frozenset("0123456789+*#")
_PAUSE: Final = re.compile("[pw,;]", re.I)
# Hiding or showing one's own number for this call: *31#110, #31#110, *67 110.
_SERVICE: Final = re.compile(r"[*#]+[0-9]{2,3}[*#]+|\*67|\*82")


def number_of(text: str) -> str:
    """The number that the text of a caller or callee names; empty: none, or it is not certain.

    A leading ``+`` is no part of it: no extension has one.
    """
    address = _address(text)
    if address is None:
        return ""
    number = _BETWEEN.sub("", _decimal(address))
    return number.removeprefix("+") if _NUMBER.fullmatch(number) else ""


def number_or_text(text: str) -> str:
    """The number, or the text itself where none can be read: for a person to see."""
    return number_of(text) or text


def looks_like_extension(number: str) -> bool:
    """Digits, and no more of them than an extension has."""
    return number.isascii() and number.isdigit() and len(number) <= LONGEST_EXTENSION


def normalize_number(dialled: str, outside_digits: Collection[str] = ()) -> str:
    """The number behind what was dialled: what prices and destinations are looked up by.

    Digits, ``+``, ``*`` and ``#`` count, but not a ``#`` that ends the keying of a number. Then
    the longest of ``outside_digits`` that fits is taken away, once.
    """
    number = dialled
    if not (dialled.isascii() and dialled.isdigit()):
        number = _diallable(_dialled_address(dialled))
        keyed = number.rstrip("#")
        number = keyed if keyed.removeprefix("+").isdigit() else number
    taken = 0
    for prefix in outside_digits:
        if len(prefix) > taken and number.startswith(prefix):
            taken = len(prefix)
    return number[taken:]


def emergency_number(
    dialled: str,
    numbers: Collection[str],
    outside_digits: Callable[[], Collection[str]] = tuple,
) -> str | None:
    """Which of the emergency ``numbers`` was dialled by any reading; None: it was none.

    Before it may stand one digit that no tariff names, or any of ``outside_digits``, which are
    asked for only when they matter.
    """
    found = [
        (reading.removesuffix(number), number)
        for number in sorted(numbers, key=len, reverse=True)
        for reading in _emergency_readings(dialled)
        if reading.endswith(number)
    ]
    for before, number in sorted(found, key=lambda each: len(each[0])):
        if len(before) <= 1 or before in outside_digits():
            return number
    return None


def _emergency_readings(dialled: str) -> Collection[str]:
    if dialled.isascii() and dialled.isdigit():
        return (dialled,)
    return set(_all_readings(dialled))


def _all_readings(dialled: str) -> Iterator[str]:
    """The whole, and what stands before each pause: what follows may be keys for a menu."""
    address = _dialled_address(dialled)
    ends = [match.start() for match in _PAUSE.finditer(address)]
    for end in (len(address), *ends):
        keyed = _diallable(address[:end])
        for kept in (keyed, _SERVICE.sub("", keyed, count=1)):
            digits = "".join(character for character in kept if character.isdigit())
            if digits:
                yield digits


def _diallable(text: str) -> str:
    return "".join(character for character in _decimal(text) if character in _DIALLABLE)


def _decimal(text: str) -> str:
    """The digits of any script as 0 to 9, full-width signs as plain ones."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(each, each)) for each in plain)


def _dialled_address(text: str) -> str:
    """What was dialled may be written in ways that no caller is: then all of it counts."""
    return _address(text) or text


def _address(text: str) -> str | None:
    """The part that can be a number; None: the text has several, or is cut off."""
    text = unicodedata.normalize("NFKC", text).strip()
    if "<" in text or ">" in text:
        within = re.fullmatch(r"[^<>]*<([^<>]*)>[^<>]*", text)
        if within is None:
            return None
        text = within[1].strip()
    channel = _CHANNEL.fullmatch(text)
    return _of_channel(channel["rest"]) if channel else _user(text)


def _of_channel(rest: str) -> str | None:
    """``2201`` of ``2201-0000001a``, ``2201@from-internal-0000001a;2`` or ``trunk/2201``."""
    number = _CHANNEL_END.sub("", rest.rpartition("/")[2]).partition("@")[0]
    return number if _NUMBER.fullmatch(number) else None


def _user(text: str) -> str:
    """The user of a SIP address (RFC 3261, 19.1), or the text as it is."""
    without_scheme = _SCHEME.sub("", text, count=1)
    is_address = without_scheme != text or "@" in text
    if not is_address:
        return text
    user = without_scheme.partition("@")[0].partition(";")[0].partition(":")[0]
    return unquote(user.partition("?")[0])
