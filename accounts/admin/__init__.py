"""The accounts' pages for staff."""

from accounts.admin.people import PersonAdmin
from accounts.admin.portal import PortalAdmin

__all__ = ["PersonAdmin", "PortalAdmin"]
