"""``bin/dev``: every process with the simulated PBX, restarted when its files change."""

import argparse
import os
import sys
from contextlib import closing
from pathlib import Path
from typing import Final

from watchfiles import Change, watch

from hotelpbx.demo.narrator import Narrator
from hotelpbx.demo.places import claim_place
from hotelpbx.demo.stack import CHECKOUT, Stack
from hotelpbx.processes.running import Supervisor, exit_on_signals

_ROOT: Final = CHECKOUT / ".local"
_SIMULATOR: Final = CHECKOUT / "pbx" / "simulator"
_SHOWN: Final = {".html", ".css", ".js", ".svg"}
_NOT_OURS: Final = {"tests", "bench"}


def main() -> int:
    """Run until Ctrl-C or SIGTERM. Returns the exit status."""
    argparse.ArgumentParser(
        prog="bin/dev",
        description="Runs every process with a simulated PBX and restarts what has changed.",
    ).parse_args()
    try:
        with exit_on_signals(), claim_place(_ROOT, "dev") as place:
            echo = sys.stdout
            with closing(Stack(place.folder, os.environ, hold_ports=True, echo=echo)) as stack:
                _run(stack, Narrator())
    except KeyboardInterrupt:
        return 0
    except (RuntimeError, TimeoutError) as fault:
        sys.stderr.write(f"\nbin/dev: {fault}\n")
        return 1
    return 0


def _run(stack: Stack, narrator: Narrator) -> None:
    narrator.say("Migrating, loading examples/demo-hotel.toml, starting every process …")
    stack.prepare()
    with stack.processes as processes:
        narrator.table([*stack.addresses(), "Ctrl-C ends all; a change restarts what it concerns"])
        known: set[str] = set()
        for changes in watch(
            *_folders(), watch_filter=_concerns_us, debounce=500, yield_on_timeout=True,
            rust_timeout=1000,
        ):  # fmt: skip
            paths = [Path(path) for _, path in changes]
            if paths:
                _follow(stack, paths, narrator)
                known.clear()
            ended = processes.ended() - known
            for name in sorted(ended):
                narrator.say(f"{name} ended by itself; the next change starts it again.")
            known |= ended


def _folders() -> list[Path]:
    """The packages of the checkout and the templates."""
    packages = {path.parent for path in CHECKOUT.glob("*/__init__.py")}
    ours = {path for path in packages if path.name not in _NOT_OURS}
    return sorted(ours | {CHECKOUT / "templates"})


def _concerns_us(_: Change, path: str) -> bool:
    return Path(path).suffix in {".py", *_SHOWN}


def _follow(stack: Stack, paths: list[Path], narrator: Narrator) -> None:
    """Migrate where a migration has come, and restart the processes that ``paths`` concern."""
    named = ", ".join(sorted({str(path.relative_to(CHECKOUT)) for path in paths})[:3])
    names = _concerned(paths, stack.processes)
    narrator.say(f"{named} changed: restarting {', '.join(names)}")
    if any(path.parent.name == "migrations" for path in paths):
        try:
            stack.manage("migrate", "--verbosity", "0")
        except RuntimeError as fault:
            narrator.table(str(fault).splitlines())
    stack.processes.restart(*names)


def _concerned(paths: list[Path], processes: Supervisor) -> list[str]:
    """By name, those that must start again; one that has ended always is."""
    simulator = any(path.is_relative_to(_SIMULATOR) for path in paths)
    ours = [path for path in paths if not path.is_relative_to(_SIMULATOR)]
    names = processes.ended()
    if simulator:
        names.add("pbx")
    if any(path.suffix in _SHOWN for path in ours):
        names.add("web")
    if any(path.suffix == ".py" for path in ours):
        names |= set(processes.names) - {"pbx"}
    return [name for name in processes.names if name in names]


if __name__ == "__main__":
    sys.exit(main())
