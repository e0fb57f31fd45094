"""What the layer above may listen to. Receivers run inside the transaction that made it true."""

from django.dispatch import Signal

# A command is done, failed, superseded or discarded. Arguments: command.
command_finished = Signal()

# The link to a PBX changed its state. Arguments: link, before (the former state).
link_changed = Signal()

# The PBX has started anew: by its own report, or by its uptime. Arguments: pbx.
pbx_restarted = Signal()

# What a phone got is to be looked at again later: the answer to a change that could also have
# come late was lost. Arguments: pbx, extension.
phone_in_doubt = Signal()

# The list of the PBX's extensions was read (pbx/extension_list.py). Arguments: pbx,
# listed (number → status, in lower case), at (when the PBX was asked).
extensions_read = Signal()
