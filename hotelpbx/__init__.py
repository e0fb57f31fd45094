"""The Django project: settings, URLs, Celery, the clock. It imports none of the apps."""
