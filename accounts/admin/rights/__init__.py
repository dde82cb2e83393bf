"""The registers of data requests, complaints and breaches."""

from accounts.admin.rights.breach import BreachAdmin
from accounts.admin.rights.complaint import ComplaintAdmin
from accounts.admin.rights.data_request import DataRequestAdmin

__all__ = ["BreachAdmin", "ComplaintAdmin", "DataRequestAdmin"]
