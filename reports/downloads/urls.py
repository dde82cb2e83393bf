"""Addresses of published snapshots and of their files. The converter `day` comes with `accounts.urls`."""

from django.urls import path

from reports.downloads.views import SnapshotFileView, SnapshotsView, SnapshotView

urlpatterns = [
    path("", SnapshotsView.as_view(), name="snapshots"),
    path("<day:week>/v<int:version>/", SnapshotView.as_view(), name="snapshot"),
    path("<day:week>/v<int:version>/<str:file>", SnapshotFileView.as_view(), name="snapshot_file"),
]
