"""Middleware and checks for HTTP requests, and the health probes."""
