"""The phones of rooms: provisioning, assignment, barring, do-not-disturb."""
