"""A simulated week: what guests requested, what the phones did, and a referee."""
