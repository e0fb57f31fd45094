"""Booking wake-up calls: single requests, bulk lists, room lists."""
