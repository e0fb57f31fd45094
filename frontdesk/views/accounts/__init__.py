"""Sign-in, one's own account, API keys."""
