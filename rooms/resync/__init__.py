"""Comparing the hotel with its PBX, and repairing what differs.

A phone may differ after a reboot, a restored backup, or a hand on the PBX's own pages. What the
hotel put there, or must have there, is repaired by itself; anything else is shown, and stays
until a person decides.
"""
