"""`{% load govuk %}`: components, form fields and the error summary in Django templates."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.template import Context
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from badgeportal.govuk.components import component
from badgeportal.govuk.fields import merge, render_field, render_form

register = template.Library()


# Positional only: components have options called `name` and `kind` of their own.
@register.simple_tag
def govuk(kind: str, /, **options: Any) -> SafeString:
    """`{% govuk "button" text="Continue" %}`; `label__text="..."` reaches into a nested option."""
    params: dict[str, Any] = {}
    merge(params, options)
    return component(kind, **params)


@register.simple_tag
def govuk_field(field: BoundField, /, heading: bool = False, **options: Any) -> SafeString:
    """`{% govuk_field form.email %}`; with `heading=True` its label is the page's h1."""
    return render_field(field, heading=heading, **options)


@register.simple_tag
def govuk_form(form: BaseForm) -> SafeString:
    """`{% govuk_form form %}`: every field. The form element, the CSRF token and the button are the page's."""
    return render_form(form)


@register.simple_tag(takes_context=True)
def error_summary(context: Context, *forms: Any) -> SafeString:
    """What is wrong, with a link to each field; once a page. base.html prints it above the h1 for the page's `form`."""
    given = [form for form in forms if isinstance(form, BaseForm) and form.is_bound]
    memory: Any = context.render_context
    shown: set[int] = memory.setdefault("error_summary_shown", set())
    items = [item for form in given if id(form) not in shown for item in _items(form)]
    shown.update(id(form) for form in given)
    if not items:
        return mark_safe("")
    return component("error-summary", titleText="There is a problem", errorList=items)


@register.simple_tag
def error_prefix(*forms: Any) -> str:
    """ "Error: " for the page's title when a form was sent back, so that a screen reader says it first."""
    return "Error: " if any(isinstance(form, BaseForm) and form.is_bound and form.errors for form in forms) else ""


@register.filter
def in_landmark(content: str) -> SafeString:
    """What stands between header and main, in a landmark, so that nobody who jumps from one to the next misses it."""
    if not content.strip():
        return mark_safe("")
    return format_html('<nav aria-label="Back">{}</nav>', mark_safe(content))  # noqa: S308  a block of ours


@register.filter
def gov_date(at: date | None) -> str:
    """ "23 November 2026", as GOV.UK writes days; a time is taken as it is in London."""
    return formats.date_format(_local(at), "j F Y") if at else ""


@register.filter
def gov_time(at: datetime | None) -> str:
    """ "8:32pm", as GOV.UK writes times; in London."""
    return formats.time_format(_local(at), "g:iA").lower().replace(":00", "") if at else ""


def _local(at: Any) -> Any:
    return timezone.localtime(at) if isinstance(at, datetime) and timezone.is_aware(at) else at


def _items(form: BaseForm) -> Iterable[dict[str, str]]:
    first = next(iter(form.visible_fields()), None)
    for text in form.non_field_errors():
        # An error of the whole form still needs somewhere to go: the first thing that can be mended.
        yield {"text": str(text), "href": f"#{first.auto_id}"} if first else {"text": str(text)}
    for field in form.visible_fields():
        for text in field.errors:
            yield {"text": str(text), "href": f"#{field.auto_id}"}
