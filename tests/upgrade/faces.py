"""The house as programs, browsers, the PBX and its own workers meet it.

Addresses, commands, task names, report bodies and SQL: what is used here is what must stay the
same when modules and classes are renamed. Nothing else in this folder imports from the house.

For a process of its own (:func:`begin`): it needs its own settings, and its clock stands still.
"""

import io
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from html.parser import HTMLParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener
from zoneinfo import ZoneInfo

import django
import time_machine

ROOT: Final = Path(__file__).parents[2]
ZONE: Final = ZoneInfo("Asia/Shanghai")
PASSWORD: Final = "night-clerk-77"

# The recorded database is read with this key, and its workers are told nothing by a broker. As in a
# hotel DEBUG is off, under which Django keeps every query in words.
ENVIRONMENT: Final = {
    "DEBUG": "off",
    "SECRET_KEY": "of the hotel that was recorded, for tests only",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PBX_PASSWORD": "secret",
    "HOTELPBX_STAFF_PASSWORD": PASSWORD,
    "DJANGO_SETTINGS_MODULE": "hotelpbx.settings",
    "ALLOWED_HOSTS": "testserver",
}
_HOSTS: Final = ("pbx.grand.test", "pbx.inn.test")
# As often as is needed; beat does it every few seconds.
_BEAT: Final = timedelta(minutes=2)
_DIRECT: Final = build_opener(ProxyHandler({}))
_LISTENS: Final = re.compile(r"http://127\.0\.0\.1:(\d+)")


def environment(database_url: str) -> dict[str, str]:
    """For a process of the recorded hotel with this database."""
    others = {name: value for name, value in os.environ.items() if not name.endswith("_FILE")}
    return {**others, **ENVIRONMENT, "DATABASE_URL": database_url}


def instant(text: str) -> datetime:
    """A time on the hotel's clock: ``"2026-05-04 07:00:01"``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@contextmanager
def begin(at: str) -> Iterator["House"]:
    """The house of this process's environment, with a simulated PBX, at a time."""
    with (
        _Catcher() as catcher,
        Exchange() as exchange,
        time_machine.travel(instant(at), tick=False) as clock,
    ):
        _resolve(exchange.port)
        django.setup()
        from django.test.utils import override_settings

        own = {
            "REPORT_BASE_URL": catcher.url,
            "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
            # Each browser would look for all static files first.
            "WHITENOISE_AUTOREFRESH": True,
        }
        with override_settings(**own):
            house = House(exchange, catcher, clock)
            exchange.hold(house.now())
            yield house


class House:
    """One process that is web server, receiver, worker and beat in turn."""

    def __init__(self, exchange: "Exchange", catcher: "_Catcher", clock: Any) -> None:
        from django.test import Client

        self.exchange = exchange
        self.key = ""
        self._program = Client()
        self._kept_at = self.now() - _BEAT
        self._catcher = catcher
        self._clock = clock

    @property
    def reports_to(self) -> str:
        """The path of the address that the PBX was told for its reports."""
        return self._catcher.path

    def now(self) -> datetime:
        """What all clocks show."""
        return datetime.now(UTC)

    def go(self, to: str) -> None:
        """It is later; alarms on the way have rung, and their reports are stored."""
        self._clock.move_to(instant(to))
        self.exchange.hold(self.now())
        self.listen()
        if self.now() - self._kept_at >= _BEAT:
            self._kept_at = self.now()
            self.task("pbx.tasks.note_the_worker_lives")
            self.task("pbx.tasks.keep_session", 1)

    # --- a program ---------------------------------------------------------------------------

    def ask(self, method: str, path: str, body: Any = None, *, code: str = "GRAND") -> Any:
        """The answer to a request with the key, which must not be refused."""
        status, answer = self.answer(method, path, body, code=code)
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    def answer(
        self, method: str, path: str, body: Any = None, *, code: str = "GRAND"
    ) -> tuple[int, Any]:
        """Status and content, whatever they are."""
        address = path if path.startswith("/") else f"/api/v1/properties/{code}/{path}"
        answer = self._program.generic(
            method,
            address,
            b"" if body is None else json.dumps(body).encode(),
            content_type="application/json" if body is not None else "",
            headers={"Authorization": f"Bearer {self.key}"},
        )
        is_json = "json" in answer.headers.get("Content-Type", "")
        return answer.status_code, json.loads(answer.content) if is_json else answer.content

    # --- the PBX -----------------------------------------------------------------------------

    def report(self, body: Mapping[str, Any] | bytes) -> None:
        """The PBX reports something that the simulated one does not."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        assert self._store(self._catcher.path, raw) == 200

    def let_pass(self, until: str) -> None:
        """It is later, and nobody has done anything."""
        self._clock.move_to(instant(until))

    def listen(self) -> None:
        """What the PBX has sent is stored, in order."""
        self.exchange.settle()
        for path, body in self._catcher.taken():
            assert self._store(path, body) == 200, body

    def _store(self, path: str, body: bytes) -> int:
        from django.test import RequestFactory
        from django.urls import resolve

        found = resolve(path, "hotelpbx.receiver_urls")
        request = RequestFactory().generic("POST", path, body, content_type="application/json")
        return int(found.func(request, *found.args, **found.kwargs).status_code)

    # --- worker and beat ---------------------------------------------------------------------

    def task(self, name: str, *arguments: object) -> None:
        """A worker takes the message ``name``."""
        tasks()[name](*arguments)

    def take_reports(self) -> None:
        """Workers do what the PBX has reported, and nothing else."""
        self.listen()
        self.task("pbx.tasks.process_reports", 1)

    def work(self, *, pbx: int = 1) -> None:
        """Workers do all that is due, until nothing is new."""
        self.task("pbx.tasks.sweep_commands")
        for _ in range(4):
            self.listen()
            self.task("pbx.tasks.process_reports", pbx)
            self.task("wakeups.tasks.watch")
            self.task("wakeups.tasks.plan")
            if self._is_due():
                self.task("pbx.tasks.deliver", pbx)
            self.exchange.settle()
            if not self._catcher.holds and not self._is_due():
                break

    def _is_due(self) -> bool:
        (due,) = self.sql(
            "SELECT count(*) FROM pbx_command WHERE state = 'waiting' AND next_try_at <= %s",
            self.now(),
        )[0]
        return bool(due)

    def sql(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return list(cursor.fetchall()) if cursor.description else []

    # --- people ------------------------------------------------------------------------------

    def sign_in(self, name: str, password: str = PASSWORD) -> "Desk":
        """Somebody opens a browser and signs in."""
        desk = Desk()
        desk.send("/sign-in/", username=name, password=password)
        return desk


class Desk:
    """A browser. ``session``: the cookie of one that has been signed in before."""

    def __init__(self, session: str = "") -> None:
        from django.test import Client

        self._client = Client(headers={"Accept": "text/html", "User-Agent": "Test"})
        if session:
            self._client.cookies["sessionid"] = session

    @property
    def session(self) -> str:
        """Its cookie."""
        return str(self._client.cookies["sessionid"].value)

    def page(self, path: str) -> str:
        """The page at an address, which must be there."""
        answer: Any = self._client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.content[:500]!r}"
        content = answer.getvalue()
        return str(content.decode("utf-8", "replace"))

    def forms(self, path: str) -> list["Form"]:
        """The forms on a page that are sent by POST."""
        return forms_on(path, self.page(path))

    def form(self, path: str, action: str = "") -> "Form":
        """The form of the page at ``path`` that is sent to ``action``."""
        wanted = action or path
        found = [each for each in self.forms(path) if each.action == wanted]
        assert found, f"No form for {wanted} on {path}"
        return found[0]

    def send(self, path: str, action: str = "", **values: Any) -> None:
        """Fill in the form of a page and send it; it must be taken."""
        self.post(self.form(path, action).filled(values))

    def post(self, form: "Form") -> Any:
        """Send a form as it stands; it must be taken."""
        answer = self.try_to(form)
        assert answer.status_code in (200, 302), (
            f"{form.action}: {answer.status_code} {_told(answer.content)}"
        )
        return answer

    def try_to(self, form: "Form") -> Any:
        """The answer to a form, whatever it is."""
        return self._client.post(form.action, form.values)


class Form:
    """What a browser sends: each name with one value or several."""

    def __init__(self, action: str, values: dict[str, Any]) -> None:
        self.action = action
        self.values = values

    def filled(self, values: Mapping[str, Any]) -> "Form":
        """The same with other values; None: the field is left out."""
        filled = {**self.values, **values}
        return Form(self.action, {name: each for name, each in filled.items() if each is not None})


def forms_on(path: str, text: str) -> list[Form]:
    """The forms of the page at ``path`` that are sent by POST."""
    return _Forms(path, text).found


class _Forms(HTMLParser):
    """Reads the forms of a page as a browser does."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._path = path
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action") or self._path, {})
            if given.get("method") == "post":
                self.found.append(self._form)
        elif self._form is not None:
            self._field(tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values[self._area] = data.removeprefix("\n")

    def _field(self, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        if "disabled" in given:
            return
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            self._choose(given)
        elif tag == "textarea":
            self._area = name
            self._add(name, "")
        elif tag == "input" and name:
            ticks = given.get("type") in ("checkbox", "radio")
            if given.get("type") != "file" and (not ticks or "checked" in given):
                self._add(name, given.get("value", "on" if ticks else ""))

    def _choose(self, option: dict[str, str]) -> None:
        """Of a list the first, unless another is marked."""
        assert self._form is not None
        if "selected" in option or self._select not in self._form.values:
            self._form.values[self._select] = option.get("value", "")

    def _add(self, name: str, value: str) -> None:
        assert self._form is not None
        if name in self._form.values:
            before = self._form.values[name]
            self._form.values[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            self._form.values[name] = value


def _told(content: bytes) -> str:
    """What a page that refuses something says."""
    text = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", text)[:1500]


class Exchange:
    """The simulated PBX, as a process with its control interface (docs/simulator.md)."""

    _EXTENSIONS: Final = "2201-2213,2301-2303,8000,8001"
    _ROUTES: Final = "local=9,national=90,international=900,emergency=1"

    def __init__(self) -> None:
        self.port = 0

    def __enter__(self) -> "Exchange":
        command = [sys.executable, "-m", "pbx.simulator", "--port", "0"]
        command += ["--extensions", self._EXTENSIONS, "--routes", self._ROUTES]
        command += ["--password", "secret"]
        self._process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert self._process.stdout is not None
        found = _LISTENS.search(self._process.stdout.readline())
        assert found, "The simulated PBX does not start."
        self.port = int(found[1])
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(10)

    def act(self, name: str, **body: Any) -> Any:
        """One act of its control interface."""
        return self._ask(name, json.dumps(body).encode())["result"]

    def state(self) -> dict[str, Any]:
        """All that it shows."""
        return self._ask("state", None)

    def phone(self, number: str) -> dict[str, Any]:
        """What it shows of one phone."""
        found: dict[str, Any] = next(
            each for each in self.state()["extensions"] if each["number"] == number
        )
        return found

    def hold(self, at: datetime) -> None:
        """Its clock stands still at an instant; alarms on the way ring."""
        self.act("clock", at=at.isoformat())

    def settle(self) -> None:
        """Until all its reports are sent, or wait because nobody is there to take them."""
        for _ in range(2000):
            state = self.state()
            if not state["reports_waiting"] or state["away"] != "nothing":
                return
            time.sleep(0.002)
        raise AssertionError(f"The PBX's reports are not delivered: {state['reports'][-1]}")

    def _ask(self, path: str, body: bytes | None) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.port}/_sim/{path}"
        with _DIRECT.open(Request(url, body), timeout=10) as answer:
            found: dict[str, Any] = json.loads(answer.read())
        return found


class _Catcher:
    """Takes the reports of the PBX, for the receiver to store them in its own time.

    ``path``: of the report address that the PBX was told.
    """

    def __init__(self) -> None:
        self.path = ""
        self._came: list[tuple[str, bytes]] = []
        catcher = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                catcher.path = self.path
                catcher._came.append((self.path, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "_Catcher":
        serve: Callable[[], None] = self._server.serve_forever
        threading.Thread(target=serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def holds(self) -> bool:
        """Whether something came."""
        return bool(self._came)

    def taken(self) -> list[tuple[str, bytes]]:
        """What came."""
        found, self._came = self._came, []
        return found


@cache
def tasks() -> Mapping[str, Any]:
    """Celery tasks by name."""
    from hotelpbx.celery import app

    app.loader.import_default_modules()
    found: Mapping[str, Any] = app.tasks
    return found


def manage(*arguments: str) -> str:
    """What ``manage.py`` prints."""
    from django.core.management import call_command

    out = io.StringIO()
    try:
        call_command(*arguments, stdout=out)
    except SystemExit as end:
        return f"{out.getvalue()}exit status {end.code}\n"
    return out.getvalue()


def _resolve(port: int) -> None:
    """The hotels' PBXs are at this port of this machine, for this process."""
    usual = socket.getaddrinfo

    def getaddrinfo(host: Any, service: Any, *more: Any, **options: Any) -> Any:
        if host in _HOSTS:
            return usual("127.0.0.1", port, *more, **options)
        return usual(host, service, *more, **options)

    socket.getaddrinfo = getaddrinfo  # type: ignore[assignment]


def name_of_database(url: str) -> str:
    """The last part of its address."""
    return urlsplit(url).path.removeprefix("/")
