"""``bin/dev`` in a copy of the checkout: it restarts what changes, and leaves no process behind."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

import pytest
import requests

from hotelpbx.processes.running import free_port, wait_until
from tests.hotel.test_flow import connected
from tests.hotelpbx.test_processes import environment

ROOT: Final = Path(__file__).parent.parent.parent
PATIENCE: Final = 120.0
_NOT_NEEDED: Final = shutil.ignore_patterns(
    ".*", "__pycache__", "tests", "bench", "docs", "staticfiles", "requirements"
)


pytestmark = [pytest.mark.flow, pytest.mark.xdist_group(__name__)]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dev") / "checkout"
    return Path(shutil.copytree(ROOT, folder, ignore=_NOT_NEEDED))


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    url, _, query = os.environ["DATABASE_URL"].partition("?")
    name = f"hotelpbx_bin_dev_{os.getpid()}"
    with connected() as server:
        server.execute(f'CREATE DATABASE "{name}"')
    try:
        yield f"{url.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")
    finally:
        with connected() as server:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


class Dev:
    """``bin/dev`` as a terminal runs it, and what it has written so far."""

    def __init__(self, process: "subprocess.Popen[bytes]", checkout: Path, port: int) -> None:
        self._process = process
        self._checkout = checkout
        self.url = f"http://127.0.0.1:{port}"
        self.output = checkout / "output.txt"

    def wait_for(self, pattern: str) -> None:
        wait_until(
            lambda: self._process.poll() is not None or re.search(pattern, self.told()),
            PATIENCE, f"{pattern!r} in {self.told()[-2000:]}",
        )  # fmt: skip
        assert re.search(pattern, self.told()), self.told()

    def told(self) -> str:
        return self.output.read_text(errors="replace")

    def shows(self, path: str, text: str) -> bool:
        """Whether the desk answers with a page that has ``text``."""
        with suppress(requests.RequestException):
            return text in requests.get(self.url + path, timeout=5).text
        return False

    def end(self, how: signal.Signals) -> int:
        self._process.send_signal(how)
        return self._process.wait(PATIENCE)

    def left_behind(self) -> list[str]:
        """The processes that run in the copied checkout."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (process / "cwd").readlink().is_relative_to(self._checkout):
                    found.append((process / "cmdline").read_text().replace("\0", " "))
        return found


@contextmanager
def dev(checkout: Path, database: str) -> Iterator[Dev]:
    port = free_port()
    env = environment(
        DATABASE_URL=database,
        REDIS_URL=os.environ["REDIS_URL"],
        PORT=str(port),
        REPORT_PORT=str(free_port()),
        PYTHONUNBUFFERED="1",
    )
    with (checkout / "output.txt").open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "hotelpbx.demo.dev"],
            cwd=checkout, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
        )  # fmt: skip
    try:
        yield Dev(process, checkout, port)
    finally:
        process.kill()
        process.wait()


def test_what_changes_is_restarted_and_ctrl_c_ends_all(checkout: Path, database: str) -> None:
    with dev(checkout, database) as running:
        running.wait_for("user demo, password ")
        wait_until(lambda: running.shows("/sign-in/", "<h1>"), PATIENCE, running.url)
        running.wait_for(r"worker +│ .* ready\.")

        page = checkout / "templates" / "frontdesk" / "accounts" / "sign_in.html"
        page.write_text(page.read_text().replace("<h1>", "<h1>Changed: "))
        running.wait_for("sign_in.html changed: restarting web\n")
        wait_until(lambda: running.shows("/sign-in/", "<h1>Changed: "), PATIENCE, "the new page")

        module = checkout / "hotelpbx" / "urls.py"
        source = module.read_text()
        module.write_text(source + "(")
        running.wait_for("hotelpbx/urls.py changed: restarting web, receiver, worker, beat")
        module.write_text(
            f'{source}\nfrom django.http import HttpResponse\n'
            'urlpatterns.insert(0, path("new/", lambda _: HttpResponse("a new address")))\n'
        )  # fmt: skip
        wait_until(lambda: running.shows("/new/", "a new address"), PATIENCE, "the new address")

        assert running.end(signal.SIGINT) == 0
        wait_until(lambda: not running.left_behind(), 10, "all to end")


def test_sigterm_ends_all_too(checkout: Path, database: str) -> None:
    with dev(checkout, database) as running:
        running.wait_for("│ Starting|Starting gunicorn")
        assert len(running.left_behind()) > 2
        assert running.end(signal.SIGTERM) in (0, 128 + signal.SIGTERM)
        wait_until(lambda: not running.left_behind(), 10, "all to end")
