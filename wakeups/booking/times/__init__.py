"""Parsing times of day as people write them, for all forms of the desk.

Only what can be read in exactly one way is a time. What may be a time, or may mean two times, is a
fault of its line; nothing is guessed. The REST API takes only ``HH:MM``.

``plain``    normalizes digits, colons and spaces
``numerals`` numbers in words
``dayparts`` morning, 下午, 午後, 오전, abends: which hours each of them may have
``noise``    what is never a time: dates, prices, counts, telephone numbers
``grammar``  the ways of writing a time
``reading``  all of it, for a line, a cell, a field
"""

from wakeups.booking.times.reading import Reading, read_cell, read_line, read_time, read_times

__all__ = ["Reading", "read_cell", "read_line", "read_time", "read_times"]
