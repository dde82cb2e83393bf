"""What the record of erasures holds about people: opaque numbers and keyed digests, so that an erasure can be done again."""

from badgeportal.inventory import GOES, Inventory

INVENTORY = Inventory()
INVENTORY.declare(
    "privacy.erasureledgerentry",
    not_personal={
        "id": "a random number, which is also the receipt's",
        "at": "a time",
        "actor": "an opaque account number or the name of a job; the account behind it is overwritten on erasure",
        "account_ids": "opaque numbers of accounts that hold nothing any more",
        "order_ids": "opaque numbers of orders that hold nothing about their recipient any more",
        "address_digests": "keyed digests, from which no address can be found without the key",
        "counts": "numbers of rows by table",
        "replayed_at": "a time",
    },
    # Nobody is left who could be erased again.
    at_closing=GOES,
    inside={
        "account_ids": {"*": "opaque numbers"},
        "order_ids": {"*": "opaque numbers"},
        "address_digests": {"*": "keyed digests"},
        "counts": {"*": "a number of rows, by name of the table"},
    },
)
INVENTORY.declare(
    "privacy.pendingerasure",
    at_closing=GOES,
    not_personal={
        "id": "a number of the row itself",
        "account_id": "an opaque number",
        "order_id": "an opaque number",
        "asked_at": "a time",
        "actor": "an opaque account number",
        "also_listed": "yes or no about what was asked for",
    },
)
