"""A season of a hotel as reports of its PBX, and the expected charges, computed separately.

Nothing here uses the project's own rating, attribution or parsing: money is integers and
fractions, time is seconds since 1970, and attribution follows docs/attribution.md.
"""
