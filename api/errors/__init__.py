"""Errors of the API: the codes and the problem documents."""
