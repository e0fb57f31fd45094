"""How large a request body may be, on each of the two ports."""

from typing import Final

# The largest upload at the front desk is a logo.
MAX_WEB_BODY: Final = 4 * 1024 * 1024
MAX_REPORT_BODY: Final = 1024 * 1024
