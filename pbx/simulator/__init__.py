"""A simulated S-Series PBX: the manual's API, telephones to play with, faults to switch on.

It shares no code with the client, so it cannot share the client's mistakes, and it needs no
Django: ``python -m pbx.simulator``.
"""

from pbx.simulator.server import Simulator

__all__ = ["Simulator"]
