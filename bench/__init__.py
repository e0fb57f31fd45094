"""Benchmarks: programs, and what they share."""
