"""Telephone calls made or ended by request (L3178-L3209, L3624-L3666, L3905-L3966)."""

import re
from collections.abc import Iterable
from typing import Final

from pbx.client.answers import needed
from pbx.client.caller import Caller
from pbx.client.values import one_id, yes_no

_LETTER: Final = re.compile(r"[^\W\d_]")


class Calls:
    """Requests about telephone calls."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def play_prompt(self, extid: str, prompts: Iterable[str], *, auto_answer: bool = False) -> str:
        """Ring an extension and play prompts to whoever answers; returns the ``callid``.

        :raises ValueError: there is no prompt, or :func:`is_prompt_name` rejects one
        """
        names = [name.strip() for name in prompts]
        if not names or not all(is_prompt_name(name) for name in names):
            raise ValueError(f"{names!r} are not names of custom prompts (L3917-L3922)")
        body = {
            "extid": one_id(extid),
            "prompt": "+".join(names),
            "autoanswer": yes_no(auto_answer),
        }
        return needed(self._caller.call("extension/playprompt", body), "callid")

    def dial_ivr(self, ivr: str, extid: str, *, auto_answer: bool = False) -> str:
        """Ring an extension and connect it to an IVR; returns the ``callid``.

        The keys pressed there arrive as DTMF reports with ``callpath``.
        """
        body = {
            "ivrid": one_id(ivr),
            "extid": one_id(extid),
            "autoanswer": yes_no(auto_answer),
        }
        return needed(self._caller.call("ivr/dial_extension", body), "callid")

    def hang_up(self, extid: str) -> None:
        """End the current call of an extension."""
        self._caller.call("extension/hangup", {"extid": one_id(extid)})


def is_prompt_name(text: str) -> bool:
    """Whether ``text`` can be the name of a custom prompt: it has a letter and no ``+`` (T32)."""
    return bool(_LETTER.search(text)) and "+" not in text
