"""A simulated week: what guests wished for, what the phones did, and who is to judge it."""
