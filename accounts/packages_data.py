"""What the tables of Django and allauth hold about people. Nobody else declares them, and they hold addresses too."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import apps
from django.db.models import Q

from badgeportal.inventory import Correction, Ending, Inventory, Period, Personal, Reach, ToYou, Whose


def _gone_with_row(
    what: str, purpose: str, retention: str, *, source: str, whose: Whose = Whose.ACCOUNT_HOLDER, exported: bool = True
) -> Personal:
    return Personal(
        what=what,
        whose=whose,
        purpose=purpose,
        source=source,
        retention=retention,
        erasure=Ending.DELETE_ROW,
        closing=Ending.DELETE_ROW,
        exported=exported,
        correction=Correction.NEVER,
    )


def _sessions_of(account_ids: Sequence[int]) -> Q:
    known = apps.get_model("usersessions.usersession")._base_manager.filter(user__in=list(account_ids))
    return Q(session_key__in=known.values("session_key"))


_ACCOUNT = "As long as the account"
_SESSION = "Until the person signs out, or 8 hours"
_SESSION_PERIOD = Period("SESSION_COOKIE_AGE", "accounts.sweep_sessions", unit="seconds")
_BROWSER = "Sent by the person's browser"


# Installed apps that have no table of their own.
_WITHOUT_TABLES = {
    "badgeportal.govuk": "parts of pages",
    "allauth": "the common part of the two below it, without a table",
    "django.contrib.messages": "notices shown once, kept in the session, whose table is declared",
    "django.contrib.staticfiles": "files that we wrote",
    "django.contrib.humanize": "spelling of numbers",
    "django.contrib.postgres": "kinds of columns",
    "localflavor": "checks of postcodes",
    "phonenumber_field": "a kind of column for phone numbers",
    "health_check": "looks whether the servers answer; its write test is not used",
    "csp": "a header of each answer",
    "django_structlog": "ties log lines together by a random number; the logs hold no personal data",
    "zeal": "tests only: finds queries in a loop",
    "sampledata": "made-up people, in local trials only",
}


def declare_packages(inventory: Inventory) -> None:
    """Put the tables of every package in use into `inventory`."""
    _declare_addresses(inventory)
    _declare_second_step(inventory)
    _declare_sessions(inventory)
    _declare_django(inventory)


def _declare_addresses(inventory: Inventory) -> None:
    confirm = "Know which address is confirmed: only that one is compared with the CQC register"
    inventory.declare(
        "account.emailaddress",
        reached={Reach.ACCOUNT: "user"},
        to_you=ToYou("Your email address", {"verified": "Whether you confirmed it"}),
        personal={
            "email": Personal(
                what="Email address",
                whose=Whose.ACCOUNT_HOLDER,
                purpose=confirm,
                source="Typed by the person",
                retention=_ACCOUNT,
                erasure=Ending.DELETE_ROW,
                closing=Ending.DELETE_ROW,
                correction=Correction.AT_ONCE,
                telling=True,
            ),
            "verified": _gone_with_row(
                "Whether the address is confirmed", confirm, _ACCOUNT, source="Written by the portal"
            ),
        },
        not_personal={
            "id": "a number of the row itself",
            "user": "an opaque number",
            "primary": "which of several addresses is used; there is one",
        },
    )
    inventory.declare(
        "account.emailconfirmation",
        not_personal={
            "id": "never written: addresses are confirmed by a code that is kept in the session",
            "email_address": "never written",
            "created": "never written",
            "sent": "never written",
            "key": "never written",
        },
    )


def _declare_second_step(inventory: Inventory) -> None:
    second = "Let nobody sign in with a stolen password"
    inventory.declare(
        "mfa.authenticator",
        reached={Reach.ACCOUNT: "user"},
        to_you=ToYou(
            "Your second step for signing in",
            {"type": "Kind", "data": "Its secret, in a form that nobody can read; the name of a security key"},
        ),
        inside={"data": {"*": "an encrypted secret, recovery codes, or the public key and name of a security key"}},
        personal={
            "type": _gone_with_row("Kind of second step", second, _ACCOUNT, source="Chosen by the person"),
            "data": _gone_with_row(
                "Encrypted secret of an authenticator app or recovery codes; public key and name of a security key",
                second,
                _ACCOUNT,
                source="Made by the portal or the person's security key",
                exported=False,
            ),
            "created_at": _gone_with_row("When it was set up", second, _ACCOUNT, source="Written by the portal"),
            "last_used_at": _gone_with_row("When it was last used", second, _ACCOUNT, source="Written by the portal"),
        },
        not_personal={"id": "a number of the row itself", "user": "an opaque number"},
    )


def _declare_sessions(inventory: Inventory) -> None:
    devices = "Show people where they are signed in, and end all of it at once"
    inventory.declare(
        "usersessions.usersession",
        kept_for=(_SESSION_PERIOD,),
        reached={Reach.ACCOUNT: "user"},
        to_you=ToYou(
            "Where you are signed in",
            {
                "ip": "Internet address",
                "created_at": "When you signed in",
                "last_seen_at": "When you last opened a page there",
            },
        ),
        inside={"data": {"*": "never written"}},
        personal={
            "ip": _gone_with_row("Internet address signed in from", devices, _SESSION, source=_BROWSER),
            "user_agent": _gone_with_row("Kind of browser", devices, _SESSION, source=_BROWSER),
            "created_at": _gone_with_row(
                "When the person signed in", devices, _SESSION, source="Written by the portal"
            ),
            "last_seen_at": _gone_with_row(
                "When the person last opened a page", devices, _SESSION, source="Written by the portal"
            ),
        },
        not_personal={
            "id": "a number of the row itself",
            "user": "an opaque number",
            "session_key": "a random text",
            "data": "never written",
        },
    )
    inventory.declare(
        "sessions.session",
        kept_for=(_SESSION_PERIOD,),
        reached={Reach.ACCOUNT: _sessions_of},
        to_you=ToYou(
            "What we remember between two pages", {"session_data": "That it is you, in a form that nobody can read"}
        ),
        personal={
            "session_data": _gone_with_row(
                "Encrypted: who is signed in; while registering also the address and the code that was mailed",
                "Know from one page to the next who is signed in",
                _SESSION,
                source="Typed by the person, and written by the portal",
                exported=False,
            )
        },
        not_personal={"session_key": "a random text", "expire_date": "a time"},
    )


def _declare_django(inventory: Inventory) -> None:
    inventory.declare(
        "admin.logentry",
        not_personal=dict.fromkeys(
            ("id", "action_time", "user", "content_type", "object_id", "object_repr", "action_flag", "change_message"),
            "never written: staff change things through actions, which write the audit record",
        ),
    )
    inventory.declare(
        "auth.permission", not_personal=_same("the list of rights", "id", "name", "content_type", "codename")
    )
    inventory.declare("auth.group", not_personal=_same("the list of roles", "id", "name"))
    inventory.declare(
        "auth.group_permissions", not_personal=_same("which role has which right", "id", "group", "permission")
    )
    for package, why in _WITHOUT_TABLES.items():
        inventory.holds_nothing(package, why)
    inventory.declare("contenttypes.contenttype", not_personal=_same("the list of tables", "id", "app_label", "model"))


def _same(why: str, *names: str) -> dict[str, str]:
    return dict.fromkeys(names, why)
