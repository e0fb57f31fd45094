"""A database made by an earlier version, and what programs outside know of the house."""
