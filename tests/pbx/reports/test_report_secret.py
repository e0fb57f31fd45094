"""The secret of the report address: encrypted, found by a digest, replaced if lost."""

from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import override_settings

from pbx import session
from pbx.models import Pbx
from rooms.models import Property


def column(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM pbx_pbx")  # noqa: S608 (our own column)
        return str(cursor.fetchone()[0])


@pytest.fixture
def pbx(hotel: Property) -> Pbx:
    assert hotel.pbx is not None
    return hotel.pbx


def test_the_database_does_not_show_it(pbx: Pbx) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(pbx_pbx)::text FROM pbx_pbx")
        assert pbx.report_secret not in cursor.fetchone()[0]
    assert len(pbx.report_secret) == 32


def test_it_is_found_and_nothing_else_is(pbx: Pbx) -> None:
    assert Pbx.find_by_report_secret(pbx.report_secret) == pbx
    for wrong in ("", "x", pbx.report_secret[:-1], pbx.report_digest, column("report_secret")):
        assert Pbx.find_by_report_secret(wrong) is None


def test_it_stays_when_the_settings_are_saved(pbx: Pbx) -> None:
    secret = pbx.report_secret
    pbx.name = "other"
    pbx.save(update_fields=["name"])
    kept = Pbx.objects.get()
    assert (kept.name, kept.report_secret) == ("other", secret)
    assert Pbx.find_by_report_secret(secret) == pbx


def test_a_changed_secret_is_the_one_that_is_found(pbx: Pbx) -> None:
    before, pbx.report_secret = pbx.report_secret, "a" * 32
    pbx.save(update_fields=["report_secret"])
    assert Pbx.find_by_report_secret("a" * 32) == pbx
    assert Pbx.find_by_report_secret(before) is None


def test_after_another_secret_key_the_pbx_is_given_a_new_address(pbx: Pbx) -> None:
    before = pbx.report_secret
    with override_settings(SECRET_KEY="another key, and a long one for that"):
        lost = Pbx.objects.get()
        assert lost.report_secret == ""
        told = session.report_address(lost).url.rstrip("/").rpartition("/")[2]
        assert len(told) == 32
        assert told != before
        assert Pbx.find_by_report_secret(told) == pbx
        assert session.report_address(Pbx.objects.get()).url.rstrip("/").endswith(told)


def test_what_was_refused_is_remembered_under_our_key_only(pbx: Pbx) -> None:
    """With an unkeyed digest a password could be guessed from a copy of the database."""
    remembered = pbx.credentials_fingerprint()
    with override_settings(SECRET_KEY="another key, and a long one for that"):
        assert pbx.credentials_fingerprint() != remembered


@pytest.mark.django_db(transaction=True)
def test_the_secrets_of_a_running_house_are_hidden_and_go_on_to_count(open_hotel: Property) -> None:
    secret = "kept-since-the-first-version-0123"
    try:
        migrate("0007_entrusted")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE pbx_pbx SET report_secret = %s", [secret])
    finally:
        migrate(None)
    assert secret not in column("report_secret")
    assert Pbx.objects.get().report_secret == secret
    assert Pbx.find_by_report_secret(secret) == open_hotel.pbx
    try:
        migrate("0007_entrusted")
        assert column("report_secret") == secret
    finally:
        migrate(None)


def migrate(name: str | None) -> None:
    """Migrate the PBX's tables to one migration and back to the latest."""
    executor = MigrationExecutor(connection)
    targets: Any = executor.loader.graph.leaf_nodes() if name is None else [("pbx", name)]
    executor.migrate(targets)
