"""The durable log of what happened, in an order that a reader can follow."""
