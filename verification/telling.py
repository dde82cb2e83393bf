"""What a provider is told about the check of their order: which part did not match, never what would have matched."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

from django.conf import settings
from django.template.loader import get_template

from orders.lifecycle import UNDECIDED_STATES, State
from orders.models import Order
from verification.checking.asking import answer_by, open_question
from verification.inbox_links import listing_to_ask
from verification.models import ListedInboxLink, ManualCheck, Reason, RefusalReason

# Codes are public; of the listed email nothing is said but that the account's is not it, whether there is one or not.
_WHY = {
    Reason.CODE_UNKNOWN: "We could not find your ODS code in the CQC register.",
    Reason.CODE_NOT_THIS_LISTING: "Your ODS code belongs to another organisation than the one you told us is yours.",
    Reason.EMAIL_NOT_LISTED: "The email address of your account is not one that CQC lists for this organisation.",
    Reason.EMAIL_NOT_CONFIRMED: "You have not confirmed the email address of your account.",
    Reason.LISTING_CLOSED: "The organisation with your ODS code is no longer active in the CQC register.",
    Reason.LISTING_DENIED: "You told us that the organisation we found for your ODS code is not yours.",
    Reason.CHANGED_CQC_ANSWER: "You told us before that your organisation is registered with CQC.",
    Reason.OVER_THRESHOLD: "We check orders of more than {unchecked} badges from organisations that CQC does not register.",
    Reason.TOGETHER_OVER_THRESHOLD: (
        "Together with other orders from the same place, this makes more than {unchecked} badges. We check those when CQC"
        " does not register the organisation."
    ),
    Reason.VERY_LARGE: "A person looks at every order of more than {large} badges.",
    Reason.ADDRESS_CHANGED: "You changed the delivery address after we had checked it.",
    Reason.OUTSIDE_ENGLAND: "The delivery address may be outside England. CARE badges are for the workforce in England.",
}
# Reasons that a corrected code or a press of a button in the listed inbox can settle.
_MATCHING = frozenset(
    {
        Reason.CODE_UNKNOWN,
        Reason.CODE_NOT_THIS_LISTING,
        Reason.EMAIL_NOT_LISTED,
        Reason.EMAIL_NOT_CONFIRMED,
        Reason.LISTING_CLOSED,
        Reason.LISTING_DENIED,
    }
)


class Outcome(NamedTuple):
    """What the panel on the order's page shows."""

    state: str
    why: list[str]
    can_correct_code: bool = False
    can_ask_inbox: bool = False
    can_change_email: bool = False
    asked_inbox_at: object = None
    refusal: str = ""
    question: str = ""
    answer_by: object = None


def outcome_for(order: Order) -> Outcome | None:
    """What the provider of `order` is told about its check; None when there is nothing to tell. At most seven queries."""
    if order.state == State.REFUSED:
        return Outcome(state=State.REFUSED, why=[], refusal=refusal_words(order.refusal_reason))
    if order.state not in UNDECIDED_STATES:
        return None
    check = ManualCheck.objects.open().of_orders([order.pk]).first()
    asked = open_question(order)
    reasons = set(check.reasons) if check else set()
    mends = order.cqc_registered and not reasons.isdisjoint(_MATCHING) and not order.is_restricted
    last_link = ListedInboxLink.objects.of_order(order.pk).order_by("-sent_at").first() if mends else None
    return Outcome(
        state=order.state,
        question=asked.text if asked else "",
        answer_by=answer_by(asked) if asked else None,
        why=why_sentences(reasons),
        can_correct_code=mends,
        can_ask_inbox=mends and not order.is_held and listing_to_ask(order) is not None,
        can_change_email=not reasons.isdisjoint({Reason.EMAIL_NOT_LISTED, Reason.EMAIL_NOT_CONFIRMED}),
        asked_inbox_at=last_link.sent_at if last_link else None,
    )


def why_sentences(reasons: Iterable[str]) -> list[str]:
    """A sentence for each of `reasons`, in a fixed order, written for the provider."""
    wanted = set(reasons)
    numbers = {"unchecked": settings.MANUAL_CHECK_THRESHOLD, "large": f"{settings.LARGE_ORDER_THRESHOLD:,}"}
    return [text.format(**numbers) for reason, text in _WHY.items() if reason in wanted]


@cache
def refusal_words(reason: str) -> str:
    """The words for the provider of the refusal `reason`, from templates/verification/refusal/; empty for no reason."""
    if reason not in RefusalReason.values:
        return ""
    template: Any = get_template(f"verification/refusal/{reason}.txt")
    return str(template.template.source).strip()
