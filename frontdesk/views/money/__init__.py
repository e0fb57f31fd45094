"""Folios, departures, printing, reports, refills."""
