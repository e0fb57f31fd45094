#!/usr/bin/env python
"""Django's command line for the house."""

import os
import sys

from django.core.management import execute_from_command_line

from hotelpbx import embedded


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.settings")
    embedded.provide()
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
