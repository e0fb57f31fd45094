"""Rules of the hotel file beyond one value."""
