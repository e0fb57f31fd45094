"""What may go wrong with the embedded servers."""


class EmbeddedServerError(Exception):
    """A server of the house cannot be had; the text says why and what to do."""
