"""Errors of the API: codes and problem documents."""
