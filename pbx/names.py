"""Guest names in the form that the PBX accepts and the front desk reads (T31).

The PBX's own import rules for an extension's name forbid ``! % . @ : ; & " ' \\ < > $`` and the
backtick; its English guide allows at most 31 characters. The real name stays with the guest.
"""

import re
import unicodedata
from typing import Final

import regex
from anyascii import anyascii

MAX_LENGTH: Final = 31
#: The name of a phone whose guest has no name.
FALLBACK: Final = "Guest"

# Marks inside a word: "O'Brien" becomes "OBrien". A PMS may send their typographic forms.
_WITHIN_WORDS: Final = re.compile("[\"'`\u2018\u2019\u201b\u201c\u201d\u02bc\u00b4]")
# Marks between words: "St.John" becomes "St John".
_BETWEEN_WORDS: Final = re.compile(r"[!%.@:;&\\<>$]")
_NOT_PLAIN: Final = re.compile("[^A-Za-z0-9]+")
# A cut at the end of a word must leave at least this many characters.
_SHORTEST: Final = MAX_LENGTH * 2 // 3
# Han, kana and Hangul, with their own marks (々, ー, variant forms): family name first, and nothing
# between the names. Vietnamese, in Latin letters, is written as other Latin names are.
_EAST_ASIAN: Final = regex.compile(
    r"[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Hangul}\p{scx=Bopomofo}\p{Mn}]+"
)


def fit_name(text: str) -> str:
    """``text`` as an extension name that the PBX should accept; may be empty.

    Forbidden and invisible characters are removed, white space is collapsed, and names longer than
    31 characters are cut, at the end of a word if that costs little.
    """
    text = _WITHIN_WORDS.sub("", unicodedata.normalize("NFC", text))
    text = _BETWEEN_WORDS.sub(" ", text)
    return _cut(" ".join("".join(_visible(char) for char in text).split()))


def transliterate(text: str) -> str:
    """``text`` in plain Latin letters, digits and spaces; never empty.

    For a name that the PBX refused (10017): its English guide speaks of letters and digits only.
    """
    return fit_name(_NOT_PLAIN.sub(" ", _WITHIN_WORDS.sub("", anyascii(text)))) or FALLBACK


def guest_display(title: str, first_name: str, last_name: str) -> str:
    """What the hotel's phones show when the guest calls; never empty.

    ``Ms Smith Alice``: title and last name come first, so that they survive a narrow display and
    the cut; no comma, because stricter firmware accepts letters and digits only. East Asian names
    are written without spaces and with the title last: ``王伟先生``.
    """
    title, first, last = (part.strip() for part in (title, first_name, last_name))
    if is_east_asian(last + first):
        together = last + first
        name = together + title if is_east_asian(title) else f"{title} {together}"
    else:
        name = f"{title} {last} {first}" if last or first else ""
    return fit_name(name) or FALLBACK


def full_name(title: str, first_name: str, last_name: str) -> str:
    """The name as people write it: ``Ms Alice Smith``, and family name first for ``王伟``."""
    if is_east_asian(last_name + first_name):
        together = f"{last_name}{first_name}"
        return f"{together}{title}" if is_east_asian(title) else f"{title} {together}".strip()
    return " ".join(part for part in (title, first_name, last_name) if part)


def is_east_asian(text: str) -> bool:
    """Whether ``text`` is written in Chinese, Japanese or Korean letters only."""
    return _EAST_ASIAN.fullmatch("".join(text.split())) is not None


def _visible(char: str) -> str:
    """A space for white space and line ends, nothing for invisible characters."""
    if char.isspace():
        return " "
    return "" if unicodedata.category(char).startswith("C") else char


def _cut(text: str) -> str:
    if len(text) <= MAX_LENGTH:
        return text
    end = text.rfind(" ", 0, MAX_LENGTH + 1)
    if end < _SHORTEST:
        end = MAX_LENGTH
        while end and unicodedata.combining(text[end]):
            end -= 1
    return text[:end].rstrip(" ,-")
