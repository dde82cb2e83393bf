"""What management information holds about people: nothing."""

from badgeportal.inventory import Inventory

INVENTORY = Inventory()
INVENTORY.declare("reports.managementinformation", not_personal={"id": "never written: the model has no table"})
