"""Exporting rows as CSV files (docs/reports.md)."""

from billing.export.streaming import stream
from billing.export.tables import TABLES, Table

__all__ = ["TABLES", "Table", "stream"]
