"""A Django form field as the GOV.UK component that asks for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString, mark_safe

from badgeportal.govuk.components import component

Params = dict[str, Any]


def render_field(field: BoundField, *, heading: bool = False, **options: Any) -> SafeString:
    """The component for `field`, with its label, hint, errors and what was typed.

    `heading` makes the label the page's h1, for a page that asks one question. Other `options` go to the component.
    """
    widget = field.field.widget
    if field.is_hidden:
        return field.as_hidden()
    kind, params = _component_for(field, widget)
    _put_question(kind, params, field, heading)
    for extra in (getattr(field.form, "govuk", {}).get(field.name, {}), options):
        merge(params, extra)
    return component(kind, **params)


def render_form(form: forms.BaseForm) -> SafeString:
    """Every field of `form`, hidden ones first; neither the form element nor a button."""
    visible = form.top_fields() if hasattr(form, "top_fields") else form.visible_fields()
    parts = [str(field) for field in form.hidden_fields()] + [render_field(field) for field in visible]
    return mark_safe("\n".join(parts))  # noqa: S308  every part is safe by itself


def _component_for(field: BoundField, widget: forms.Widget) -> tuple[str, Params]:
    if isinstance(widget, forms.CheckboxSelectMultiple):
        return "checkboxes", _choices(field)
    if isinstance(widget, forms.RadioSelect):
        return "radios", _choices(field)
    if isinstance(widget, forms.CheckboxInput):
        return "checkboxes", _single_checkbox(field)
    if isinstance(widget, forms.Select):
        return "select", {"id": field.auto_id, "name": field.html_name, "items": _options(field)}
    if isinstance(widget, forms.ClearableFileInput | forms.FileInput):
        return "file-upload", {"id": field.auto_id, "name": field.html_name, "attributes": _attributes(widget)}
    if isinstance(widget, forms.Textarea):
        return "textarea", _typed(field, widget) | {"rows": str(widget.attrs.get("rows") or 5)}
    if isinstance(widget, forms.PasswordInput):
        params = _typed(field, widget)
        # A password never goes back into a page.
        params.pop("value", None)
        return "password-input", params
    return "input", _typed(field, widget) | _input_type(field, widget)


def _typed(field: BoundField, widget: forms.Widget) -> Params:
    shown = widget.format_value(field.value())
    return {
        "id": field.auto_id,
        "name": field.html_name,
        "value": "" if shown is None else str(shown),
        "autocomplete": widget.attrs.get("autocomplete"),
        "disabled": field.field.disabled or None,
        "attributes": _attributes(widget),
    }


def _input_type(field: BoundField, widget: forms.Widget) -> Params:
    if isinstance(field.field, forms.EmailField):
        return {"type": "email", "spellcheck": False, "autocomplete": widget.attrs.get("autocomplete", "email")}
    if isinstance(widget, forms.NumberInput):
        # Not type=number: it takes "1e5", drops what it does not like, and changes when scrolled over.
        return {"type": "text", "inputmode": "numeric", "classes": "govuk-input--width-5", "spellcheck": False}
    kind = widget.attrs.get("type") or getattr(widget, "input_type", "text")
    return {"type": kind, "inputmode": widget.attrs.get("inputmode")}


# The macros have options of their own for these; Django's are left out, or the attribute would be there twice.
_HANDLED = {"autocomplete", "inputmode", "class", "id", "rows", "cols", "aria-describedby", "aria-invalid", "required"}
_HANDLED |= {"min", "max", "step", "maxlength", "minlength", "placeholder", "autofocus", "type", "spellcheck"}


def _attributes(widget: forms.Widget) -> Params | None:
    return {name: str(value) for name, value in widget.attrs.items() if name not in _HANDLED} or None


def _chosen(field: BoundField) -> set[str]:
    value = field.value()
    if value is None:
        return set()
    return {str(one) for one in value} if isinstance(value, list | tuple | set) else {str(value)}


def _choices(field: BoundField) -> Params:
    chosen = _chosen(field)
    hints = getattr(field.form, "choice_hints", {}).get(field.name, {})
    inner = getattr(field.form, "conditional", {}).get(field.name, {})
    items = []
    for value, label in field.field.choices:  # type: ignore[attr-defined]
        if value in ("", None):
            continue
        item: Params = {"value": str(value), "text": str(label), "checked": str(value) in chosen}
        if str(value) in hints:
            item["hint"] = {"text": hints[str(value)]}
        if str(value) in inner:
            item["conditional"] = {"html": _joined(field.form, inner[str(value)])}
        items.append(item)
    # The first item gets exactly this id, so that the error summary's link lands on it.
    return {"idPrefix": field.auto_id, "name": field.html_name, "items": items}


def _joined(form: forms.BaseForm, names: list[str]) -> SafeString:
    return mark_safe("\n".join(render_field(form[name]) for name in names))  # noqa: S308


def _single_checkbox(field: BoundField) -> Params:
    item = {"value": "on", "text": str(field.label), "checked": bool(field.value())}
    if field.help_text:
        item["hint"] = _text_or_html(field.help_text)
    return {"idPrefix": field.auto_id, "name": field.html_name, "items": [item]}


def _options(field: BoundField) -> list[Params]:
    chosen = _chosen(field) or {""}
    return [
        {"value": "" if value is None else str(value), "text": str(label), "selected": str(value or "") in chosen}
        for value, label in field.field.choices  # type: ignore[attr-defined]
    ]


def _put_question(kind: str, params: Params, field: BoundField, heading: bool) -> None:
    """Label or legend, hint and errors."""
    if kind in {"radios", "checkboxes"}:
        if not isinstance(field.field.widget, forms.CheckboxInput):
            size = "l" if heading else "m"
            legend = {"text": str(field.label), "classes": f"govuk-fieldset__legend--{size}", "isPageHeading": heading}
            params["fieldset"] = {"legend": legend}
    else:
        params["label"] = {"text": str(field.label), "isPageHeading": heading}
        if heading:
            params["label"]["classes"] = "govuk-label--l"
    if field.help_text and not isinstance(field.field.widget, forms.CheckboxInput):
        params["hint"] = _text_or_html(field.help_text)
    if field.errors:
        params["errorMessage"] = {"text": str(field.errors[0])}


def _text_or_html(text: Any) -> Params:
    # Password rules come as a list in HTML; a plain text must be escaped.
    return {"html": text} if isinstance(text, SafeString) else {"text": str(text)}


def merge(params: Params, extra: Mapping[str, Any]) -> None:
    """Put `extra` over `params`, going into nested options; `label__text` is short for text inside label."""
    for name, value in extra.items():
        outer, _, rest = name.partition("__")
        if rest:
            merge(params.setdefault(outer, {}), {rest: value})
        elif isinstance(value, Mapping) and isinstance(params.get(name), dict):
            merge(params[name], value)
        else:
            params[name] = value
