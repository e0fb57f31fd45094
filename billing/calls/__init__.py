"""Phone calls: their legs, who pays for them, what they cost."""
