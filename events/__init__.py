"""The durable event log, in an order that readers can follow."""
