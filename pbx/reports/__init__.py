"""Reports of the PBX: received, kept in the inbox, parsed, dispatched to handlers."""
