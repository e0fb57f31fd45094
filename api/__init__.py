"""The house for other programs: REST, version 1 (contract §4)."""
