"""What the layer above may listen to. Receivers run inside the transaction that made it true."""

from django.dispatch import Signal

# A command is done, failed, superseded or discarded. Arguments: command.
command_finished = Signal()

# The link to a PBX changed its state. Arguments: link, before (the former state).
link_changed = Signal()
