"""The accounts' pages for staff."""

from accounts.admin.closing import ClosingPlanAdmin
from accounts.admin.people import PersonAdmin
from accounts.admin.portal import PortalAdmin
from accounts.admin.rights import BreachAdmin, ComplaintAdmin, DataRequestAdmin

__all__ = ["BreachAdmin", "ClosingPlanAdmin", "ComplaintAdmin", "DataRequestAdmin", "PersonAdmin", "PortalAdmin"]
