"""Management information for DHSC. Only published, anonymised figures are ever stored here."""

from reports.models.permission import ManagementInformation
from reports.models.snapshot import Cell, PublishedTable, Snapshot

__all__ = ["Cell", "ManagementInformation", "PublishedTable", "Snapshot"]
