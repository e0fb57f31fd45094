"""Signing in, the own account, API keys."""
