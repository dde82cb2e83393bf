"""GOV.UK components as HTML, from the macros of govuk-frontend-jinja (made for exactly govuk-frontend 6.3.0)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from django.utils.html import conditional_escape
from django.utils.safestring import SafeString, mark_safe
from jinja2 import ChainableUndefined, Environment, PackageLoader, PrefixLoader

# The macros put these into the page as they are.
_RAW_SLOTS = {"start", "end", "navigationStart", "navigationEnd"}


@cache
def _environment() -> Environment:
    # One for the whole process: a new one for each component costs about 12 ms each time.
    return Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        autoescape=True,
        undefined=ChainableUndefined,
        # The macros come with the package: looking whether their files changed would cost a dozen `stat`s a page.
        auto_reload=False,
    )


@cache
def _macro(kind: str) -> Any:
    words = kind.replace("_", "-").split("-")
    module = _environment().get_template(f"govuk_frontend_jinja/components/{'-'.join(words)}/macro.html").module
    return getattr(module, "govuk" + "".join(word.capitalize() for word in words))


def component(kind: str, /, **params: Any) -> SafeString:
    """The HTML of the GOV.UK component `kind`, such as "button" or "error-summary".

    `params` are the component's options under the names the Design System uses; None means not given.
    `html`, and whatever else a component prints as it is, is escaped unless it is a SafeString: a name that someone
    typed cannot become markup. Raises jinja2.TemplateNotFound for a component that does not exist.
    """
    return raw_component(kind, _escaped(params))


def raw_component(kind: str, params: Mapping[str, Any]) -> SafeString:
    """As `component`, with `html` taken at its word. Only for options that no visitor has a hand in."""
    return mark_safe(str(_macro(kind)(params)))  # noqa: S308  the macros escape every text


def _escaped(value: Any, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _escaped(inner, name) for name, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_escaped(inner, key) for inner in value if inner is not None]
    if key == "html" or key.endswith("Html") or key in _RAW_SLOTS:
        return conditional_escape(value)
    if key == "attributes" and isinstance(value, str):
        raise TypeError("Give attributes as a mapping: a text would be printed as it is.")
    if not isinstance(value, str | int | float):
        # A lazy text is not a string to the macros, which ask `is string` in places.
        return str(value)
    return value
