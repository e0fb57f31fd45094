"""The front desk and the REST API as a WSGI application."""

import os

from django.core.wsgi import get_wsgi_application

from hotelpbx import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hotelpbx.settings")
embedded.provide()

application = get_wsgi_application()
