"""The report receiver as a WSGI application: its port serves reports and ``/healthz`` only."""

import os

from django.core.wsgi import get_wsgi_application

from hotelpbx import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.receiver_settings")
embedded.provide()

application = get_wsgi_application()
