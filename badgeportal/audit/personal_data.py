"""What the audit record holds about people: nothing but opaque numbers."""

from badgeportal.inventory import Inventory, Period

# What each key of `details` holds, over all kinds of event. A key that is not here fails the tests.
DETAILS = {
    "after": "a role",
    "agreed": "yes or no about a file",
    "badges": "a count",
    "batch": "the number of a batch",
    "before": "roles",
    "change": "one of a fixed list",
    "changed": "a count",
    "closed": "a count",
    "closes_at": "a time",
    "decision": "one of a fixed list",
    "expected": "a count",
    "failed": "a count",
    "fault": "one of a fixed list",
    "fields": "names of fields, never what stands in them",
    "file_sha256": "a hash of a whole file",
    "format": "one of a fixed list",
    "found": "a count",
    "held": "a count",
    "ids": "numbers of the records that a page showed",
    "new": "a count",
    "open": "yes or no about the portal",
    "order": "the number of an order",
    "orders": "a count",
    "out_of_scope": "a count",
    "page": "the name of a page",
    "reason": "one of a fixed list",
    "receipt": "the random number of an erasure",
    "refusal_reason": "one of a fixed list",
    "repeated": "a count",
    "result": "one of a fixed list, or the number of a record",
    "role": "a role",
    "rows": "a count",
    "sent": "a count",
    "sessions_ended": "a count",
    "sha256": "a hash of a whole file",
    "size": "a number of bytes",
    "state": "one of a fixed list",
    "table": "the name of a table of published figures",
    "template": "the name of a mail",
    "unchanged": "a count",
    "unknown": "a count",
}

INVENTORY = Inventory()
INVENTORY.declare(
    "audit.auditevent",
    inside={"details": DETAILS},
    kept_for=(Period("AUDIT_SEEN_DAYS", "audit.sweep_pages_seen", of="notes of who was shown a page"),),
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
