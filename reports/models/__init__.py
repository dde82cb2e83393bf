"""Management information for DHSC. Only published, anonymised figures are ever stored here, and where postcodes lie."""

from reports.models.forecast import Forecast, ForecastWeek
from reports.models.permission import ManagementInformation
from reports.models.picture import ChartPicture
from reports.models.place import AreaName, PostcodeEdition, PostcodePlace
from reports.models.request import SnapshotRequest
from reports.models.snapshot import Cell, PublishedTable, Snapshot

__all__ = [
    "AreaName",
    "Cell",
    "ChartPicture",
    "Forecast",
    "ForecastWeek",
    "ManagementInformation",
    "PostcodeEdition",
    "PostcodePlace",
    "PublishedTable",
    "Snapshot",
    "SnapshotRequest",
]
