"""Remove report secrets from logs (T16).

The PBX posts to an address that contains a secret. Whatever a framework or server logs about a
request, the secret is removed from such an address when the log line is formatted.
"""

import logging
import re
from typing import Final

from pythonjsonlogger.json import JsonFormatter

# Also with escaped slashes, as in JSON or in a URL inside a URL.
_ADDRESS: Final = re.compile(r"(reports(?:\\?/|%2[Ff])+)[A-Za-z0-9_%-]{8,}")


def without_secrets(text: str) -> str:
    """``text`` with an ellipsis instead of the secret in a report address."""
    return _ADDRESS.sub(r"\1…", text)


class RedactingConsoleFormatter(logging.Formatter):
    """Formats log lines for people, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The log line with its traceback, without secrets."""
        return without_secrets(super().format(record))


class RedactingJsonFormatter(JsonFormatter):
    """Formats log entries as JSON, without secrets."""

    def format(self, record: logging.LogRecord) -> str:
        """The JSON object with its extra fields, without secrets."""
        return without_secrets(super().format(record))


class _RedactingFormatter(logging.Formatter):
    def __init__(self, inner: logging.Formatter) -> None:
        super().__init__()
        self._inner = inner

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(self._inner.format(record))


def redact_handlers(*loggers: str) -> None:
    """Make the handlers of loggers that other libraries have set up redact secrets."""
    for name in loggers:
        for handler in logging.getLogger(name).handlers:
            if not isinstance(handler.formatter, _RedactingFormatter):
                handler.setFormatter(_RedactingFormatter(handler.formatter or logging.Formatter()))
