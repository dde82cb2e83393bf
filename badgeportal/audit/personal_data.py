"""What the audit record holds about people: nothing but opaque numbers."""

from badgeportal.inventory import Inventory

INVENTORY = Inventory()
INVENTORY.declare(
    "audit.auditevent",
    not_personal={
        "id": "a number of the record itself",
        "at": "when it happened",
        "kind": "one of a fixed list",
        "actor": "an opaque account number or the name of a job; the account behind it is overwritten on erasure",
        "subject_type": "the kind of record",
        "subject_id": "an opaque number",
        "details": "only declared keys, none of which takes personal data (badgeportal/audit/kinds.py)",
    },
)
