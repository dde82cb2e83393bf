from accounts.models.portal import Portal
from accounts.models.user import User

__all__ = ["Portal", "User"]
