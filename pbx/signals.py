"""Signals for the layers above. Receivers run inside the transaction of the change."""

from django.dispatch import Signal

# A command is done, failed, superseded or discarded. Arguments: command.
command_finished = Signal()

# The link to a PBX has changed its state. Arguments: link, before (the former state).
link_changed = Signal()

# The PBX has restarted: by its own report, or by its uptime. Arguments: pbx.
pbx_restarted = Signal()

# A phone's state must be checked later: the answer to a change was lost, and the PBX may still
# apply that change late. Arguments: pbx, extension.
phone_in_doubt = Signal()

# The list of the PBX's extensions was read (pbx/extension_list.py). Arguments: pbx,
# listed (number → status, in lower case), at (when the PBX was asked).
extensions_read = Signal()
