"""Messages to the Celery workers, and the state of their broker."""
