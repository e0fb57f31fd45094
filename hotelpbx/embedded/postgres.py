"""The embedded PostgreSQL 18.

It listens on a Unix socket only and trusts every client: the socket's directory is accessible only
to the server's user and to root. A password would add nothing, because the same user could read it
or rewrite ``pg_hba.conf``; ``peer`` would have to map root to ``nobody``.
"""

import shutil
import signal
import subprocess
import tempfile
from pathlib import Path
from typing import Final
from urllib.parse import quote

from hotelpbx.embedded import wheels
from hotelpbx.embedded.errors import EmbeddedServerError
from hotelpbx.embedded.server import Server

USER: Final = "hotelpbx"
DATABASE: Final = "hotelpbx"
_SETTINGS: Final = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "200",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_checkpoints": "off",
}
_THROW_AWAY_SETTINGS: Final = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class Postgres(Server):
    """The database; ``url`` is for ``DATABASE_URL``."""

    kind = "postgres"
    socket_name = ".s.PGSQL.5432"
    stop_signal = signal.SIGINT  # "fast": ends connections, rolls back, writes a checkpoint

    @property
    def url(self) -> str:
        # The form in which django-environ finds a socket's directory as HOST.
        directory = quote(str(self.socket_directory), safe="")
        return f"postgresql://{USER}@/{directory}/{DATABASE}"

    @staticmethod
    def find_programs() -> None:
        wheels.postgres_programs()

    def prepare(self, alive: int) -> None:
        data = self.directory / "data"
        if data.exists():
            # alive.lock is ours: whatever process has that number now, it is not our server.
            (data / "postmaster.pid").unlink(missing_ok=True)
            return
        for unfinished in self.directory.glob("data-*"):
            shutil.rmtree(unfinished)
        fresh = Path(tempfile.mkdtemp(prefix="data-", dir=self.directory))
        self.account.own(fresh)
        self._run(alive, *self._initdb(fresh))
        self._run(
            alive,
            *(wheels.postgres_programs() / "postgres", "--single", "-D", fresh, "postgres"),
            orders=f"CREATE DATABASE {DATABASE};\n",
        )
        fresh.rename(data)

    def command(self) -> list[str | Path]:
        # The setting is a list; double quotes keep a name with any characters together.
        quoted = str(self.socket_directory).replace('"', '""')
        settings = {**_SETTINGS, "unix_socket_directories": f'"{quoted}"'}
        if self.throw_away:
            settings |= _THROW_AWAY_SETTINGS
        command: list[str | Path] = [
            *(wheels.postgres_programs() / "postgres", "-D", self.directory / "data")
        ]
        for name, value in settings.items():
            command += ["-c", f"{name}={value}"]
        return command

    def answers(self) -> bool:
        import psycopg  # not at the top: the keeper does without

        try:
            psycopg.connect(
                host=str(self.socket_directory), user=USER, dbname=DATABASE, connect_timeout=2
            ).close()
        except psycopg.OperationalError:
            return False
        return True

    def _initdb(self, data: Path) -> list[str | Path]:
        return [
            wheels.postgres_programs() / "initdb",
            *("--pgdata", data),
            *("--username", USER),
            *("--auth-local", "trust", "--auth-host", "reject"),
            *("--encoding", "UTF8", "--locale", "C"),
            # The same order and the same capitals on every machine.
            *("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"),
            "--no-instructions",
            *(["--no-sync"] if self.throw_away else []),
        ]

    def _run(self, alive: int, *command: str | Path, orders: str = "") -> None:
        result = subprocess.run(  # noqa: S603 - a program of the wheel
            command,
            input=orders,
            text=True,
            check=False,
            cwd=self.directory,
            pass_fds=[alive],
            **self.account.spawning(),
        )
        if result.returncode:
            raise EmbeddedServerError(f"{command[0]} ended with {result.returncode}.")
