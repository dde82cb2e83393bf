"""Who outside the portal was given data of a person, and so must hear when it is corrected, limited or erased (Article 19)."""

from __future__ import annotations

from badgeportal.inventory import inventories
from badgeportal.privacy.subject import DataSubject


def recipients_of(subject: DataSubject) -> set[str]:
    """Who outside the portal was given data of `subject`."""
    return {name for inventory in inventories() for function in inventory.told for name in function(subject)}
