"""Reports of the PBX: received, stored in the inbox, parsed, dispatched to handlers."""
