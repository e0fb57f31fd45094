"""What the tables of docs/dial-plan.md say, walked key by key: knows nothing of Asterisk."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

PAGE: Final = Path(__file__).parents[3] / "docs" / "dial-plan.md"

_ROW: Final = re.compile(r"\| (.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|")


class Line(NamedTuple):
    """A row of a table of the page."""

    state: str
    key: str
    when: str
    told: str
    spoken: str
    next: str


def tables() -> dict[str, list[Line]]:
    """The tables by the heading above them."""
    found: dict[str, list[Line]] = {}
    heading = ""
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        match = _ROW.fullmatch(line)
        if match and match[1] not in ("state", "---"):
            found.setdefault(heading, []).append(Line(*map(str.strip, match.groups())))
    return found


@dataclass
class Oracle:
    """One call to one of the codes."""

    rows: list[Line]
    code: str
    statuses: dict[str, str] = field(default_factory=dict)
    staff_number: str = ""
    told: list[str] = field(default_factory=list)
    ended: bool = False

    def __post_init__(self) -> None:
        self.state = self.rows[0].state
        self.entry = self.number = self.product = self.quantity = self.held = ""
        self.silences = 0
        self.before: list[object] = []
        self.walked: set[Line] = set()

    def feed(self, key: str) -> None:
        """A key, or "" when none came in time."""
        if self.ended:
            return
        kind = "`*`" if key == "*" else "digit" if key not in ("", "#") else "`#` or nothing"
        group = [row for row in self.rows if (row.state, row.key) == (self.state, kind)]
        assert group, (self.state, kind)
        if kind == "`#` or nothing":
            self.silences += any("running" in row.when for row in group)
        else:
            self.silences = 0
        if kind == "digit":
            self._append(key)
        row = next(row for row in group if self._holds(row.when, key))
        self.walked.add(row)
        self._follow(row, kind)

    def hang_up(self) -> list[str]:
        """All that was told once the receiver is put down."""
        if not self.ended and self.held:
            self.told.append(self.held)
        self.ended = True
        return self.told

    def _append(self, key: str) -> None:
        """A digit belongs to what is being keyed; the first one begins it."""
        begins = self.state in ("status", "staff", "product", "quantity")
        name = {
            "status": "entry", "entry": "entry", "staff": "number", "number": "number",
            "product": "product", "code": "product", "one go": "product",
            "quantity": "quantity", "count": "quantity", "amount": "quantity",
        }.get(self.state)  # fmt: skip
        if name:
            setattr(self, name, key if begins else getattr(self, name) + key)

    def _holds(self, when: str, key: str) -> bool:
        wanted = bool(self.staff_number)
        full = int(self.staff_number) if self.staff_number.isdigit() else 8
        part = self.quantity if self.state == "amount" else self.product
        return {
            "": True,
            "only `*` before": self.entry == "*",
            "a status": not wanted and self.entry in self.statuses,
            "a status, staff number wanted": wanted and self.entry in self.statuses,
            "as long as the longest status": len(self.entry.strip("*")) >= self._longest(),
            "number full": len(self.number) >= full,
            "of any length": self.staff_number == "#",
            "2nd time running": self.silences == 2,
            "4th time running": self.silences >= 4,
            "9 digits": len(self.product) >= 9,
            "more than 9 digits": len(self.product) > 9,
            "more than 2 digits": len(self.quantity) > 2,
            "no digit before": part == "",
            "quantity 0": self.quantity in ("0", "00"),
            "`1`": key == "1",
        }[when]

    def _longest(self) -> int:
        return max(len(keys) - 1 for keys in self.statuses)

    def _follow(self, row: Line, kind: str) -> None:
        text = (
            self.code
            + {
                "": "",
                "entry": self.entry,
                "entry, number": f"{self.entry}*{self.number}",
                "product": f"*{self.product}",
                "sale": f"*{self.product}*{self.quantity}",
            }[row.told.strip("()")]
        )
        if row.told:
            what = self.entry if self.code == "777" else (self.product, self.quantity)
            text += "#" * self.before.count(what)
        if row.told.startswith("("):
            self.held = text
        elif row.told:
            self.told.append(text)
            self.before.append(what)
            self.held = ""
        if kind == "`*`":
            self._begin(row.next)
        self.state = row.next
        self.ended = row.next == "hang up"

    def _begin(self, state: str) -> None:
        if state == "entry":
            self.entry = "*"
        elif state == "one go":
            self.product = self.quantity = ""
        elif state == "amount":
            self.quantity = ""
