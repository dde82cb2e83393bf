"""What the register and the checks hold about people, why, for how long, and what each right does to it."""

from __future__ import annotations

from badgeportal.inventory import GOES, Correction, Ending, Inventory, Period, Personal, Reach, ToYou, Whose
from verification.erasing import end_checks, listings_of, remember_erased_addresses
from verification.restricting import stop_inbox_mails

_UNTIL_ERASED = "Until the person is erased or the portal closes"
_STAFF_NUMBER = "an opaque number of a member of staff; the account behind it is overwritten on erasure"
_OWN_NUMBER = "a number of the record itself"

INVENTORY = Inventory()


def _listing(what: str) -> Personal:
    """Something about a place that may be one person's business, or their home."""
    return Personal(
        what=what,
        whose=Whose.LISTED_INBOX,
        purpose="Verify that an order is from a listed care provider",
        source="CQC's public register, or the contact extract that CQC gives APS",
        retention="Until CQC delists the place and no order refers to it, or the portal closes",
        # Taking it out here would last until the next monthly edition, and let no order of the place be verified.
        erasure=Ending.KEEP,
        closing=Ending.DELETE_ROW,
        correction=Correction.BY_STAFF,
        why_kept="CQC publishes it by law and sends it again each month; CQC itself can correct it",
    )


INVENTORY.declare(
    "verification.listing",
    reached={Reach.ADDRESS: listings_of},
    to_you=ToYou(
        "Places that CQC lists with your email address",
        {
            "name": "Name of the place",
            "provider_name": "Name of the provider",
            "address_line_1": "Address line 1",
            "address_line_2": "Address line 2",
        },
    ),
    inside={"service_types": {"*": "a fixed list of services"}},
    personal={
        "name": _listing("Name of the place, which may be a person's own name"),
        "provider_name": _listing("Name of the provider, which may be a person's own name"),
        "phone": _listing("Phone number of the place"),
        "address_line_1": _listing("Address of the place, which may be a home"),
        "address_line_2": _listing("Address of the place, which may be a home"),
        "town": _listing("Town of the place"),
        "county": _listing("County of the place"),
        "postcode": _listing("Postcode of the place"),
    },
    not_personal={
        "id": _OWN_NUMBER,
        "location_id": "CQC's public number of the place",
        "provider_id": "CQC's public number of the provider",
        "site_ods_code": "a public code of the place",
        "site_ods_code_from_extract": "which file the code came from",
        "region": "a region of England",
        "local_authority": "a council",
        "local_authority_code": "a council's code",
        "care_home": "yes or no about a place",
        "beds": "a number of beds",
        "service_types": "a fixed list of services",
        "dormant": "yes or no about a place",
        "status": "one of a fixed list",
        "closed_at": "a time",
        "source": "the import it came with",
        "changed_at": "a time",
    },
)
INVENTORY.declare(
    "verification.providercode",
    at_closing=GOES,
    not_personal={
        "id": _OWN_NUMBER,
        "provider_id": "CQC's public number of the provider",
        "ods_code": "a public code of the provider",
        "source": "the import it came with",
    },
)
INVENTORY.declare(
    "verification.listedemail",
    reached={Reach.ADDRESS: "email"},
    to_you=ToYou("Your email address on CQC listings", {"email": "Email address"}),
    personal={
        "email": Personal(
            what="Email address on a CQC listing",
            whose=Whose.LISTED_INBOX,
            purpose="Verify that an order is from a listed care provider, and ask the listed inbox to confirm one",
            source="The contact extract that CQC gives APS",
            retention="Until an edition comes without it, its owner has it erased, or the portal closes",
            erasure=Ending.DELETE_ROW,
            closing=Ending.DELETE_ROW,
            recipients=("APS", "the mail service"),
        )
    },
    not_personal={
        "id": _OWN_NUMBER,
        "location_id": "CQC's public number of the place",
        "provider_id": "CQC's public number of the provider",
        "source": "the import it came with",
    },
)
INVENTORY.declare(
    "verification.erasedemaildigest",
    personal={
        "digest": Personal(
            what="Keyed digest of an erased email address",
            whose=Whose.LISTED_INBOX,
            purpose="Keep the next import from bringing the address back",
            source="Worked out when the address was erased",
            retention="Until the portal closes",
            erasure=Ending.KEEP,
            closing=Ending.DELETE_ROW,
            exported=False,
            correction=Correction.NEVER,
            why_kept="Without it the next edition of the extract would bring the address back",
        )
    },
    not_personal={"id": _OWN_NUMBER, "erased_at": "a time"},
)
INVENTORY.declare(
    "verification.registerimport",
    searched=("file_name",),
    personal={
        "file_name": Personal(
            what="Name of a file of the register, in which somebody may be named",
            whose=Whose.LISTED_INBOX,
            purpose="Let staff tell their files apart",
            source="A member of staff, from CQC",
            retention="Until the portal closes",
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            exported=False,
            correction=Correction.NEVER,
        )
    },
    not_personal={
        "id": _OWN_NUMBER,
        "kind": "one of a fixed list",
        "state": "one of a fixed list",
        "file_sha256": "a digest of the whole file",
        "edition": "a date",
        "rows": "a count",
        "new": "a count",
        "changed": "a count",
        "unchanged": "a count",
        "closed": "a count",
        "out_of_scope": "a count",
        "failed": "a count",
        "message": "a sentence of our own about the file, without values from it",
        "actor": "an opaque account number or the name of a job; the account behind it is overwritten on erasure",
        "started_at": "a time",
        "finished_at": "a time",
    },
)
INVENTORY.declare(
    "verification.failedrow",
    to_you=ToYou("Rows of CQC’s files that could not be read", {"value": "What stood in the row"}),
    kept_for=(Period("FAILED_ROW_DAYS", "verification.sweep_failed_rows"),),
    searched=("value",),
    personal={
        "value": Personal(
            what="A value of a row that could not be loaded, which may be an email address or a phone number",
            whose=Whose.LISTED_INBOX,
            purpose="Mend the row",
            source="The file that was loaded",
            retention="FAILED_ROW_DAYS (90)",
            erasure=Ending.BLANK,
            closing=Ending.DELETE_ROW,
        )
    },
    not_personal={
        "id": _OWN_NUMBER,
        "register_import": "the import it belongs to",
        "row_number": "a number of a row",
        "column": "the name of a column",
        "reason": "a sentence of our own, without values from the file",
    },
)
INVENTORY.declare(
    "verification.assessment",
    at_closing={"listing": None},
    inside={"reasons": {"*": "from a fixed list"}},
    not_personal={
        "id": _OWN_NUMBER,
        "order": "the order it is about",
        "at": "a time",
        "inputs_digest": "a digest of codes, numbers, a postcode and yes-or-no facts; no email goes into it",
        "outcome": "one of a fixed list",
        "reasons": "from a fixed list",
        "listing": "the listing that matched",
        "badges_together": "a number of badges",
        "actor": "the name of a job",
    },
)


_WORDS_KEPT = "QUESTION_DAYS_KEPT (180) after the order was decided, or until the person is erased or the portal closes"


def _evidence(what: str, *, retention: str = _UNTIL_ERASED) -> Personal:
    return Personal(
        what=what,
        whose=Whose.ACCOUNT_HOLDER,
        purpose="Check by a person that an order is from a social care provider",
        source="Written by an officer at APS",
        retention=retention,
        erasure=Ending.BLANK,
        closing=Ending.BLANK,
        correction=Correction.NEVER,
    )


INVENTORY.declare(
    "verification.manualcheck",
    reached={Reach.ACCOUNT: "order__account", Reach.ORDER: "order"},
    shown_with=("order__reference", "opened_at", "closed_at", "decision"),
    to_you=ToYou(
        "How a person checked an order",
        {
            "order__reference": "Order",
            "opened_at": "Since when it waited for a person",
            "closed_at": "When the check ended",
            "decision": "Decision",
            "address_evidence": "How the postal address was checked",
            "phone_evidence": "How the phone number was checked",
            "sources": "Where they looked",
            "note": "Their note for colleagues",
        },
    ),
    searched=("address_evidence", "phone_evidence", "sources", "note"),
    inside={"reasons": {"*": "from a fixed list"}},
    personal={
        "address_evidence": _evidence("How the postal address of an order was checked"),
        "phone_evidence": _evidence("How the phone number of an order was checked"),
        "sources": _evidence("Where an officer looked"),
        "note": _evidence("An officer's note for colleagues"),
    },
    not_personal={
        "id": _OWN_NUMBER,
        "order": "the order it is about",
        "assessment": "the automatic attempt that led to it",
        "reasons": "from a fixed list",
        "opened_at": "a time",
        "claimed_by": _STAFF_NUMBER,
        "claimed_until": "a time",
        "decision": "one of a fixed list",
        "refusal_reason": "one of a fixed list",
        "decided_by": _STAFF_NUMBER,
        "second_person_asked_by": _STAFF_NUMBER,
        "closed_at": "a time",
        "closed_without_decision": "one of a fixed list",
    },
)
INVENTORY.declare(
    "verification.question",
    kept_for=(Period("QUESTION_DAYS_KEPT", "verification.sweep_links_and_questions", of="words of decided orders"),),
    reached={Reach.ACCOUNT: "check_asked_in__order__account", Reach.ORDER: "check_asked_in__order"},
    searched=("text", "answer"),
    shown_with=("check_asked_in__order__reference", "asked_at", "answered_at"),
    to_you=ToYou(
        "What we asked you about an order",
        {
            "check_asked_in__order__reference": "Order",
            "asked_at": "When we asked",
            "answered_at": "When you answered",
            "text": "What we asked",
            "answer": "What you answered",
        },
    ),
    personal={
        "text": _evidence("What an officer asked the person about their order", retention=_WORDS_KEPT),
        "answer": Personal(
            what="What the person answered to an officer's question about their order",
            whose=Whose.ACCOUNT_HOLDER,
            purpose="Check by a person that an order is from a social care provider",
            source="Typed by the person who ordered",
            retention=_WORDS_KEPT,
            erasure=Ending.BLANK,
            closing=Ending.BLANK,
            correction=Correction.NEVER,
        ),
    },
    not_personal={
        "id": _OWN_NUMBER,
        "check_asked_in": "the check it was asked in",
        "asked_by": _STAFF_NUMBER,
        "asked_at": "a time",
        "reminded_at": "a time",
        "answered_at": "a time",
        "ended_at": "a time",
    },
)
INVENTORY.declare(
    "verification.listedinboxlink",
    kept_for=(
        Period("INBOX_LINK_DAYS", "verification.sweep_links_and_questions", of="links that do not work any more"),
    ),
    at_closing={"listing": None},
    not_personal={
        "id": _OWN_NUMBER,
        "order": "the order it is about",
        "listing": "the listing whose inbox was asked",
        "token_digest": "a digest of a random token",
        "sent_at": "a time",
        "expires_at": "a time",
        "used_at": "a time",
    },
)
INVENTORY.settle_before_restricting(stop_inbox_mails)
INVENTORY.settle_before_erasing(end_checks)
INVENTORY.settle_before_erasing(remember_erased_addresses)
