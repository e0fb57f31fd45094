"""Wake-up calls at the desk: board, printed list, log."""
