"""Stays: reservations, check-in, move, check-out, attribution, locking."""
