"""A hotel day with the real processes, played over HTTP and the command line; and ``bin/dev``."""
