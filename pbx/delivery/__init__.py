"""Delivering the outbox: claim the heads of the lanes, speak to the PBX, note the outcome."""

from pbx.delivery.run import deliver_due, release_stale

__all__ = ["deliver_due", "release_stale"]
