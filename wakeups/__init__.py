"""Wake-up calls: what was promised, what the PBX was told, what became of it."""
