"""Folios, departures, printing, reports, minibar refills."""
