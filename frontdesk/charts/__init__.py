"""Charts rendered on the server."""
