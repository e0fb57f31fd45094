"""Limits that keep malicious files from slowing down or breaking the TOML parser."""

import re
from typing import Final

# A hotel of 2,000 rooms has some 200 kB.
MAX_BYTES: Final = 4 * 1024 * 1024
# ``[feature_codes.housekeeping_statuses]`` and a list of extensions are the deepest there are.
_MAX_DEPTH: Final = 16
_TOKENS: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*'
    r"|(?P<sign>[\[\]{}.,=\n])",
    re.DOTALL,
)


def exceeded_limit(text: str) -> str:
    """Why ``text`` is rejected, as a sentence that begins with the file; empty: it is not."""
    depth = dots = 0
    for found in _TOKENS.finditer(text):
        sign = found["sign"]
        if sign is None:
            continue
        depth += (sign in "[{") - (sign in "]}")
        dots = dots + 1 if sign == "." else 0
        if max(depth, dots) > _MAX_DEPTH:
            line = text.count("\n", 0, found.start()) + 1
            what = "is nested deeper" if depth > _MAX_DEPTH else "has a key of more parts"
            return f"line {line} {what} than any hotel file: {_MAX_DEPTH} at most"
    return ""
