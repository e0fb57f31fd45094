"""The hotel file: the one place that describes a property (docs/hotel-file.md).

``schema.py`` reads a file into checked tables, ``loading/`` writes them into the database.
"""
