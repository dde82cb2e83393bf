from fulfilment.admin.batch import BatchAdmin
from fulfilment.admin.consignment import ConsignmentAdmin
from fulfilment.admin.tracking import TrackingImportAdmin

__all__ = ["BatchAdmin", "ConsignmentAdmin", "TrackingImportAdmin"]
