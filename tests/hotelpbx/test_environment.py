"""The environment: a missing or bad value ends the start with one clear line."""

from pathlib import Path

import pytest

from hotelpbx.environment import read_environment

GOOD = {
    "SECRET_KEY": "s3cret-value",
    "DATABASE_URL": "postgresql://desk:pa55word@db:5432/hotel",
    "REDIS_URL": "redis://cache:6379/0",
}


@pytest.fixture
def environ(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in ("DEBUG", "HOTELPBX_CLOCK_OFFSET", "REPORT_BASE_URL", "LOG_FORMAT", "PORT"):
        monkeypatch.delenv(name, raising=False)
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
        ("DATABASE_URL", "", "DATABASE_URL is not set"),
        ("DATABASE_URL", "mysql://desk:pa55word@db/hotel", "DATABASE_URL must look like"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL must look like"),
        ("REDIS_URL", "http://cache", "REDIS_URL must begin with"),
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


def test_a_value_may_stand_in_a_file(environ: pytest.MonkeyPatch, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("from a file\n")
    environ.delenv("SECRET_KEY")
    environ.setenv("SECRET_KEY_FILE", str(secret))
    assert read_environment().secret_key == "from a file"


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
