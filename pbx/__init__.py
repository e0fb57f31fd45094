"""Speaks to the PBX and knows no hotel.

``errors``, ``transport`` and ``client`` are the way out, ``parsing`` is the way in; these and
``names`` are pure and need no database. What must last, and the work on it, is in ``models``
and the modules that use them.
"""
