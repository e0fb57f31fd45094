"""Both ports as started by the Procfile, with the tests' database."""

import os
from collections.abc import Iterator

import pytest
from django.db import connection

from hotelpbx.embedded.places import CHECKOUT
from hotelpbx.processes.running import Supervisor, free_port, read_procfile, wait_until
from tests.hotelpbx.test_processes import environment
from tests.serving.wire import ask


class House:
    """The ports and the output of the processes."""

    def __init__(self, processes: Supervisor, web: int, receiver: int) -> None:
        self.processes = processes
        self.web = web
        self.receiver = receiver

    def written(self) -> str:
        """The output of both processes."""
        return "".join(self.processes.log(name).read_text() for name in ("web", "receiver"))


@pytest.fixture(scope="module")
def house(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    url, _, query = os.environ["DATABASE_URL"].partition("?")
    own_url = f"{url.rpartition('/')[0]}/{connection.settings_dict['NAME']}"
    ports = {"PORT": free_port(), "REPORT_PORT": free_port()}
    env = environment(
        **{name: str(port) for name, port in ports.items()},
        DATABASE_URL=own_url + (f"?{query}" if query else ""),
        REDIS_URL=os.environ["REDIS_URL"],
        SECRET_KEY=os.environ["SECRET_KEY"],
        DEBUG="on",
        # Whoever wants to see each request in the log may.
        GUNICORN_CMD_ARGS="--access-logfile - --error-logfile -",
    )
    commands = read_procfile(CHECKOUT / "Procfile")
    both = {name: commands[name] for name in ("web", "receiver")}
    logs = tmp_path_factory.mktemp("serving")
    with Supervisor(both, env, logs, cwd=CHECKOUT) as processes:

        def answers(port: int) -> bool:
            processes.check()
            try:
                return ask(port, b"GET /healthz HTTP/1.0\r\n\r\n").status == 200
            except OSError:
                return False

        for port in ports.values():
            wait_until(lambda port=port: answers(port), 60, "both ports")  # type: ignore[misc]
        yield House(processes, ports["PORT"], ports["REPORT_PORT"])
