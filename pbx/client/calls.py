"""Calls that the PBX makes or ends for us (L3178-L3209, L3624-L3666, L3905-L3966)."""

import re
from collections.abc import Iterable
from typing import Final

from pbx.client.answers import needed
from pbx.client.caller import Caller
from pbx.client.values import one_id, yes_no

_LETTER: Final = re.compile(r"[^\W\d_]")


class Calls:
    """Calls about calls."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def play_prompt(self, extid: str, prompts: Iterable[str], *, auto_answer: bool = False) -> str:
        """Ring an extension and play prompts to whoever answers; returns the ``callid``.

        :raises ValueError: a prompt that :func:`is_prompt_name` refuses, or none at all
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

        The keys pressed there come back as DTMF reports with ``callpath``.
        """
        body = {
            "ivrid": one_id(ivr),
            "extid": one_id(extid),
            "autoanswer": yes_no(auto_answer),
        }
        return needed(self._caller.call("ivr/dial_extension", body), "callid")

    def hang_up(self, extid: str) -> None:
        """End the present call of an extension."""
        self._caller.call("extension/hangup", {"extid": one_id(extid)})


def is_prompt_name(text: str) -> bool:
    """Whether the PBX would take ``text`` for a custom prompt: a letter in it, no ``+`` (T32)."""
    return bool(_LETTER.search(text)) and "+" not in text
