"""``bin/demo [--once] [--verbose]``."""

import argparse
import os
import sys
import time
from contextlib import closing

from hotelpbx.demo.day import Day
from hotelpbx.demo.narrator import Narrator, StepFailed
from hotelpbx.demo.places import claim_place
from hotelpbx.demo.rest import Rest
from hotelpbx.demo.stack import CHECKOUT, CODE, Stack
from hotelpbx.demo.telephones import Telephones
from hotelpbx.processes.running import ProcessEnded, exit_on_signals

_ROOT = CHECKOUT / ".local"


def main() -> int:
    """Play the day; stay until Ctrl-C unless ``--once``. Returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="bin/demo",
        description="Plays a hotel day with the real processes and a simulated PBX.",
    )
    parser.add_argument("--once", action="store_true", help="end after the day")
    parser.add_argument("--verbose", action="store_true", help="also show what processes write")
    options = parser.parse_args()
    narrator = Narrator()
    try:
        with exit_on_signals():
            return _run(options, narrator)
    except KeyboardInterrupt:
        narrator.say("Stopped.")
        return 0
    except RuntimeError as fault:
        sys.stderr.write(f"\nThe demo cannot start: {fault}\n")
        return 1


def _run(options: argparse.Namespace, narrator: Narrator) -> int:
    echo = sys.stderr if options.verbose else None
    with claim_place(_ROOT) as place:
        try:
            with closing(Stack(place.folder, os.environ, hold_ports=True, echo=echo)) as stack:
                _play(stack, narrator, once=options.once)
        except (StepFailed, ProcessEnded, RuntimeError, TimeoutError) as fault:
            sys.stderr.write(f"\nThe demo failed: {fault}\nLogs: {place.folder}\n")
            return 1
    return 0


def _play(stack: Stack, narrator: Narrator, *, once: bool) -> None:
    narrator.chapter("hotelpbx: starting")
    narrator.say("Migrating, loading examples/demo-hotel.toml, starting every process …")
    stack.prepare()
    with stack.processes:
        stack.wait_until_ready()
        rest = Rest(stack.at.desk, CODE, stack.key)
        Day(rest, Telephones(stack.at.simulator), narrator).play()
        if not once:
            _stay_open(stack, narrator)


def _stay_open(stack: Stack, narrator: Narrator) -> None:
    narrator.chapter("Running until Ctrl-C")
    narrator.table(stack.addresses())
    while True:
        stack.processes.check()
        time.sleep(1)


if __name__ == "__main__":
    sys.exit(main())
