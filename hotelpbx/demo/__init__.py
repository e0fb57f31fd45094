"""A hotel day played with the real processes, from outside: over HTTP and the command line."""
