"""What no hotel file has, and what would keep the reader of TOML busy or break it."""

import re
from typing import Final

# A hotel of 2,000 rooms has some 200 kB.
LARGEST: Final = 4 * 1024 * 1024
# ``[feature_codes.housekeeping_statuses]`` and a list of extensions are the deepest there are.
_DEEPEST: Final = 16
_TOKENS: Final = re.compile(
    r'"""(?:[^\\]|\\.)*?"""|\'\'\'.*?\'\'\'|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'|#[^\n]*'
    r"|(?P<sign>[\[\]{}.,=\n])",
    re.DOTALL,
)


def limit_passed(text: str) -> str:
    """Why ``text`` is not read at all, as a sentence that begins with the file; empty: it is."""
    depth = dots = 0
    for found in _TOKENS.finditer(text):
        sign = found["sign"]
        if sign is None:
            continue
        depth += (sign in "[{") - (sign in "]}")
        dots = dots + 1 if sign == "." else 0
        if max(depth, dots) > _DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            what = "is nested deeper" if depth > _DEEPEST else "has a key of more parts"
            return f"line {line} {what} than any hotel file: {_DEEPEST} at most"
    return ""
