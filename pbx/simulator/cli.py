"""The command line: ``python -m pbx.simulator`` and ``manage.py pbx_simulator``."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pbx.simulator.server import Settings, Simulator


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options, for both command lines."""
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--username", default="api")
    parser.add_argument(
        "--password", default=None, help="default: the variable PBX_PASSWORD, else 'secret'"
    )
    parser.add_argument(
        "--extensions", type=numbers, default="2001-2010,8000", help="2001-2010,8000"
    )
    parser.add_argument(
        "--routes",
        type=routes,
        default="local=9,national=90,international=900",
        help="name=first digits, …",
    )
    parser.add_argument("--timezone", type=zone, default="Asia/Shanghai")
    parser.add_argument("--serial-number", default="369362089179")
    parser.add_argument("--clock-offset", type=float, default=0, help="seconds ahead")


def run(options: argparse.Namespace) -> None:
    """Serve until SIGINT or SIGTERM."""
    simulator = Simulator(
        Settings(
            host=options.host,
            port=options.port,
            descriptor=_handed_over(),
            username=options.username,
            password=options.password or os.environ.get("PBX_PASSWORD") or "secret",
            extensions=options.extensions,
            routes=options.routes,
            timezone=options.timezone,
            serial_number=options.serial_number,
            clock_offset=options.clock_offset,
        )
    )
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with simulator:
        sys.stdout.write(f"The simulated PBX listens at {simulator.url}\n")
        sys.stdout.flush()
        ended.wait()


def _handed_over() -> int | None:
    """The listening socket that was passed to this process, if any (sd_listen_fds(3))."""
    mine = os.environ.get("LISTEN_PID") == str(os.getpid())
    return 3 if mine and os.environ.get("LISTEN_FDS") == "1" else None


def main(arguments: Sequence[str] | None = None) -> None:
    """``python -m pbx.simulator``."""
    parser = argparse.ArgumentParser(prog="pbx.simulator", description="A simulated S-Series PBX.")
    add_arguments(parser)
    run(parser.parse_args(arguments))


def numbers(text: str) -> list[str]:
    """``"2001-2003,8000"`` → 2001 2002 2003 8000."""
    found: list[str] = []
    for part in text.split(","):
        first, dash, last = part.strip().partition("-")
        if not first.isdigit() or (dash and not last.isdigit()):
            raise argparse.ArgumentTypeError(f"{part!r} is neither an extension nor a range")
        width = len(first)
        found += [f"{number:0{width}}" for number in range(int(first), int(last or first) + 1)]
    return found


def routes(text: str) -> dict[str, str]:
    """``"local=9,national=90"`` → the routes and their prefixes."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, _, prefix = part.strip().partition("=")
        if not name or not (prefix or "9").isdigit():
            raise argparse.ArgumentTypeError(f"{part!r} is not name=digits")
        found[name] = prefix or "9"
    return found


def zone(text: str) -> str:
    """The name of a time zone that exists."""
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time zone") from None
    return text
