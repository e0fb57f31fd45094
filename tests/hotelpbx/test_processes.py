"""The supervisor with real processes and signals, and the Procfile."""

import io
import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from hotelpbx.embedded.places import CHECKOUT
from hotelpbx.processes.running import (
    ProcessEnded,
    Supervisor,
    free_port,
    read_procfile,
    wait_until,
)

pytestmark = pytest.mark.processes

# Writes its own number and that of a child, then waits, deaf to SIGTERM.
FAMILY = "sh -c 'trap \"\" TERM; sleep 600 & echo $$ $!; wait; wait'"
# The same, but it ends when told to, and leaves the child behind.
ORPHAN_MAKER = "sh -c 'sleep 600 & echo $$ $!; wait'"


def environment(**more: str) -> dict[str, str]:
    """A process's environment with the programs of this virtual environment first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"PATH": path, "HOME": os.environ.get("HOME", "/"), **more}


def supervisor(directory: Path, **commands: str) -> Supervisor:
    return Supervisor(commands, environment(), directory, cwd=directory)


def family_of(processes: Supervisor, name: str) -> list[int]:
    """The two numbers that FAMILY and ORPHAN_MAKER write."""
    wait_until(lambda: "\n" in processes.log(name).read_text(), 10, f"{name} to start")
    return [int(pid) for pid in processes.log(name).read_text().split()]


def lives(pid: int) -> bool:
    if Path("/proc/self/stat").exists():
        try:
            status = Path(f"/proc/{pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):
            return False
        return status.rpartition(")")[2].split()[0] != "Z"  # dead, but not yet reaped
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


# --- the supervisor --------------------------------------------------------------------------


def test_a_process_that_ends_by_itself_is_told_with_its_last_words(tmp_path: Path) -> None:
    worker = "sh -c 'echo no broker; exit 3'"
    with (
        supervisor(tmp_path, web="sleep 600", worker=worker) as processes,
        pytest.raises(ProcessEnded, match=r"worker ended with 3.*\nno broker"),
    ):
        wait_until(processes.check, 10, "the worker to end")


def test_a_killed_process_is_told_by_its_signal(tmp_path: Path) -> None:
    with supervisor(tmp_path, web="sleep 600") as processes:
        os.kill(processes.pid("web"), signal.SIGKILL)
        with pytest.raises(ProcessEnded, match="web ended by SIGKILL"):
            wait_until(processes.check, 10, "the end of the web process")


def test_processes_that_run_pass_the_check(tmp_path: Path) -> None:
    with supervisor(tmp_path, web="sleep 600") as processes:
        processes.check()


def test_nobody_is_left_behind(tmp_path: Path) -> None:
    with supervisor(tmp_path, orphans=ORPHAN_MAKER) as processes:
        family = family_of(processes, "orphans")
        assert all(map(lives, family))
    assert not any(map(lives, family))


def test_who_does_not_end_when_told_is_killed(tmp_path: Path) -> None:
    with supervisor(tmp_path, deaf=FAMILY) as processes:
        family = family_of(processes, "deaf")
        processes.stop(grace=0.2)
    assert not any(map(lives, family))


def test_a_process_may_finish_its_work_before_it_ends(tmp_path: Path) -> None:
    script = "import signal, sys; signal.signal(15, lambda *_: sys.exit(print('finished')))"
    waiting = f"{script}; print('ready', flush=True); signal.pause()"
    python = shlex.join([sys.executable, "-c", waiting])
    with supervisor(tmp_path, worker=python) as processes:
        wait_until(lambda: "ready" in processes.tail("worker"), 10, "the worker")
    assert processes.tail("worker") == "ready\nfinished"


def test_one_process_can_be_killed_and_started_again(tmp_path: Path) -> None:
    with supervisor(tmp_path, web="sleep 600", worker=ORPHAN_MAKER) as processes:
        family = family_of(processes, "worker")
        processes.kill("worker")
        assert not any(map(lives, family))
        assert lives(processes.pid("web"))
        processes.start("worker")
        assert lives(processes.pid("worker"))
        assert processes.pid("worker") not in family
        processes.check()


def test_a_restarted_process_is_another_one(tmp_path: Path) -> None:
    with supervisor(tmp_path, web="sleep 600") as processes:
        before = processes.pid("web")
        processes.restart("web")
        assert processes.pid("web") != before
        assert not lives(before)


def test_a_command_that_cannot_be_run_is_told(tmp_path: Path) -> None:
    with (
        supervisor(tmp_path, web="no-such-program") as processes,
        pytest.raises(ProcessEnded, match=r"web ended with 127.*\n.*no-such-program"),
    ):
        wait_until(processes.check, 10, "the shell to give up")


def test_output_is_shown_with_the_process_s_name(tmp_path: Path) -> None:
    terminal = io.StringIO()
    commands = {"web": "sh -c 'echo 203; exec sleep 600'", "receiver": "sleep 600"}
    with Supervisor(commands, environment(), tmp_path, echo=terminal) as processes:
        wait_until(lambda: processes.tail("web"), 10, "the output")
    assert terminal.getvalue() == "web      │ 203\n"


SUPERVISING = """
import signal, sys
from pathlib import Path
from hotelpbx.processes.running import Supervisor, exit_on_signals
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's "&" has it ignored
with exit_on_signals(), Supervisor({"family": sys.argv[2]}, {}, Path(sys.argv[1])):
    signal.pause()
"""


@pytest.mark.parametrize(
    ("how", "status"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, -signal.SIGINT)],
)
def test_a_supervisor_that_is_told_to_end_leaves_nobody_behind(
    tmp_path: Path, how: signal.Signals, status: int
) -> None:
    process, family = a_supervisor_elsewhere(tmp_path, ORPHAN_MAKER)
    process.send_signal(how)
    process.communicate(timeout=20)
    assert process.returncode == status
    assert not any(map(lives, family))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of it")
def test_processes_are_told_when_their_supervisor_is_killed(tmp_path: Path) -> None:
    process, (leader, _) = a_supervisor_elsewhere(tmp_path, "sh -c 'echo $$ $$; exec sleep 600'")
    process.kill()
    process.communicate(timeout=20)
    wait_until(lambda: not lives(leader), 10, "the process to end with its supervisor")


def a_supervisor_elsewhere(
    directory: Path, command: str
) -> "tuple[subprocess.Popen[bytes], list[int]]":
    process = subprocess.Popen(
        [sys.executable, "-c", SUPERVISING, directory, command],
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
    )
    log = directory / "family.log"
    wait_until(lambda: log.exists() and "\n" in log.read_text(), 10, "the supervised process")
    return process, [int(pid) for pid in log.read_text().split()]


def test_waiting_in_vain_names_what_was_waited_for() -> None:
    with pytest.raises(TimeoutError, match=r"Waited 0 s in vain for room 203\."):
        wait_until(lambda: False, 0, "room 203")


# --- the Procfile ----------------------------------------------------------------------------


def test_comments_and_blank_lines_of_a_procfile_name_no_process(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text(
        "# the house: two\n\nweb: serve --bind 0.0.0.0:80\nbeat:tick\n"
    )
    assert read_procfile(tmp_path / "Procfile") == {
        "web": "serve --bind 0.0.0.0:80",
        "beat": "tick",
    }


def test_the_house_has_four_processes() -> None:
    assert list(read_procfile(CHECKOUT / "Procfile")) == ["web", "receiver", "worker", "beat"]


@pytest.mark.parametrize("name", ["web", "receiver", "worker", "beat"])
def test_the_containers_run_the_commands_of_the_procfile(name: str) -> None:
    compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    shell, option, line = compose["services"][name]["command"]
    assert (shell, option) == ("sh", "-c")
    # Compose writes a dollar that is not its own twice.
    assert line.replace("$$", "$") == f"exec {read_procfile(CHECKOUT / 'Procfile')[name]}"


def test_every_secret_of_the_containers_comes_from_a_file() -> None:
    compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text())
    for name, service in compose["services"].items():
        for variable in service.get("environment", {}):
            assert not variable.endswith(("KEY", "PASSWORD", "DATABASE_URL")), (name, variable)


ECHO_APPLICATION = """
def application(environ, start_response):
    body = environ["HTTP_HOST"].encode() + b"|" + environ["wsgi.input"].read()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
# As the PBX sends it (L418-L423).
REPORT = (
    b"POST /reports/secret/ HTTP/1.1\r\nUser-Agent: WebAPI\r\nHost: 192.168.5.150: 8260\r\n"
    b"Content-Type: application/json\r\nContent-Length: 19\r\n\r\n"
    b'{"event": "BootUp"}'
)


@pytest.fixture
def receiver_port(tmp_path: Path) -> Iterator[int]:
    """The port of gunicorn as the Procfile starts it for the receiver, with another application."""
    (tmp_path / "echo_application.py").write_text(ECHO_APPLICATION)
    command = read_procfile(CHECKOUT / "Procfile")["receiver"].replace(
        "hotelpbx.receiver_wsgi:", "echo_application:"
    )
    port = free_port()
    env = environment(REPORT_PORT=str(port), PYTHONPATH=str(CHECKOUT))
    with Supervisor({"receiver": command}, env, tmp_path, cwd=tmp_path) as processes:

        def listens() -> bool:
            processes.check()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", port)) == 0

        wait_until(listens, 20, "gunicorn to listen")
        yield port


def test_gunicorn_takes_the_pbx_s_host_header_with_a_space(receiver_port: int) -> None:
    with socket.create_connection(("127.0.0.1", receiver_port), timeout=10) as connection:
        connection.sendall(REPORT)
        answer = b""
        while b"BootUp" not in answer:
            part = connection.recv(4096)
            assert part, answer
            answer += part
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'\r\n\r\n192.168.5.150: 8260|{"event": "BootUp"}')
