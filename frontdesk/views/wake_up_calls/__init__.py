"""Wake-up calls: the board, single requests, lists."""
