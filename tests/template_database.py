"""One migrated database for all processes of a test run: their own are copies of it."""

from typing import Final

from django.conf import settings
from django.db import connection

# Of the advisory lock under which it is made.
_LOCK: Final = 3_141_592_653


def migrated(run: str) -> str:
    """The name of a database with all migrations; whoever comes first makes it.

    :param run: what identifies the test run
    """
    name = f"template_{connection.settings_dict['NAME']}"
    with connection._nodb_cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])  # until the connection closes
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        if cursor.fetchone() != (run,):
            _make(name)
            quoted = connection.ops.quote_name(name)
            cursor.execute(f"COMMENT ON DATABASE {quoted} IS '{run}'")
    return name


def _make(name: str) -> None:
    before = connection.settings_dict["NAME"]
    test = connection.settings_dict["TEST"]
    named = test["NAME"]
    test["NAME"] = name
    try:
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    finally:
        connection.close()
        test["NAME"] = named
        settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = before
