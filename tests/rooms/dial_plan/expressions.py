"""Asterisk's ``${…}`` and ``$[…]``, as far as the plans use them."""

import re

_COMPARED = re.compile(r'"(.*)" (=|!=|>|>=) "(.*)"|(\d+) (=|!=|>|>=|\+) (\d+)')


def expand(text: str, variables: dict[str, str]) -> str:
    """``text`` with variables, functions and expressions replaced by their values."""
    while (start := max(text.rfind("${"), text.rfind("$["))) >= 0:
        closing = "}" if text[start + 1] == "{" else "]"
        end = text.index(closing, start)
        inner = text[start + 2 : end]
        value = _variable(inner, variables) if closing == "}" else _expression(inner)
        text = text[:start] + value + text[end + 1 :]
    return text


def _variable(inner: str, variables: dict[str, str]) -> str:
    if function := re.fullmatch(r"FILTER\(([^,]*),(.*)\)", inner):
        allowed = function[1].replace("0-9", "0123456789")
        return "".join(sign for sign in function[2] if sign in allowed)
    name, *span = inner.split(":")
    assert re.fullmatch(r"\w+|CALLERID\(num\)", name), inner
    value = variables.get(name, "")
    start = int(span[0]) if span else 0
    return value[start : start + int(span[1])] if len(span) > 1 else value[start:]


def _expression(inner: str) -> str:
    match = _COMPARED.fullmatch(inner)
    assert match, inner
    if match[5] == "+":
        return str(int(match[4]) + int(match[6]))
    left, sign, right = (
        (match[1], match[2], match[3]) if match[2] else (match[4], match[5], match[6])
    )
    if match[2]:
        holds = (left == right) if sign == "=" else (left != right)
    else:
        first, second = int(left), int(right)
        holds = {
            "=": first == second, "!=": first != second, ">": first > second, ">=": first >= second
        }[sign]  # fmt: skip
    return "1" if holds else "0"
