"""Loads the templates without the indentation that only their readers need."""

import re

from django.template import Origin
from django.template.loaders.filesystem import Loader as FilesystemLoader

_AS_WRITTEN = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"\s*\n\s*(/?>)?")


class Loader(FilesystemLoader):
    """Templates of the project's folder, each line end and the indentation after it as one space.

    The formatter nests deeply: a rack of rooms is almost twice as long with its indentation, and
    every desk fetches one every few seconds. Django's error page shows the source as it is.
    """

    def get_contents(self, origin: Origin) -> str:
        contents: str = super().get_contents(origin)
        return contents if self.engine.debug else without_indentation(contents)


def without_indentation(source: str) -> str:
    """``source`` with one space for each line end, and none where a tag is closed."""
    pieces = _AS_WRITTEN.split(source)
    # The pattern has two groups: text, an element as written, its name, text, and so on.
    pieces[::3] = [_LINE_END.sub(lambda found: found[1] or " ", text) for text in pieces[::3]]
    del pieces[2::3]
    return "".join(pieces)
