"""Alarms on the PBX: planned, placed, compared."""
