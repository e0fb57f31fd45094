"""The report receiver as a WSGI application; it serves only reports and ``/healthz``."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string

from hotelpbx import embedded

# Regardless of the environment: this port always uses the receiver's settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "hotelpbx.receiver_settings"
embedded.provide()


class Receiver:
    """Django's application, and a check of a request's head before its body has arrived."""

    def __init__(self) -> None:
        self._application = get_wsgi_application()
        self.check_head = import_string("pbx.reports.receiver.check_head")

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        return self._application(environ, start_response)


application = Receiver()
