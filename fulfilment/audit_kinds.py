"""What fulfilment writes into the audit record."""

from badgeportal.audit.kinds import declare

BATCH_CREATED = declare("batch_created", "orders", "badges", "held")
BATCH_CLOSED = declare("batch_closed", "orders", "badges", "file_sha256")
BATCH_SENT = declare("batch_sent", "orders")
BATCH_CANCELLED = declare("batch_cancelled", "orders")
TAKEN_OUT_OF_BATCH = declare("order_taken_out_of_batch", "batch", "reason")
DX_FILE_DOWNLOADED = declare("dx_file_downloaded", "orders", "file_sha256")
PICK_LIST_DOWNLOADED = declare("pick_list_downloaded", "orders")
TRACKING_IMPORTED = declare("tracking_imported", "rows", "new", "repeated", "unknown", "failed")
TRACKING_PROBLEMS_DOWNLOADED = declare("tracking_problems_downloaded", "rows")
PARCEL_RETURN_RECORDED = declare("parcel_return_recorded")
TAKEN_OUT_OF_HANDOVER = declare("taken_out_of_handover", "orders", "file_sha256")
