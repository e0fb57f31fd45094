"""A simulated S-Series PBX: the manual's API, simulated telephones, and faults for tests.

It shares no code with the client, so it cannot share the client's mistakes, and it runs without
Django: ``python -m pbx.simulator``.
"""

from pbx.simulator.server import Simulator

__all__ = ["Simulator"]
