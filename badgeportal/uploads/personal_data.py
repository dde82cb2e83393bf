"""What an upload holds about people: the encrypted file, and a few changes it would make, until the work is over."""

from badgeportal.inventory import Correction, Ending, Inventory, Period, Personal, Whose

_RETENTION = "Until the file is loaded, fails, is cancelled, or nobody has confirmed it for UPLOAD_HOURS (24)"

INVENTORY = Inventory()
INVENTORY.declare(
    "uploads.upload",
    searched=("file_name",),
    kept_for=(
        Period("UPLOAD_HOURS", "uploads.sweep_uploads", of="what nobody confirmed", unit="hours"),
        Period("UPLOAD_DAYS", "uploads.sweep_uploads", of="uploads that are over"),
    ),
    inside={"preview": {"*": "counts, and facts about places from CQC's public file; no address or person"}},
    personal={
        "file_name": Personal(
            what="Name of an uploaded file, in which somebody may be named",
            whose=Whose.LISTED_INBOX,
            purpose="Let staff tell their files apart",
            source="A member of staff, from CQC or DX",
            retention="UPLOAD_DAYS (365) after the end",
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            exported=False,
            correction=Correction.NEVER,
        ),
        "preview": Personal(
            what="A few of the changes that a file would make to the register",
            whose=Whose.LISTED_INBOX,
            purpose="Let a manager see what a file does before it does it",
            source="The uploaded file",
            retention=_RETENTION,
            erasure=Ending.KEEP,
            closing=Ending.BLANK,
            exported=False,
            correction=Correction.NEVER,
            why_kept="Facts about places as CQC publishes them, gone within UPLOAD_HOURS",
        ),
    },
    not_personal={
        "id": "a number of the record itself",
        "kind": "one of a fixed list",
        "state": "how far the work is",
        "file_size": "a number of bytes",
        "file_sha256": "a hash of a whole file, from which no line can be found",
        "actor": "an opaque account number",
        "created_at": "a time",
        "changed_at": "a time",
        "attempts": "a count",
        "rows_read": "a count",
        "phase": "one of our own phrases",
        "agreed": "yes or no about a file",
        "cancel_asked_at": "a time",
        "message": "one of our own sentences",
        "result_id": "an opaque number",
        "finished_at": "a time",
    },
)
INVENTORY.declare(
    "uploads.uploadpiece",
    personal={
        "sealed": Personal(
            what="A piece of an uploaded file, encrypted: listings and their email addresses, or what DX says of parcels",
            whose=Whose.LISTED_INBOX,
            purpose="Bring the file to the worker that loads it",
            source="A member of staff, from CQC or DX",
            retention=_RETENTION,
            erasure=Ending.KEEP,
            closing=Ending.DELETE_ROW,
            exported=False,
            correction=Correction.NEVER,
            why_kept="Encrypted, gone within UPLOAD_HOURS, and an erased address in it is left out when it is loaded",
        ),
    },
    not_personal={
        "id": "a number of the record itself",
        "upload": "the upload it is a piece of",
        "number": "its place in the file",
    },
)
