"""The interface to the PBX; knows nothing of hotels.

``errors`` and ``client`` send requests, ``reports.parsing`` reads reports; these and ``names`` need
no database. What must be kept is in ``models``: commands that wait to be sent (``outbox``,
``delivery``), reports that were received (``reports``), the shared session and the link's state.
"""
