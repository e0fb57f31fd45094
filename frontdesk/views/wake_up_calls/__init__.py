"""Wake-up calls: the board, single calls, bulk lists."""
