"""Wake-up calls at the desk: the board, its paper, the log, and lists of many."""
