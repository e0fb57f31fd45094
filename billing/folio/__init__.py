"""The folio of a stay: what it owes, its parts, settling it."""
