"""Tracking files that staff upload: a worker reads them in."""

from __future__ import annotations

from badgeportal.uploads.job import Job
from badgeportal.uploads.kinds import Kind, declare
from fulfilment.faults import TrackingFileRefused
from fulfilment.tracking.importing import import_tracking
from orders.lifecycle import Who


def load_uploaded(job: Job) -> None:
    """Read the uploaded tracking file in for the person who gave it."""
    import_tracking(
        content=job.content(), file_name=job.upload.file_name, actor=job.actor, by=Who.STAFF, now=job.now,
        progress=job.progress, written=job.written,
    )  # fmt: skip


TRACKING = declare(
    Kind(
        key="tracking",
        title="Tracking file",
        permission="fulfilment.import_tracking",
        load=load_uploaded,
        result_page="admin:fulfilment_trackingimport_change",
        refusals=(TrackingFileRefused,),
    )
)
