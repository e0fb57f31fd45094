"""Logs that name no report secret (T16).

The PBX posts to an address with a secret in it. Whatever a framework or a server writes of a
request, an address of that kind loses its secret when the line is made.
"""

import logging
import re
from typing import Final

from pythonjsonlogger.json import JsonFormatter

# Also with its slashes escaped, as JSON or an URL in an URL may have them.
_ADDRESS: Final = re.compile(r"(reports(?:\\?/|%2[Ff])+)[A-Za-z0-9_%-]{8,}")


def without_secrets(text: str) -> str:
    """``text`` with an ellipsis where the secret of a report address stood."""
    return _ADDRESS.sub(r"\1…", text)


class Console(logging.Formatter):
    """Lines for people."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, with its traceback, without secrets."""
        return without_secrets(super().format(record))


class Json(JsonFormatter):
    """Objects for programs."""

    def format(self, record: logging.LogRecord) -> str:
        """The object, with what was added to it, without secrets."""
        return without_secrets(super().format(record))


class _Around(logging.Formatter):
    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(self._inner.format(record))


def redact_handlers(*loggers: str) -> None:
    """Have the handlers of loggers that others have set up write no secret."""
    for name in loggers:
        for handler in logging.getLogger(name).handlers:
            if not isinstance(handler.formatter, _Around):
                handler.setFormatter(_Around(handler.formatter or logging.Formatter()))
