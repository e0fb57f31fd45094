"""Rules of the hotel file beyond a single value."""
