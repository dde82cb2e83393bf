"""What data requests, complaints and the breach log hold about people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q

from badgeportal.inventory import Correction, Ending, Inventory, Period, Personal, Reach, Road, ToYou, Whose

_WITH_ACCOUNT = (
    "Until the person is erased or the portal closes; without an account REQUEST_CONTACT_DAYS (180) after the end"
)
_NAMES_NOBODY = "tells of an event in general words; the form takes no email address or phone number"
_ANSWER = "Answer the person’s request or complaint, and show that it was answered"
_STAFF = "Typed by staff from what the person said or wrote"

_WITHOUT_ACCOUNT = Period(
    "REQUEST_CONTACT_DAYS", "accounts.sweep_request_contacts", of="what was typed about a person without an account"
)


def _held(
    what: str,
    *,
    whose: Whose = Whose.ACCOUNT_HOLDER,
    source: str = _STAFF,
    recipients: tuple[str, ...] = ("APS",),
    telling: bool = False,
) -> Personal:
    return Personal(
        what=what,
        whose=whose,
        purpose=_ANSWER,
        source=source,
        retention=_WITH_ACCOUNT,
        erasure=Ending.BLANK,
        closing=Ending.BLANK,
        recipients=(*recipients, "DHSC, when the person complains"),
        restriction="used to answer the request itself",
        telling=telling,
    )


def _fact(what: str) -> Personal:
    return Personal(
        what=what,
        whose=Whose.ACCOUNT_HOLDER,
        purpose="Show that the request or complaint was answered in time",
        source="Written by the portal",
        retention="Until the portal closes; it names nobody once the person is erased",
        why_kept="Without a name, so that the register can show that every request and complaint was answered in time",
        erasure=Ending.KEEP,
        closing=Ending.KEEP,
        correction=Correction.NEVER,
    )


def _contact(what: str, *, recipients: tuple[str, ...] = ("APS",)) -> Personal:
    return _held(f"{what} of a person without an account", whose=Whose.RECIPIENT, recipients=recipients, telling=True)


_CONTACT = {
    "contact_name": _contact("Name"),
    "contact_email": _contact("Email address", recipients=("APS", "the mail service")),
    "contact_address": _contact("Postal address"),
    "listed_email": _held("Email address on a CQC listing whose owner asks", whose=Whose.LISTED_INBOX, telling=True),
}
_YOUR_CONTACT = {
    "contact_name": "Your name",
    "contact_email": "Your email address",
    "contact_address": "Your postal address",
    "listed_email": "Your email address on a CQC listing",
}
_ROW = {
    "id": "a number of the row itself",
    "account": "an opaque number",
    "order_ids": "opaque numbers of orders",
    "reminders": "a count of reminders to staff",
}
_INSIDE = {"order_ids": {"*": "opaque numbers of orders"}}
_ACTORS = dict.fromkeys(("opened_by", "closed_by"), "an opaque account number or the name of a job")


_FACTS_OF_A_REQUEST = {
    "kind": _fact("What a data request asked for"),
    "channel": _fact("How a data request came"),
    "ground": _fact("Why use of the data was to be limited"),
    "tell_recipients": _fact("Who else had to hear of a data request"),
    "recipients_told_on": _fact("When they were told"),
    "received_on": _fact("When a data request was received"),
    "opened_at": _fact("When a data request was written down"),
    "identity_asked_on": _fact("When we asked who the person is"),
    "identity_confirmed_on": _fact("When we knew who the person is"),
    "due_on": _fact("By when a data request had to be answered"),
    "extended_on": _fact("When more time was taken"),
    "extension_reason": _fact("Why more time was taken"),
    "state": _fact("What came of a data request"),
    "refusal_reason": _fact("Why a data request was refused"),
    "closed_at": _fact("When a data request was answered"),
}


_YOUR_REQUEST = {
    "words": "In your words",
    "extension_text": "What we told you about more time",
    "answer": "What we answered",
    "kind": "What you asked for",
    "channel": "How the request came",
    "ground": "Why the use of your data was to be limited",
    "tell_recipients": "Who else had to hear of it",
    "received_on": "When it came",
    "opened_at": "When it was written down",
    "identity_asked_on": "When we asked who you are",
    "identity_confirmed_on": "When we knew who you are",
    "due_on": "When our answer was due",
    "extended_on": "When we took more time",
    "extension_reason": "Why we took more time",
    "state": "What came of it",
    "refusal_reason": "Why we refused it",
    "closed_at": "When we answered",
}


def _roads(prefix: str = "") -> dict[Reach, Road]:
    def of_orders(order_ids: Sequence[Any]) -> Q:
        return Q(**{f"{prefix}order_ids__overlap": list(order_ids)})

    return {Reach.ACCOUNT: f"{prefix}account", Reach.ORDER: of_orders, Reach.ADDRESS: f"{prefix}listed_email"}


def declare_rights(inventory: Inventory) -> None:
    """Add the tables of this part to `inventory`."""
    _declare_requests(inventory)
    _declare_pauses(inventory)
    _declare_events(inventory)
    _declare_complaints(inventory)
    _declare_breaches(inventory)


def _declare_complaints(inventory: Inventory) -> None:
    inventory.declare(
        "accounts.complaint",
        kept_for=(_WITHOUT_ACCOUNT,),
        to_you=ToYou(
            "Your complaints about your data",
            _YOUR_CONTACT
            | {
                "words": "What you complained about, in your words",
                "findings": "What we found",
                "answer": "What we answered",
                "channel": "How the complaint came",
                "received_on": "When it came",
                "acknowledged_on": "When we told you that we have it",
                "investigated_from": "Since when we looked into it",
                "outcome": "What came of it",
                "opened_at": "When it was written down",
                "closed_at": "When we answered",
            },
        ),
        personal=_CONTACT
        | {
            "words": _held("What the person complains about, in their words"),
            "findings": _held("What we found when we looked into a complaint", source="Typed by staff"),
            "answer": _held("What the person was told about their complaint", source="Typed by staff"),
            "channel": _fact("How a complaint came"),
            "received_on": _fact("When a complaint was received"),
            "acknowledged_on": _fact("When a complaint was acknowledged"),
            "investigated_from": _fact("Since when a complaint was looked into"),
            "outcome": _fact("What came of a complaint"),
            "opened_at": _fact("When a complaint was written down"),
            "closed_at": _fact("When a complaint was answered"),
        },
        not_personal=_ROW | _ACTORS | {"request": "an opaque number"},
        reached=_roads(),
        inside=_INSIDE,
    )


def _declare_breaches(inventory: Inventory) -> None:
    texts = ("what", "risk_reason", "late_reason", "measures")
    about_an_event = ("happened_on", "noticed_at", "logged_at", "near_miss", "risk", "reported_at", "people_told_at")
    inventory.declare(
        "accounts.breach",
        not_personal={
            **dict.fromkeys(texts, _NAMES_NOBODY),
            **dict.fromkeys((*about_an_event, "closed_at", "reminders"), "about an event"),
            "id": "a number of the row itself",
            "people": "a count",
            "ico_reference": "a number of the ICO",
            "logged_by": "an opaque account number",
            "closed_by": "an opaque account number",
        },
        searched=texts,
        at_closing=dict.fromkeys(texts, "Removed when the portal closed."),
        # A breach that was judged keeps that it had a reason.
        with_it=dict.fromkeys(texts, "Removed when a person who was named here was erased."),
    )


def _declare_requests(inventory: Inventory) -> None:
    inventory.declare(
        "accounts.datarequest",
        kept_for=(_WITHOUT_ACCOUNT,),
        to_you=ToYou("Your requests about your data", _YOUR_CONTACT | _YOUR_REQUEST),
        personal=_CONTACT
        | {
            "words": _held("What the person asks for, in their words"),
            "extension_text": _held("What the person was told about more time", source="Typed by staff"),
            "answer": _held("What the person was told in the end", source="Typed by staff"),
        }
        | _FACTS_OF_A_REQUEST,
        not_personal=_ROW
        | _ACTORS
        | {
            "starts_on": "worked out from other dates",
            "limited_at": "a time",
            "limit_ends_on": "a day",
            "first_due_on": "worked out from other dates",
        },
        reached=_roads(),
        inside=_INSIDE,
    )


def _declare_pauses(inventory: Inventory) -> None:
    inventory.declare(
        "accounts.requestpause",
        kept_for=(_WITHOUT_ACCOUNT,),
        to_you=ToYou(
            "What we asked you about your requests",
            {"question": "What we asked", "from_on": "When we asked", "to_on": "When you answered"},
        ),
        personal={
            "question": _held("What we asked the person about their request", source="Typed by staff"),
            "from_on": _fact("When we asked the person about their request"),
            "to_on": _fact("When the person answered about their request"),
        },
        not_personal={
            "id": "a number of the row itself",
            "request": "an opaque number",
            "stops_clock": "a rule of law",
            "asked_by": "an opaque account number",
        },
        reached=_roads("request__"),
    )


def _declare_events(inventory: Inventory) -> None:
    inventory.declare(
        "accounts.datarequestevent",
        to_you=ToYou("What happened to your requests", {"kind": "What happened", "at": "When"}),
        personal={
            "kind": _fact("What happened to a data request"),
            "at": _fact("When it happened"),
        },
        not_personal={
            "id": "a number of the row itself",
            "request": "an opaque number",
            "reason": "one of a fixed list",
            "due_on": "worked out from other dates",
            "actor": "an opaque account number or the name of a job",
        },
        reached=_roads("request__"),
    )
