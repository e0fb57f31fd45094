"""The complete system on this machine: servers, the simulated PBX, all Procfile processes."""

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TextIO

import requests

from hotelpbx.demo.ports import port_of, take
from hotelpbx.processes.running import Supervisor, free_port, read_procfile, wait_until

CHECKOUT: Final = Path(__file__).resolve().parent.parent.parent
DEMO_HOTEL: Final = CHECKOUT / "examples" / "demo-hotel.toml"
CODE: Final = "GRAND"
_PBX_IN_FILE: Final = "http://127.0.0.1:8088"
_ROUTES: Final = "local=9,national=90,international=900"
_EXTENSIONS: Final = "2001-2008,3001-3008,4001-4008,4018,8000"
_SCOPES: Final = (
    "stays:read",
    "stays:write",
    "rooms:read",
    "rooms:write",
    "wakeups:read",
    "wakeups:write",
    "charges:read",
    "charges:write",
    "events:read",
    "status:read",
)


@dataclass(frozen=True)
class Addresses:
    """The ports of the system's parts on this machine."""

    web: int
    receiver: int
    pbx: int

    @property
    def desk(self) -> str:
        """The front desk."""
        return f"http://127.0.0.1:{self.web}"

    @property
    def simulator(self) -> str:
        """The simulated PBX."""
        return f"http://127.0.0.1:{self.pbx}"


class Stack:
    """Starts and stops the system in its own environment.

    ``DATABASE_URL`` and ``REDIS_URL`` must be set in ``environ``. ``folder`` keeps the logs and the
    secrets that must stay the same from one start to the next.

    :param hold_ports: use the ports of ``PORT`` and ``REPORT_PORT``, else the usual ones, else free
        ones, and hold them until :meth:`close`, so that no other program can take them
    """

    def __init__(
        self,
        folder: Path,
        environ: Mapping[str, str],
        *,
        hold_ports: bool = False,
        echo: TextIO | None = None,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._held = _usual_ports() if hold_ports else {}
        ports = map(port_of, self._held.values()) if hold_ports else (free_port() for _ in range(3))
        self.at = Addresses(*ports)
        self.key = ""
        self.password = _kept(folder / "password", secrets.token_urlsafe(9))
        ours = {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{environ.get('PATH', os.defpath)}",
            "PYTHONUNBUFFERED": "1",
            "DEBUG": "on",
            "SECRET_KEY": _kept(folder / "secret_key", secrets.token_urlsafe(32)),
            "PBX_PASSWORD": _kept(folder / "pbx_password", secrets.token_urlsafe(12)),
            "HOTELPBX_STAFF_PASSWORD": self.password,
            "PORT": str(self.at.web),
            "REPORT_PORT": str(self.at.receiver),
            "REPORT_BASE_URL": f"http://127.0.0.1:{self.at.receiver}",
        }
        # A variable must not be set together with its file.
        files = {f"{name}_FILE" for name in ours}
        self.env = {name: value for name, value in environ.items() if name not in files} | ours
        simulator = (
            f"{sys.executable} -m pbx.simulator --port {self.at.pbx} --routes {_ROUTES} "
            f"--extensions {_EXTENSIONS}"
        )
        self.processes = Supervisor(
            {"pbx": simulator, **read_procfile(CHECKOUT / "Procfile")},
            self.env,
            folder,
            cwd=CHECKOUT,
            echo=echo,
            sockets=self._held,
        )

    def close(self) -> None:
        """Release the ports that were held."""
        for held in self._held.values():
            held.close()

    def prepare(self) -> None:
        """Migrate, load the demo hotel, create a login and an API key (``key``)."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("load_hotel", str(self._hotel_file()))
        self.manage("create_staff", CODE, "demo", "--role", "manager")
        scopes = [word for scope in _SCOPES for word in ("--scope", scope)]
        self.key = self.manage("create_api_key", CODE, "demo", *scopes).splitlines()[-1].strip()

    def addresses(self) -> list[str]:
        """Addresses and logins for people; also writes a file ``env`` for a shell's manage.py."""
        env_file = self._folder / "env"
        env_file.touch(mode=0o600)
        names = (
            *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG", "PBX_PASSWORD"),
            "REPORT_BASE_URL",
        )
        env_file.write_text("".join(f"export {name}='{self.env[name]}'\n" for name in names))
        return [
            f"Front desk      {self.at.desk}/   user demo, password {self.password}",
            f"REST            {self.at.desk}/api/v1/docs/",
            f"Simulated PBX   {self.at.simulator}/   its telephones",
            f"manage.py       . {env_file.relative_to(CHECKOUT)}; .venv/bin/python manage.py …",
            f"Logs            {self._folder.relative_to(CHECKOUT)}/",
        ]

    def manage(self, *arguments: str) -> str:
        """Run ``manage.py``; returns its output, or raises with it if it fails."""
        done = subprocess.run(  # noqa: S603 (our own commands)
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
            env=self.env,
            cwd=CHECKOUT,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"manage.py {arguments[0]} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def wait_until_ready(self, timeout: float = 60) -> None:
        """Wait until desk, receiver and PBX answer."""
        for address in (
            f"{self.at.desk}/readyz",
            f"http://127.0.0.1:{self.at.receiver}/healthz",
            f"{self.at.simulator}/",
        ):
            wait_until(lambda address=address: self._answers(address), timeout, address)  # type: ignore[misc]

    def _answers(self, address: str) -> bool:
        self.processes.check()
        try:
            return requests.get(address, timeout=5).ok
        except requests.RequestException:
            return False

    def _hotel_file(self) -> Path:
        """The demo hotel's file, with the current address of the PBX."""
        text = DEMO_HOTEL.read_text(encoding="utf-8")
        path = self._folder / "hotel.toml"
        path.write_text(text.replace(_PBX_IN_FILE, self.at.simulator), encoding="utf-8")
        return path


def _usual_ports() -> dict[str, socket.socket]:
    everywhere = "0.0.0.0"  # noqa: S104 (the Procfile binds so)
    return {
        "web": take(everywhere, 8000, "PORT"),
        "receiver": take(everywhere, 8260, "REPORT_PORT"),
        "pbx": take("127.0.0.1", 8088),
    }


def _kept(path: Path, fresh: str) -> str:
    """The secret in ``path``; made with ``fresh`` the first time, readable to its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(fresh)
    return path.read_text().strip()
