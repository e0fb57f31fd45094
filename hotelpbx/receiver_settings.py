"""The settings of the receiver process: the project's settings with other URLs and middleware.

No middleware checks the ``Host`` header: the PBX sends it with a space (L421), and any value is
accepted on this port.
"""

from hotelpbx.settings import *  # noqa: F403

# Plain responses instead of debug pages, also in development.
DEBUG = False
ROOT_URLCONF = "hotelpbx.receiver_urls"
MIDDLEWARE = []
DATA_UPLOAD_MAX_MEMORY_SIZE = None
