"""Messages to the Celery workers."""
