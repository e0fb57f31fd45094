"""A template loader that removes indentation."""

import re

from django.template import Origin
from django.template.loaders.filesystem import Loader as FilesystemLoader

_AS_WRITTEN = re.compile(r"(<(pre|textarea|script|style)\b.*?</\2>)", re.DOTALL | re.IGNORECASE)
_LINE_END = re.compile(r"\s*\n\s*(/?>)?")


class Loader(FilesystemLoader):
    """Loads the project's templates with each line end and its indentation as one space.

    Formatted templates are deeply nested: the room rack is almost twice as long with indentation,
    and every front desk loads it every few seconds. In debug mode the source is not changed.
    """

    def get_contents(self, origin: Origin) -> str:
        contents: str = super().get_contents(origin)
        return contents if self.engine.debug else without_indentation(contents)


def without_indentation(source: str) -> str:
    """``source`` with one space for each line end, and none before the end of a tag."""
    pieces = _AS_WRITTEN.split(source)
    # The pattern has two groups: text, an element as written, its name, text, and so on.
    pieces[::3] = [_LINE_END.sub(lambda found: found[1] or " ", text) for text in pieces[::3]]
    del pieces[2::3]
    return "".join(pieces)
