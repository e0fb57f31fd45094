"""Operations: attention list, status and health, batch jobs, retention, idempotency."""
