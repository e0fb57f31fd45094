"""Errors of the embedded servers."""


class EmbeddedServerError(Exception):
    """An embedded server is not available; the text says why and what to do."""
