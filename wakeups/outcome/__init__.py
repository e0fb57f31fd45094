"""What became of a wake-up call: reports, observations, assessment."""
