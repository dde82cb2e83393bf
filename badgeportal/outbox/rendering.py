"""From a template and its values to a mail in plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from badgeportal.outbox.letters import Letter


@dataclass(frozen=True, slots=True)
class Mail:
    """What a transport sends. `reference` is the same at each attempt, so that a repeat can be told from a second mail."""

    to: str
    subject: str
    body: str
    reference: str


def render(template: str, letter: Letter, *, reference: str) -> Mail:
    """The mail `template` for `letter`: the first line of the text is the subject, then an empty line, then the body.

    Every mail ends with the same words about who writes and how to reach a person. Raises ValueError for a text without
    subject or body.
    """
    text = _fill(f"mail/{template}.txt", letter).strip()
    subject, _, body = text.partition("\n")
    if not subject.strip() or not body.startswith("\n"):
        raise ValueError(f"The mail {template} needs a subject, an empty line and a body.")
    ending = _fill("mail/ending.txt", letter).strip()
    return Mail(to=letter.to, subject=subject.strip(), body=f"{body.strip()}\n\n{ending}\n", reference=reference)


def _fill(name: str, letter: Letter) -> str:
    values = {
        "portal_url": settings.PUBLIC_URL,
        "customer_service_phone": settings.CUSTOMER_SERVICE_PHONE,
        "customer_service_email": settings.CUSTOMER_SERVICE_EMAIL,
        "customer_service_hours": settings.CUSTOMER_SERVICE_HOURS,
        **letter.context,
    }
    # Plain text: an apostrophe in a name must arrive as one, so nothing is escaped.
    template: Any = get_template(name)
    return str(template.template.render(Context(values, autoescape=False)))
