"""Feature codes: what is dialed at a room's phone to tell the hotel something."""
