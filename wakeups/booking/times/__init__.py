"""Times of day as people write them, in one place for every door of the desk.

What can be read in one way only is a time; what may be one, or may mean two, is a fault of the line
that names it. Nothing is guessed. The REST API takes ``HH:MM`` and nothing else.

``plain``    one way of writing: digits, colons, blanks
``numerals`` numbers in words
``dayparts`` morning, 下午, 午後, 오전, abends: which hours each of them may have
``noise``    what is never a time: dates, prices, counts, telephone numbers
``grammar``  the ways of writing a time
``reading``  all of it, for a line, a cell, a field
"""

from wakeups.booking.times.reading import Reading, read_cell, read_line, read_time, read_times

__all__ = ["Reading", "read_cell", "read_line", "read_time", "read_times"]
