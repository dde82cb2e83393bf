from accounts.models.breach import Breach
from accounts.models.closing import ClosingPlan, ClosingSettlement, ClosingStep, ClosureCertificate
from accounts.models.complaint import Complaint
from accounts.models.data_request import DataRequest, DataRequestEvent, RequestPause
from accounts.models.portal import Portal
from accounts.models.user import User

__all__ = [
    "Breach",
    "ClosingPlan",
    "ClosingSettlement",
    "ClosingStep",
    "ClosureCertificate",
    "Complaint",
    "DataRequest",
    "DataRequestEvent",
    "Portal",
    "RequestPause",
    "User",
]
