"""References in the desk's URLs, including those that need escaping there."""

from typing import Final

from hotelpbx.http.reserved_words import name_fault

_MARK: Final = "="


class Reference:
    """An old reference that is a dot, a reserved word of the URLs, or has a space at an end is
    prefixed with a mark, so that no client drops it and no page shadows it."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        return value.removeprefix(_MARK)

    def to_url(self, value: str) -> str:
        marked = value.startswith(_MARK) or name_fault(value, "stays")
        return f"{_MARK}{value}" if marked else value
