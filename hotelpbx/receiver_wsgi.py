"""The report receiver as a WSGI application: its port serves reports and ``/healthz`` only."""

import os

from django.core.wsgi import get_wsgi_application

from hotelpbx import embedded

# Whatever the environment says: on this port the receiver's addresses are served.
os.environ["DJANGO_SETTINGS_MODULE"] = "hotelpbx.receiver_settings"
embedded.provide()

application = get_wsgi_application()
