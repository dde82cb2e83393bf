"""What portal managers see of management information: published snapshots, and editions of the Postcode Directory."""

from reports.admin.postcodes import PostcodeEditionAdmin
from reports.admin.snapshots import SnapshotAdmin

__all__ = ["PostcodeEditionAdmin", "SnapshotAdmin"]
