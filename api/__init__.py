"""The REST API, version 1 (docs/rest.md), and the metrics."""
