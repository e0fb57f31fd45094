"""API calls to the PBX with the token that all processes share."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from pbx.client.answers import Repair, parse_answer, successful
from pbx.client.transport import Transport
from pbx.errors import TokenInvalid
from pbx.reports.parsing.lenient import JsonObject

T = TypeVar("T")

Body = Mapping[str, Any]


class TokenSource(Protocol):
    """Provides the shared token. Both methods may raise ``PbxError``."""

    def token(self) -> str:
        """The current token."""
        ...

    def renew(self, stale: str) -> str:
        """A token other than ``stale``, which the PBX did not accept; logs in if necessary."""
        ...


class Caller:
    """Sends calls; after an invalid token it repeats the call once, with a new token."""

    def __init__(self, transport: Transport, tokens: TokenSource) -> None:
        self.transport = transport
        self._tokens = tokens

    def call(
        self, path: str, body: Body | None = None, *, repairs: Sequence[Repair] = ()
    ) -> JsonObject:
        """The successful answer to ``path`` below the API's root; raises ``PbxError``."""
        return self.with_token(lambda token: ask(self.transport, path, body, token, repairs))

    def with_token(self, action: Callable[[str], T]) -> T:
        """What ``action`` returns for a token that the PBX accepts."""
        token = self._tokens.token()
        try:
            return action(token)
        except TokenInvalid:
            pass
        return action(self._tokens.renew(token))


def ask(
    transport: Transport,
    path: str,
    body: Body | None = None,
    token: str = "",
    repairs: Sequence[Repair] = (),
) -> JsonObject:
    """The successful answer to one request; raises ``PbxError``."""
    query = {"token": token} if token else {}
    return successful(parse_answer(transport.post(path, query, body or {}), repairs))
