"""Bringing a hotel file into the database."""
