"""Callers and dialed numbers, as reports write them.

A caller is a number, a name with a number (``Smith Alice<2201>``), a SIP address or a channel of
the PBX's Asterisk (``SIP/2201-0000001a``). A dialed number may also have outside-line digits,
separators, pauses (``p``, ``w``, ``,``) and a final ``#`` (T10).
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from typing import Final
from urllib.parse import unquote

# As in the hotel file.
LONGEST_EXTENSION: Final = 8

_CHANNEL: Final = re.compile(r"(?:PJSIP|SIP|IAX2|Local|DAHDI|Dongle)/(?P<rest>.+)", re.I)
_CHANNEL_END: Final = re.compile(r"-[0-9a-f]{6,}(?:;[12])?$", re.I)
_SCHEME: Final = re.compile(r"\s*(?:sips?|tel)\s*:\s*", re.I)
_BETWEEN: Final = re.compile(r"[\s()-]+")
_NUMBER: Final = re.compile(r"\+?[0-9*#]+")
_DIALLABLE: Final = frozenset("0123456789+*#")
_PAUSE: Final = re.compile("[pw,;]", re.I)
# Caller ID suppression or presentation for one call: *31#110, #31#110, *67 110.
_SERVICE: Final = re.compile(r"[*#]+[0-9]{2,3}[*#]+|\*67|\*82")


def number_of(text: str) -> str:
    """The number in the text of a caller or callee; empty if there is none or it is ambiguous.

    A leading ``+`` is removed: no extension has one.
    """
    address = _address(text)
    if address is None:
        return ""
    number = _BETWEEN.sub("", _decimal(address))
    return number.removeprefix("+") if _NUMBER.fullmatch(number) else ""


def number_or_text(text: str) -> str:
    """The number, or the text itself if it has none: for people to see."""
    return number_of(text) or text


def looks_like_extension(number: str) -> bool:
    """Whether ``number`` has only digits, and no more than an extension."""
    return number.isascii() and number.isdigit() and len(number) <= LONGEST_EXTENSION


def normalize_number(dialed: str, outside_digits: Collection[str] = ()) -> str:
    """The dialed number without outside-line digits: prices and destinations are found by it.

    Digits, ``+``, ``*`` and ``#`` count, but not a ``#`` at the end of a number. Then the longest
    matching prefix of ``outside_digits`` is removed, once.
    """
    number = dialed
    if not (dialed.isascii() and dialed.isdigit()):
        number = _diallable(_dialed_address(dialed))
        keyed = number.rstrip("#")
        number = keyed if keyed.removeprefix("+").isdigit() else number
    taken = 0
    for prefix in outside_digits:
        if len(prefix) > taken and number.startswith(prefix):
            taken = len(prefix)
    return number[taken:]


def emergency_number(
    dialed: str,
    numbers: Collection[str],
    outside_digits: Callable[[], Collection[str]] = tuple,
) -> str | None:
    """Which of the emergency ``numbers`` was dialed, by any interpretation; None: none of them.

    It may be preceded by any single digit or one of ``outside_digits``, which is called only if it
    matters.
    """
    found = [
        (reading.removesuffix(number), number)
        for number in sorted(numbers, key=len, reverse=True)
        for reading in _emergency_readings(dialed)
        if reading.endswith(number)
    ]
    for before, number in sorted(found, key=lambda each: len(each[0])):
        if len(before) <= 1 or before in outside_digits():
            return number
    return None


def _emergency_readings(dialed: str) -> Collection[str]:
    if dialed.isascii() and dialed.isdigit():
        return (dialed,)
    return set(_all_readings(dialed))


def _all_readings(dialed: str) -> Iterator[str]:
    """The whole number, and the part before each pause: the rest may be keys for a menu."""
    address = _dialed_address(dialed)
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
    """Digits of any script as 0 to 9, full-width characters as ASCII."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.decimal(each, each)) for each in plain)


def _dialed_address(text: str) -> str:
    """The part with the dialed number; if there is no such part, the whole text."""
    return _address(text) or text


def _address(text: str) -> str | None:
    """The part that may be a number; None: there are several, or the text is truncated."""
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
