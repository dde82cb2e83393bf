from fulfilment.models.batch import Batch
from fulfilment.models.consignment import Consignment
from fulfilment.models.disclosure import Disclosure
from fulfilment.models.tracking import TrackingEvent, TrackingImport, TrackingRow

__all__ = ["Batch", "Consignment", "Disclosure", "TrackingEvent", "TrackingImport", "TrackingRow"]
