"""The settings of the receiver process: the same house, another door.

No middleware that looks at the ``Host`` header: the PBX sends it with a space (L421), and any
value is accepted on this port.
"""

from hotelpbx.settings import *  # noqa: F403

# Its own plain answers also while the rest is being developed.
DEBUG = False
ROOT_URLCONF = "hotelpbx.receiver_urls"
MIDDLEWARE = []
DATA_UPLOAD_MAX_MEMORY_SIZE = None
