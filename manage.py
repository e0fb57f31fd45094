#!/usr/bin/env python
"""Django's command line."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import OperationalError

from hotelpbx import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.settings")
    embedded.provide()
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as fault:
        reason = str(fault).splitlines()[0] if str(fault) else "it went away"
        sys.exit(f"hotelpbx: The database does not answer ({reason}). Nothing was changed.")


if __name__ == "__main__":
    main()
