"""What the outbox holds about people: an encrypted address and code, until the mail is gone."""

from badgeportal.inventory import Correction, Ending, Inventory, Period, Personal, Reach, ToYou, Whose
from badgeportal.outbox.forgetting import (
    cancel_before_restricting,
    cancel_waiting,
    sealed_to_accounts,
    sealed_to_addresses,
)

INVENTORY = Inventory()
INVENTORY.declare(
    "outbox.outboxmessage",
    reached={Reach.ACCOUNT: sealed_to_accounts, Reach.ADDRESS: sealed_to_addresses},
    to_you=ToYou("Emails that have not gone yet", {"sealed_payload": "Your address and the code or link, encrypted"}),
    kept_for=(Period("OUTBOX_DAYS", "outbox.sweep_mails", of="mails that are over"),),
    # A mail without its sealed part has nothing to say any more.
    with_it={"state": "cancelled", "claimed_at": None},
    personal={
        "sealed_payload": Personal(
            what="Encrypted address and one-time code or link of a mail that has not gone yet",
            whose=Whose.LISTED_INBOX,
            purpose="Confirm an address, reset a password, or ask a listed inbox to confirm an order",
            source="Typed by the person, or the listing",
            retention="Until the mail is sent or the code expires, whichever comes first",
            erasure=Ending.NULL,
            closing=Ending.NULL,
            recipients=("APS", "the mail service"),
            exported=False,
            correction=Correction.NEVER,
        ),
    },
    not_personal={
        "id": "a number of the row itself",
        "template": "which mail it is, one of a fixed list",
        "subject_type": "the kind of record it is about",
        "subject_id": "an opaque number",
        "payload_expires_at": "when the sealed part is destroyed",
        "state": "how far the mail has come",
        "attempts": "a count",
        "next_attempt_at": "a time",
        "claimed_at": "a time",
        "sent_at": "a time",
        "last_error": "the kind of error only",
        "created_at": "a time",
    },
)
INVENTORY.settle_before_erasing(cancel_waiting)
INVENTORY.settle_before_restricting(cancel_before_restricting)
