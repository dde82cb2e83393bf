"""The answers of an order as rows of a summary list: on the page to check them, and on the order's own page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe

from badgeportal.phones import national_phone
from orders import journey
from orders.models import Order, OrderDraft
from orders.models.answers import OrganisationType

Row = dict[str, Any]


def answer_rows(answers: OrderDraft | Order, *, change: bool = False) -> list[Row]:
    """Rows for the GOV.UK summary list; with `change` each has a link back to its question."""
    steps = [_cqc(answers), *_organisation(answers), _quantity(answers), *_phone(answers), *_delivery(answers)]
    return [_row(key, value, step if change else "", hidden) for key, value, step, hidden in steps]


_BREAK = mark_safe("<br>")
_Shown = tuple[str, Row, str, str]


def _cqc(answers: OrderDraft | Order) -> _Shown:
    text = "Yes" if answers.cqc_registered else "No"
    return "Registered with CQC", {"text": text}, "order_cqc", "whether your organisation is registered with CQC"


def _organisation(answers: OrderDraft | Order) -> list[_Shown]:
    if not answers.cqc_registered:
        kind = dict(OrganisationType.choices).get(answers.organisation_type, "")
        return [
            ("Organisation", {"text": answers.organisation_name}, "order_organisation", "organisation"),
            ("Kind of organisation", {"text": kind}, "order_organisation", "kind of organisation"),
        ]
    rows: list[_Shown] = [("ODS code", {"text": answers.ods_code}, "order_ods_code", "ODS code")]
    if answers.listing_denied:
        rows.append(
            ("Organisation", {"text": "Not the one we found for this code"}, "order_your_organisation", "organisation")
        )
    elif answers.organisation_name:
        rows.append(("Organisation", {"text": answers.organisation_name}, "order_your_organisation", "organisation"))
    return rows


def _quantity(answers: OrderDraft | Order) -> _Shown:
    return "Number of badges", {"text": f"{answers.quantity or 0:,}"}, "order_quantity", "number of badges"


def _phone(answers: OrderDraft | Order) -> list[_Shown]:
    asked = journey.check_is_due(answers) if isinstance(answers, OrderDraft) else answers.phone != ""
    if not asked:
        return []
    return [("Phone number", {"text": national_phone(answers.phone)}, "order_phone", "phone number")]


def _delivery(answers: OrderDraft | Order) -> list[_Shown]:
    name = ("Who receives the badges", {"text": answers.recipient_name}, "order_delivery", "who receives the badges")
    address = format_html_join(_BREAK, "{}", ((line,) for line in answers.address_lines))
    return [name, ("Delivery address", {"html": address}, "order_delivery", "delivery address")]


def _row(key: str, value: Row, step: str, hidden: str) -> Row:
    row: Row = {"key": {"text": key}, "value": value}
    if step:
        href = f"{reverse(step)}?{journey.CHANGING}=1"
        row["actions"] = {"items": [{"href": href, "text": "Change", "visuallyHiddenText": hidden}]}
    return row
