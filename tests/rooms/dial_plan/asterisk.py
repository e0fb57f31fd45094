"""A small Asterisk: runs a dial plan with keys and a hang-up that come when they come.

What it does with keys was seen at a real one (docs/dial-plan.md): lost during ``Playback``, kept
during ``Answer`` and between applications, ended by and counted during the prompt of ``Read``;
during ``Background`` the beginning of an extension, which waits while a longer one could be meant.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from tests.rooms.dial_plan.expressions import expand
from tests.rooms.dial_plan.parsed import Plan, Step

CALLING: Final = "Local_Default_CallingRules"
DIGIT_TIMEOUT: Final = 5.0
ANSWERING: Final = 0.3
PROMPT: Final = 2.0
BETWEEN_PROMPTS: Final = 0.05
NEVER: Final = float("inf")

_MOST_APPLICATIONS: Final = 5000


class _HungUp(Exception):
    """By the plan."""


class _PutDown(_HungUp):
    """By the caller."""


@dataclass
class Call:
    """One call.

    :ivar keys: (second, key), counted from the beginning of the call
    :ivar hangs_up_at: the second at which the receiver is put down
    :ivar hangs_up_after: the number of applications after which it is put down
    :ivar missing: prompts that the PBX does not have
    :ivar told: (second, info) of each ``UserEvent``
    :ivar taken: what ``Read`` and the dialled number gave the plan, key by key; "" is silence
    :ivar put_down: whether the caller ended it, not the plan
    :ivar played: (second, prompt) of each that was begun
    """

    plan: Plan
    keys: Iterable[tuple[float, str]] = ()
    hangs_up_at: float = NEVER
    hangs_up_after: float = NEVER
    missing: frozenset[str] = frozenset()
    now: float = 0.0
    told: list[tuple[float, str]] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    played: list[tuple[float, str]] = field(default_factory=list)
    variables: dict[str, str] = field(default_factory=dict)
    applications: int = 0
    put_down: bool = False
    first_application_at: float = NEVER

    def __post_init__(self) -> None:
        self._coming = deque(sorted(self.keys, key=lambda each: each[0]))
        self._dying = False

    @property
    def infos(self) -> list[str]:
        """What was told, without the times."""
        return [info for _, info in self.told]

    def dial(self, number: str) -> "Call":
        """Dial a number as a whole, as SIP phones do, and run the call to its end."""
        found = self.plan.find(CALLING, number)
        assert found, f"{number} is no extension"
        self._enter(*found, 1)
        self.variables["EXTEN"] = number
        try:
            self._run()
        except _PutDown:
            self.put_down = True
            self._run_h()
        except _HungUp:
            self._run_h()
        return self

    def dial_key_by_key(self) -> "Call":
        """Dial with the first of the keys, as analog phones do: the longest number counts."""
        number = ""
        while not number or self.plan.could_grow(CALLING, number):
            key = self._next_key(DIGIT_TIMEOUT)
            if key is None:
                break
            number += key
        return self.dial(number)

    # ---- the plan's steps

    def _enter(self, context: str, extension: str, priority: int | str) -> None:
        self._context, self._extension = context, extension
        steps = self.plan.contexts[context].extensions[extension]
        if isinstance(priority, int):
            self._position = priority - 1
        else:
            self._position = [step.label for step in steps].index(priority)

    def _run(self) -> None:
        while True:
            steps = self.plan.contexts[self._context].extensions[self._extension]
            if self._position >= len(steps):
                self._collect("")
                continue
            step = steps[self._position]
            self._position += 1
            self._execute(step)
            self._check()

    def _run_h(self) -> None:
        self._dying = True
        if "h" not in self.plan.contexts[self._context].extensions:
            return
        self._enter(self._context, "h", 1)
        try:
            self._run()
        except _HungUp:
            return

    def _execute(self, step: Step) -> None:
        self.applications += 1
        self.first_application_at = min(self.first_application_at, self.now)
        assert self.applications < _MOST_APPLICATIONS, "the plan runs in a circle"
        arguments = expand(step.arguments, self.variables)
        getattr(self, f"_do_{step.application.lower()}")(arguments)

    def _check(self) -> None:
        if not self._dying and self.applications >= self.hangs_up_after:
            raise _PutDown

    # ---- time and keys

    def _next_key(self, seconds: float) -> str | None:
        """The next key within so many seconds; those that wait come at once."""
        assert not self._dying, "nothing can be read in h"
        until = self.now + seconds
        arrival = self._coming[0][0] if self._coming else NEVER
        if arrival <= min(until, self.hangs_up_at):
            self.now = max(self.now, arrival)
            return self._coming.popleft()[1]
        self._pass(seconds)
        return None

    def _pass(self, seconds: float) -> None:
        if not self._dying and self.hangs_up_at <= self.now + seconds:
            self.now = max(self.now, self.hangs_up_at)
            raise _PutDown
        self.now += seconds

    def _lose_keys(self) -> None:
        while self._coming and self._coming[0][0] <= self.now:
            self._coming.popleft()

    # ---- applications

    def _do_set(self, arguments: str) -> None:
        name, sign, value = arguments.partition("=")
        assert sign
        self.variables[name] = value
        if name == "key" and value:
            self.taken.append(value)

    def _do_goto(self, arguments: str) -> None:
        *place, priority = arguments.split(",")
        extension = place[-1] if place else self._extension
        context = place[0] if len(place) > 1 else self._context
        self._enter(context, extension, int(priority) if priority.isdigit() else priority)

    def _do_gotoif(self, arguments: str) -> None:
        condition, _, target = arguments.partition("?")
        assert condition in ("0", "1")
        if condition == "1":
            self._do_goto(target)

    def _do_answer(self, arguments: str) -> None:
        self._pass(0.0 if self._dying else ANSWERING)

    def _do_hangup(self, arguments: str) -> None:
        raise _HungUp

    def _do_userevent(self, arguments: str) -> None:
        name, _, info = arguments.partition(",Info:")
        assert name == "DtmfEndString"
        self.told.append((self.now, info.strip()))

    def _do_playback(self, arguments: str) -> None:
        for prompt in arguments.split("&"):
            self.played.append((self.now, prompt))
            self._pass(0.0 if prompt in self.missing else PROMPT)
        self._lose_keys()

    def _do_saydigits(self, arguments: str) -> None:
        self._do_playback("&".join(f"digits/{sign}" for sign in arguments))

    def _do_read(self, arguments: str) -> None:
        name, prompts, most, _, attempts, timeout = arguments.split(",")
        assert attempts == "1"
        self.variables[name] = ""
        self.applications += 1  # a hang-up can fall before the key, too
        self._check()
        digits = ""
        try:
            while len(digits) < int(most):
                key = self._first_key(prompts, float(timeout)) if not digits else (
                    self._next_key(float(timeout))
                )  # fmt: skip
                if key in (None, "#"):
                    break
                digits += str(key)
        finally:
            self.variables[name] = digits
        self.taken.append(digits)

    def _first_key(self, prompts: str, timeout: float) -> str | None:
        """A prompt that is missing is passed over; when the last one is, nothing is waited for."""
        files = prompts.split("&")
        for prompt in files:
            if prompt in self.missing:
                continue
            if prompt:
                self.played.append((self.now, prompt))
                if key := self._next_key(PROMPT):
                    return key
            wait = timeout if prompt is files[-1] else BETWEEN_PROMPTS
            if key := self._next_key(wait):
                return key
        return None

    def _do_background(self, arguments: str) -> None:
        self.played.append((self.now, arguments))
        if key := self._next_key(PROMPT):
            self._collect(key)

    def _do_waitexten(self, arguments: str) -> None:
        self._collect(self._next_key(float(arguments)) or "")

    def _collect(self, number: str) -> None:
        """An extension of this context, key by key; "i" and "t" as documented."""
        while number and self.plan.could_grow(self._context, number):
            key = self._next_key(DIGIT_TIMEOUT)
            if key is None:
                break
            number += key
        found = self.plan.find(self._context, number or "t")
        found = found or (self.plan.find(self._context, "i") if number else None)
        if found is None:
            raise _HungUp
        self._enter(*found, 1)
        self.variables["EXTEN"] = number
