"""A season of a hotel as reports of its PBX, and what it must come to, reckoned apart.

Nothing here uses the project's own rating, attribution or parsing: money is integers and
fractions, time is seconds since 1970, and whose charge it is follows contract §5.
"""
