"""Output of the demo in the terminal."""

import os
import sys
import textwrap
from collections.abc import Callable
from typing import Final, TextIO, TypeVar

T = TypeVar("T")

_WIDTH: Final = 96


class StepFailed(Exception):
    """A step of the day did not have the expected result."""


class Narrator:
    """Writes chapters and steps; colors only where a terminal shows them."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._colored = stream.isatty() and not os.environ.get("NO_COLOR")

    def chapter(self, text: str) -> None:
        """A part of the day begins."""
        self._write(f"\n{self._paint('1', text)}")

    def say(self, text: str) -> None:
        """A line of the story."""
        for line in textwrap.wrap(text, _WIDTH):
            self._write(f"  {line}")

    def table(self, lines: list[str]) -> None:
        """Lines as they are."""
        for line in lines:
            self._write(f"    {line}")

    def step(self, claim: str, check: Callable[[], T]) -> T:
        """Check a claim; ``check`` raises when it does not hold. Returns what it returned."""
        try:
            result = check()
        except Exception as fault:
            self._write(f"  {self._paint('31', '✗')} {claim}")
            raise StepFailed(f"{claim}: {fault}") from fault
        self._write(f"  {self._paint('32', '✓')} {claim}")
        return result

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._colored else text

    def _write(self, line: str) -> None:
        self._stream.write(line + "\n")
        self._stream.flush()
