"""The HTTP servers of both ports: a request takes a thread only once it is complete."""
