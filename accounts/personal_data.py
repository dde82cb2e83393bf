"""What accounts hold about people: our own tables here, those of the packages in `accounts/packages_data.py`."""

from __future__ import annotations

from accounts.closing.waiting import rights_under_way
from accounts.closing_data import declare_closing
from accounts.packages_data import declare_packages
from accounts.rights_data import declare_rights
from accounts.settling import end_change_of_address, end_open_forms
from badgeportal.inventory import NOW, Correction, Ending, Inventory, Period, Personal, Reach, ToYou, Whose

INVENTORY = Inventory()

_UNTIL_CLOSING = "Until the person is erased or the portal closes; a registration never confirmed goes after 7 days"
_REPLY = "Tell the person about their orders and let them sign in"


def _typed(
    what: str,
    purpose: str,
    *,
    ending: Ending = Ending.BLANK,
    recipients: tuple[str, ...] = ("APS",),
    telling: bool = False,
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
        telling=telling,
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
        why_kept="Times beside a number that names nobody, which the counts need",
    )


INVENTORY.declare(
    "accounts.user",
    kept_for=(Period("UNCONFIRMED_ACCOUNT_DAYS", "accounts.sweep_unconfirmed", of="registrations never confirmed"),),
    reached={Reach.ACCOUNT: "pk"},
    to_you=ToYou(
        "Your account",
        {
            "password": "Your password, in a form that nobody can read",
            "last_login": "When you last signed in",
            "date_joined": "When you registered",
            "restricted_at": "Since when we do not use your data",
            "restriction_ends_on": "Until when we do not use your data",
        },
    ),
    # The row stays, and nobody can sign in with it or find it as a member of staff.
    with_it={
        "anonymised_at": NOW,
        "disabled_at": NOW,
        "is_active": False,
        "is_staff": False,
        "is_superuser": False,
        # No hash: Django's mark of an account without a password.
        "password": "!",
    },
    personal={
        "email": _typed(
            "Email address", _REPLY, ending=Ending.NULL, recipients=("APS", "the mail service"), telling=True
        ),
        "name": _typed("Full name", "Address the person by their name", telling=True),
        "organisation": _typed("Organisation, which may be a person's own name", "Find the person when they call"),
        "phone": _typed("Phone number", "Call back about an order", telling=True),
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
        "restriction_ends_on": _fact("When the restriction ends", "Tell the person before their data is used again"),
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
    reached={Reach.ACCOUNT: "user"},
    to_you=ToYou("Your role as a member of staff", {"group": "Role"}),
    personal={
        "group": _fact("Role of a member of staff", "Let staff do their work and no more", ending=Ending.DELETE_ROW)
    },
    not_personal={"id": "a number of the row itself", "user": "an opaque number"},
)
INVENTORY.declare(
    "accounts.user_user_permissions",
    reached={Reach.ACCOUNT: "user"},
    to_you=ToYou("Your rights as a member of staff", {"permission": "Right"}),
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
declare_closing(INVENTORY)
declare_packages(INVENTORY)
declare_rights(INVENTORY)
INVENTORY.settle_before_erasing(end_change_of_address)
INVENTORY.settle_before_erasing(end_open_forms)
INVENTORY.says_what_holds_closing(rights_under_way)
