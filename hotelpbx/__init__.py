"""The project: settings, addresses, Celery, the clock; it imports no app of the house."""
