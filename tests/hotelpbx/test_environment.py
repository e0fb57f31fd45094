"""A missing or invalid environment variable ends the start with a clear message."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from hotelpbx.environment.reading import read_environment
from hotelpbx.environment.variables import value_of

GOOD = {
    "SECRET_KEY": "s3cret-value-of-32-characters-xx",
    "DATABASE_URL": "postgresql://desk:pa55word@db:5432/hotel",
    "REDIS_URL": "redis://cache:6379/0",
}


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DEBUG", "HOTELPBX_CLOCK_OFFSET", "REPORT_BASE_URL", "LOG_FORMAT", "PORT"):
        monkeypatch.delenv(name, raising=False)
    for name in GOOD:
        monkeypatch.delenv(f"{name}_FILE", raising=False)
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def test_a_good_environment(environ: pytest.MonkeyPatch) -> None:
    found = read_environment()
    assert (found.database["HOST"], found.database["NAME"]) == ("db", "hotel")
    assert (found.debug, found.log_format, found.clock_offset) == (False, "console", 0)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is not set"),
        ("SECRET_KEY", "x", "SECRET_KEY is too short: it needs 32 characters or more"),
        ("SECRET_KEY", "s3cret-pa55word-of-31-character", "SECRET_KEY is too short"),
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("DATABASE_URL", "mysql://desk:pa55word@db/hotel", "DATABASE_URL must look like"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must look like"),
        ("REDIS_URL", "http://cache", "REDIS_URL must begin with"),
        ("DATABASE_URL", "$SECRET_KEY", "DATABASE_URL must look like"),
        ("DATABASE_URL", "postgresql://u:pa55word@db:port/hotel", "DATABASE_URL must look like"),
        ("REDIS_URL", "redis://[", "REDIS_URL must begin with"),
        ("REDIS_URL", "redis://:pa55word@cache:port", "REDIS_URL must begin with"),
        ("REDIS_URL", "$SECRET_KEY", "REDIS_URL must begin with"),
        ("REPORT_BASE_URL", "http://192.168.5.10:99999", "REPORT_BASE_URL must be an address"),
        ("CSRF_TRUSTED_ORIGINS", "desk.example.com", "CSRF_TRUSTED_ORIGINS must be like https"),
        ("HOTELPBX_CLOCK_OFFSET", "9" * 400, "HOTELPBX_CLOCK_OFFSET must be a whole number"),
        ("DEBUG", "perhaps", "DEBUG must be on or off"),
        ("HOTELPBX_CLOCK_OFFSET", "soon", "HOTELPBX_CLOCK_OFFSET must be a whole number"),
        ("HOTELPBX_CLOCK_OFFSET", "60", "needs DEBUG=on"),
        ("REPORT_BASE_URL", "https://192.168.5.10", "REPORT_BASE_URL must be an address like"),
        ("REPORT_BASE_URL", "192.168.5.10:8260", "REPORT_BASE_URL must be an address like"),
        ("LOG_FORMAT", "xml", "LOG_FORMAT must be json or console"),
        ("PORT", "99999", "PORT must be a port number"),
        ("REPORT_PORT", "no", "REPORT_PORT must be a port number"),
        ("WEBHOOK_ALLOWED_NETWORKS", "10.0.0.0/8,lan", "WEBHOOK_ALLOWED_NETWORKS must be"),
        ("TRUSTED_PROXIES", "127.0.0.1,proxy", "TRUSTED_PROXIES must be addresses or networks"),
        ("METRICS_ALLOWED_NETWORKS", "10.0.0.0/33", "METRICS_ALLOWED_NETWORKS must be addresses"),
    ],
)
def test_a_bad_value_is_named_in_one_line(
    environ: pytest.MonkeyPatch, name: str, value: str, words: str
) -> None:
    environ.setenv(name, value)
    with pytest.raises(SystemExit) as stopped:
        read_environment()
    line = str(stopped.value)
    assert words in line
    assert "\n" not in line
    assert "pa55word" not in line


@pytest.mark.parametrize("key", ["$HOME-is-where-the-key-is-32-long", "$" * 32, "a$b${c}%d\\" * 4])
def test_a_secret_is_taken_as_it_stands(environ: pytest.MonkeyPatch, key: str) -> None:
    environ.setenv("HOME", "/root")
    environ.setenv("SECRET_KEY", key)
    environ.setenv("DATABASE_URL", "postgresql://desk:$HOME@db:5432/hotel")
    environ.setenv("REDIS_URL", "redis://:$HOME@cache:6379/0")
    found = read_environment()
    assert found.secret_key == key
    assert found.database["PASSWORD"] == "$HOME"
    assert found.redis_url == "redis://:$HOME@cache:6379/0"


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
@pytest.mark.parametrize("name", [*GOOD, "TRUSTED_PROXIES", "DEBUG"])
def test_every_value_may_stand_in_a_file(
    environ: pytest.MonkeyPatch, tmp_path: Path, name: str, end: str
) -> None:
    """Read like the variable itself, also with a leading dollar sign."""
    value = {**GOOD, "SECRET_KEY": "$HOME" * 8, "TRUSTED_PROXIES": "10.0.0.1"}
    secret = tmp_path / "secret"
    secret.write_bytes(f"{value.get(name, 'off')}{end}".encode())
    environ.delenv(name, raising=False)
    environ.setenv(f"{name}_FILE", str(secret))
    found = read_environment()
    secret.write_bytes(b"nonsense\xff")
    with pytest.raises(SystemExit, match=f"{name}_FILE is not UTF-8 text"):
        read_environment()
    if name == "SECRET_KEY":
        assert found.secret_key == "$HOME" * 8


@pytest.mark.parametrize("name", ["PORT", "REPORT_PORT"])
def test_a_port_in_a_file_is_not_passed_over(environ: pytest.MonkeyPatch, name: str) -> None:
    """The commands of the Procfile could not use it."""
    environ.setenv(f"{name}_FILE", "/run/secrets/port")
    with pytest.raises(SystemExit, match=f"{name}_FILE is not read: set {name} itself"):
        read_environment()


def test_a_value_that_is_set_twice_is_a_fault(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    environ.setenv("SECRET_KEY_FILE", str(tmp_path / "another"))
    with pytest.raises(SystemExit) as stopped:
        read_environment()
    told = "hotelpbx: SECRET_KEY and SECRET_KEY_FILE are both set. Set one of them."
    assert str(stopped.value) == told


def test_a_short_key_will_do_where_nothing_is_at_stake(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("DEBUG", "on")
    environ.setenv("SECRET_KEY", "x")
    assert read_environment().secret_key == "x"


@pytest.mark.parametrize(
    ("content", "value"),
    [(b"s3cret", "s3cret"), (b" $s3 \n", " $s3 "), (b"s3cret\r\n", "s3cret"), (b"a\n\n", "a\n")],
)
def test_of_a_file_one_line_end_is_cut_off(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, value: str
) -> None:
    (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("PBX_ELSEWHERE_FILE", str(tmp_path / "secret"))
    assert value_of("PBX_ELSEWHERE") == value


def test_a_file_that_is_not_there_is_named(environ: pytest.MonkeyPatch) -> None:
    environ.delenv("SECRET_KEY")
    environ.setenv("SECRET_KEY_FILE", "/nowhere/secret")
    with pytest.raises(SystemExit) as stopped:
        read_environment()
    assert "SECRET_KEY_FILE cannot be read" in str(stopped.value)


def test_the_clock_can_be_put_forward_for_a_rehearsal(environ: pytest.MonkeyPatch) -> None:
    environ.setenv("DEBUG", "on")
    environ.setenv("HOTELPBX_CLOCK_OFFSET", "-3600")
    assert read_environment().clock_offset == -3600


def test_the_environment_never_shows_itself(environ: pytest.MonkeyPatch) -> None:
    assert "s3cret" not in repr(read_environment())


@pytest.mark.processes
@pytest.mark.parametrize(("redirect", "seconds"), [("on", "31536000"), ("off", "0")])
def test_tls_at_the_proxy_means_hsts(redirect: str, seconds: str) -> None:
    """Read from the settings in a separate process."""
    told = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c",
         "from django.conf import settings as s; print(s.SECURE_HSTS_SECONDS)"],
        env={**os.environ, "SECURE_SSL_REDIRECT": redirect},
        capture_output=True, text=True, check=True,
        cwd=Path(__file__).parent.parent.parent,
    )  # fmt: skip
    assert told.stdout.strip() == seconds
