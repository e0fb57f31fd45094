"""Parse and check the PBX's answers, and repair those that the manual shows malformed.

An answer is an object with ``status`` ``Success`` or ``Failed``, in the latter case with an
``errno`` (L386-L404). The HTTP status is always 200 and says nothing (T22).
"""

import re
from collections.abc import Callable, Sequence
from typing import Final

from pbx.errors import ServerFault, error_for
from pbx.reports.parsing.lenient import JsonObject, load

#: Repairs one malformation that the manual shows in one answer. It is used for that endpoint only
#: and only if the text is not JSON, so a valid answer is never changed.
Repair = Callable[[str], str]

_ERRNO: Final = re.compile(r"[0-9]{1,8}")


def parse_answer(text: str, repairs: Sequence[Repair] = ()) -> JsonObject:
    """The answer in ``text``, successful or not.

    :raises ServerFault: it is not a JSON object, even after the ``repairs``
    """
    answer = _object(text)
    if answer is None:
        for repair in repairs:
            text = repair(text)
        answer = _object(text)
    if answer is None:
        raise ServerFault(
            "The answer of the PBX cannot be read. It is tried again; if this persists, check "
            "whether the URL leads to the PBX."
        )
    return answer


def successful(answer: JsonObject) -> JsonObject:
    """``answer`` itself if it is successful; otherwise raises the matching ``PbxError``."""
    status = answer.text("status").lower()
    if status == "success":
        return answer
    errno = answer.text("errno")
    if errno and not _ERRNO.fullmatch(errno):
        errno = "unreadable"
    if not errno and status != "failed":
        raise ServerFault("The PBX did not say whether it did what it was asked. Check there.")
    raise error_for(errno or None)


def needed(answer: JsonObject, name: str) -> str:
    """The text under ``name``; raises ``ServerFault`` if it is missing."""
    if text := answer.text(name):
        return text
    raise ServerFault(f"The PBX answered without {name}. It is tried again.")


def join_arrays(text: str) -> str:
    """``[{…}] [{…}]`` for ``[{…}, {…}]``, as in wakeupcall/query (L4566-L4567)."""
    return re.sub(r"\}\s*\]\s*\[\s*\{", "},{", text)


def separate_objects(text: str) -> str:
    """``{…} {…}`` without the comma between them, as in voicemail/query (L4087-L4088)."""
    return re.sub(r"\}(\s*)\{", r"},\1{", text)


def close_brackets(text: str) -> str:
    """The closing brackets missing behind the last one, as in voicemail/query (L4096)."""
    missing: list[str] = []
    for bracket in re.sub(r'"(?:[^"\\]|\\.)*"', "", text):
        if bracket in "{[":
            missing.append("}" if bracket == "{" else "]")
        elif bracket in "}]" and missing:
            missing.pop()
    return text + "".join(reversed(missing)) if text.rstrip().endswith(("}", "]")) else text


def close_strings(text: str) -> str:
    """``"name": "route1,`` without the closing quote, as in outroute/query (L1760)."""
    return re.sub(r'(:[ \t]*"[^"\r\n]*),([ \t]*\r?\n\s*"\w+"\s*:)', r'\1",\2', text)


def _object(text: str) -> JsonObject | None:
    try:
        value = load(text)
    except ValueError:
        return None
    return value if isinstance(value, JsonObject) else None
