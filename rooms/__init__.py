"""The hotel: properties, rooms, phones, guests, stays, housekeeping."""
