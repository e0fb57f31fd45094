"""Delivery of the outbox: claim the head of each lane, call the PBX, store the outcome."""

from pbx.delivery.run import deliver_due, release_stale

__all__ = ["deliver_due", "release_stale"]
