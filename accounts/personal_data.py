"""What accounts hold about people: our own tables here, those of the packages in `accounts/packages_data.py`."""

from __future__ import annotations

from accounts.packages_data import declare_packages
from badgeportal.inventory import Correction, Ending, Inventory, Personal, Whose

INVENTORY = Inventory()

_UNTIL_CLOSING = "Until the person is erased or the portal closes; a registration never confirmed goes after 7 days"
_REPLY = "Tell the person about their orders and let them sign in"


def _typed(
    what: str, purpose: str, *, ending: Ending = Ending.BLANK, recipients: tuple[str, ...] = ("APS",)
) -> Personal:
    return Personal(
        what=what,
        whose=Whose.ACCOUNT_HOLDER,
        purpose=purpose,
        source="Typed by the person",
        retention=_UNTIL_CLOSING,
        erasure=ending,
        closing=ending,
        recipients=recipients,
        correction=Correction.AT_ONCE,
    )


def _fact(what: str, purpose: str, *, ending: Ending = Ending.KEEP) -> Personal:
    return Personal(
        what=what,
        whose=Whose.ACCOUNT_HOLDER,
        purpose=purpose,
        source="Written by the portal",
        retention=_UNTIL_CLOSING,
        erasure=ending,
        closing=ending,
        correction=Correction.NEVER,
    )


INVENTORY.declare(
    "accounts.user",
    personal={
        "email": _typed("Email address", _REPLY, ending=Ending.NULL, recipients=("APS", "the mail service")),
        "name": _typed("Full name", "Address the person by their name"),
        "organisation": _typed("Organisation, which may be a person's own name", "Find the person when they call"),
        "phone": _typed("Phone number", "Call back about an order"),
        "password": Personal(
            what="Password, as a hash that it cannot be read from",
            whose=Whose.ACCOUNT_HOLDER,
            purpose="Let nobody else sign in",
            source="Typed by the person",
            retention=_UNTIL_CLOSING,
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            exported=False,
            correction=Correction.AT_ONCE,
        ),
        "last_login": _fact("When the person last signed in", "Notice misuse of an account", ending=Ending.NULL),
        "date_joined": _fact("When the person registered", "Delete registrations that are never confirmed"),
        "disabled_at": _fact("When signing in was stopped", "Keep a person out who asked for it or misused the portal"),
        "restricted_at": _fact("When use of the data was restricted", "Honour the right to restriction"),
        "anonymised_at": _fact("When the account was anonymised", "Prove that the person was erased"),
    },
    not_personal={
        "id": "an opaque number; nothing points from it to a person once the rest is gone",
        "is_superuser": "a switch that only the command line sets",
        "is_staff": "whether the account may see the staff pages",
        "is_active": "whether the account may sign in",
    },
)
INVENTORY.declare(
    "accounts.user_groups",
    personal={
        "group": _fact("Role of a member of staff", "Let staff do their work and no more", ending=Ending.DELETE_ROW)
    },
    not_personal={"id": "a number of the row itself", "user": "an opaque number"},
)
INVENTORY.declare(
    "accounts.user_user_permissions",
    personal={
        "permission": _fact(
            "Single right of a member of staff", "Not used: rights come with roles", ending=Ending.DELETE_ROW
        )
    },
    not_personal={"id": "a number of the row itself", "user": "an opaque number"},
)
INVENTORY.declare(
    "accounts.portal",
    not_personal={
        "id": "always 1",
        "ordering_open": "about the portal",
        "ordering_closes_at": "about the portal",
        "changed_at": "about the portal",
    },
)
declare_packages(INVENTORY)
