"""The hotel file: the one place that describes a property (contract §3).

``schema.py`` reads a file into checked tables, ``load.py`` brings them into the database.
"""
