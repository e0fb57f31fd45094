"""Stays: reservations, check-in, room move, check-out, attribution of charges."""
