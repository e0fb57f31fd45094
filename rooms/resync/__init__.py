"""Comparing the hotel with its PBX, and repairing what differs.

A phone may differ after a reboot, a restored backup, or a change in the PBX's own web interface.
What the hotel has set, or requires, is repaired automatically; anything else is shown and stays
until a person decides.
"""
