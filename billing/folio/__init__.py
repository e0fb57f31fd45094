"""The folio of a stay: its statement, its parts, and settlements."""
