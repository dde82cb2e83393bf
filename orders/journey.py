"""The questions of an order, one page each, in order: which are needed, which are answered, where a person goes next.

A step is the name of a URL, so that a later app can own a page of the journey (`order_your_organisation` belongs to
verification) without an import. Every question asked of a draft here reads the draft alone: no query.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from orders.delivery_address import fits
from orders.models import OrderDraft
from orders.models.answers import ANSWER_FIELDS

CHECK_ANSWERS = "order_check"
# Links from the check page carry this, and the page asked goes back there once it is answered.
CHANGING = "change"


@dataclass(frozen=True, slots=True)
class Step:
    """One page: its URL's name, the answers it writes, whether it is asked, and whether it has been answered well."""

    url_name: str
    fields: tuple[str, ...]
    needed: Callable[[OrderDraft], bool]
    answered: Callable[[OrderDraft], bool]


def check_is_due(draft: OrderDraft) -> bool:
    """Whether a person will check this order because it is not CQC registered; only then is the phone number asked.

    The brief: non-CQC orders over 25. Saying CQC registered first and then not does not avoid the check.
    """
    too_many = (draft.quantity or 0) > settings.MANUAL_CHECK_THRESHOLD
    return draft.cqc_registered is False and (too_many or draft.changed_cqc_answer)


def _delivery_answered(draft: OrderDraft) -> bool:
    needed = (draft.recipient_name, draft.address_line_1, draft.town, draft.postcode)
    return all(needed) and fits(
        name=draft.recipient_name,
        line_1=draft.address_line_1,
        line_2=draft.address_line_2,
        town=draft.town,
        county=draft.county,
        postcode=draft.postcode,
    )


STEPS: tuple[Step, ...] = (
    Step("order_cqc", ("cqc_registered",), lambda draft: True, lambda draft: draft.cqc_registered is not None),
    Step(
        "order_ods_code", ("ods_code",), lambda draft: draft.cqc_registered is True, lambda draft: draft.ods_code != ""
    ),
    Step(
        "order_your_organisation",
        ("location_id", "provider_id", "organisation_name", "listing_denied"),
        lambda draft: draft.cqc_registered is True,
        lambda draft: draft.organisation_answered,
    ),
    Step(
        "order_organisation",
        ("organisation_name", "organisation_type"),
        lambda draft: draft.cqc_registered is False,
        lambda draft: draft.organisation_name != "" and draft.organisation_type != "",
    ),
    Step("order_quantity", ("quantity",), lambda draft: True, lambda draft: draft.quantity is not None),
    Step("order_phone", ("phone",), check_is_due, lambda draft: draft.phone != ""),
    Step(
        "order_delivery",
        ("recipient_name", "address_line_1", "address_line_2", "town", "county", "postcode"),
        lambda draft: True,
        _delivery_answered,
    ),
)
URL_NAMES = tuple(step.url_name for step in STEPS)
# Kept on an order that changed its CQC answer: what was said first is evidence for the person who checks.
_FIRST_ANSWER = ("ods_code", "location_id", "provider_id", "listing_denied")


def step_named(url_name: str) -> Step:
    """The step of the URL `url_name`; KeyError when the journey has no such page."""
    return _BY_NAME[url_name]


_BY_NAME = {step.url_name: step for step in STEPS}


def first_gap(draft: OrderDraft) -> str:
    """The first needed question that is not answered well, or the check page when there is none."""
    for step in STEPS:
        if step.needed(draft) and not step.answered(draft):
            return step.url_name
    return CHECK_ANSWERS


def may_visit(url_name: str, draft: OrderDraft) -> bool:
    """Whether the page is needed and every needed question before it is answered."""
    gap = first_gap(draft)
    if url_name == CHECK_ANSWERS:
        return gap == CHECK_ANSWERS
    if not step_named(url_name).needed(draft):
        return False
    return gap == CHECK_ANSWERS or URL_NAMES.index(url_name) <= URL_NAMES.index(gap)


def previous_step(url_name: str, draft: OrderDraft) -> str | None:
    """The needed step before the page `url_name`; None before the first."""
    end = len(STEPS) if url_name == CHECK_ANSWERS else URL_NAMES.index(url_name)
    needed = [step.url_name for step in STEPS[:end] if step.needed(draft)]
    return needed[-1] if needed else None


def back_url(url_name: str, draft: OrderDraft, *, changing: bool = False) -> str:
    """Where the back link of a page goes: the check page when changing an answer from there, else the question before."""
    if changing and first_gap(draft) == CHECK_ANSWERS:
        return reverse(CHECK_ANSWERS)
    previous = previous_step(url_name, draft)
    return reverse(previous) if previous else reverse("start")


def next_url(url_name: str, draft: OrderDraft, *, changing: bool = False) -> str:
    """Where an answered page leads: to the next question, or, when changing, to the first gap or back to the check page."""
    gap = first_gap(draft)
    if changing:
        return reverse(gap) if gap == CHECK_ANSWERS else f"{reverse(gap)}?{urlencode({CHANGING: 1})}"
    after = STEPS[URL_NAMES.index(url_name) + 1 :]
    following = next((step.url_name for step in after if step.needed(draft)), CHECK_ANSWERS)
    return reverse(following if may_visit(following, draft) else gap)


def answers_to_place(draft: OrderDraft) -> dict[str, Any]:
    """The answers that the order takes from the draft: those of the questions it needed, the rest empty.

    A phone number typed before the number of badges was lowered is not needed any more, so the order does not get it.
    """
    kept = {name for step in STEPS if step.needed(draft) for name in step.fields} | {"changed_cqc_answer"}
    if draft.changed_cqc_answer:
        kept.update(_FIRST_ANSWER)
    empty = OrderDraft()
    return {name: getattr(draft if name in kept else empty, name) for name in ANSWER_FIELDS}
