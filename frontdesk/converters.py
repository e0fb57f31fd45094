"""References in the desk's addresses, also those that could not stand there as they are."""

from typing import Final

from hotelpbx.http.reserved_words import name_fault

_MARK: Final = "="


class Reference:
    """A reference of older days that is a dot or a word of the addresses, or has a blank at an
    end, stands behind a mark: nothing leaves it out then, and no page hides it."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.removeprefix(_MARK)

    def to_url(self, value: str) -> str:
        marked = value.startswith(_MARK) or name_fault(value, "stays")
        return f"{_MARK}{value}" if marked else value
