"""The environment variables, read once at start."""
