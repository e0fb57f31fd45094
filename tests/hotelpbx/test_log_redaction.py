"""The log formatters of all processes remove secrets."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory

from hotelpbx.log_redaction import (
    RedactingConsoleFormatter,
    RedactingJsonFormatter,
    redact_handlers,
    without_secrets,
)

SECRET = "Zq-4vQ0mZJ9p_lk2hT1sB7cXw3eYd6Ua"
PATH = f"/reports/{SECRET}/"


@pytest.mark.parametrize(
    "text",
    [
        f"POST {PATH} HTTP/1.1",
        f"http://192.168.5.10:8260{PATH}",
        f"192.168.5.10:8260/reports/{SECRET}",
        PATH.replace("/", "\\/"),
        PATH.replace("/", "%2F"),
        f"//reports//{SECRET}?x=1",
        f"Forbidden (CSRF cookie not set.): {PATH}",
    ],
)
def test_a_report_address_loses_its_secret(text: str) -> None:
    assert SECRET not in without_secrets(text)


@pytest.mark.parametrize("text", ["/GRAND/reports/rooms/", "3 reports wait", "reports/"])
def test_other_texts_stay(text: str) -> None:
    assert without_secrets(text) == text


@pytest.fixture(params=[RedactingConsoleFormatter, RedactingJsonFormatter])
def written(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(request.param("%(message)s"))
    log = logging.getLogger("tests.redacted")
    log.addHandler(handler)
    yield stream
    log.removeHandler(handler)


def test_neither_message_nor_traceback_nor_extra_has_it(written: io.StringIO) -> None:
    """As Django logs a view that raised."""
    log = logging.getLogger("tests.redacted")
    request = RequestFactory().post(PATH)
    try:
        raise ValueError(f"cannot handle {PATH}")
    except ValueError:
        log.exception("Internal Server Error: %s", request.path, extra={"request": request})
    text = written.getvalue()
    assert "Internal Server Error: /reports/…" in text
    assert "ValueError" in text
    assert SECRET not in text


def test_every_handler_redacts() -> None:
    formatters: dict[str, dict[str, Any]] = settings.LOGGING["formatters"]
    classes = {
        "hotelpbx.log_redaction.RedactingConsoleFormatter",
        "hotelpbx.log_redaction.RedactingJsonFormatter",
    }
    assert {each["()"] for each in formatters.values()} == classes


def test_no_logger_has_a_plain_handler_of_its_own() -> None:
    """Django adds handlers of its own."""
    loggers = list(logging.root.manager.loggerDict.values())
    plain = [
        logger.name
        for logger in loggers
        if isinstance(logger, logging.Logger) and logger.name.startswith(("django", "celery"))
        for handler in logger.handlers
        if not isinstance(handler, logging.NullHandler)
    ]
    assert plain == []


def test_loggers_that_others_have_set_up() -> None:
    stream = io.StringIO()
    log = logging.getLogger("tests.of_others")
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("[%(levelname)s] %(message)s"))
    log.addHandler(handler)
    redact_handlers("tests.of_others")
    redact_handlers("tests.of_others")
    log.warning("%s", PATH)
    assert stream.getvalue() == "[WARNING] /reports/…/\n"


def test_json_stays_json() -> None:
    record = logging.makeLogRecord({"msg": f'"{PATH}"', "path": PATH})
    assert (
        json.loads(RedactingJsonFormatter("%(message)s").format(record))["message"]
        == '"/reports/…/"'
    )
