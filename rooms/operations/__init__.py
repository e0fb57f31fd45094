"""Running the hotel: attention list, status checks, jobs, retention."""
