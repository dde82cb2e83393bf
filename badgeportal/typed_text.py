"""What people may type into a line of text that ends up on a label, in a letter or in a spreadsheet.

Letters of every language are welcome. Refused, with a sentence that says what to do: emoji and other pictures, control
characters, and a start that a spreadsheet would take for a formula. Nothing is folded or cut silently.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

# A spreadsheet runs what follows one of these at the start of a cell.
FORMULA_STARTS = ("=", "+", "-", "@", "\t")
# Invisible joiners and selectors that only serve to build emoji.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Control, surrogate, private use, unassigned; format characters such as joiners and direction marks.
_UNPRINTABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Cf", "Zl", "Zp"})
_PICTURES = frozenset({"So", "Sk"})


def tidy(text: str) -> str:
    """`text` composed (NFC), with single ordinary spaces and none at either end: what is left looks the same."""
    composed = unicodedata.normalize("NFC", text)
    return re.sub(r"[ \u00a0\u2000-\u200a\u202f\u3000]+", " ", composed).strip(" ")


def problem_with(text: str, *, what: str) -> str:
    """The sentence that tells a person what is wrong with `text` and what to do; empty when nothing is.

    `what` names the thing at the start of the sentence, such as `Address line 1`.
    """
    if text.lstrip(" ").startswith(FORMULA_STARTS):
        return f"{what} must start with a letter or a number, not with = + - @ or a tab"
    for character in text:
        category = unicodedata.category(character)
        if category in _UNPRINTABLE:
            return (
                f"{what} has a hidden character in it, perhaps from copying. Type it again without tabs or line breaks"
            )
        if (category in _PICTURES and not character.isascii()) or _SELECTORS.match(character):
            return f"{what} must not include emoji or symbols. Take out {_named(character)}"
    return ""


def problem_with_lines(text: str, *, what: str) -> str:
    """The same for a text of several lines; only its very start is read as a formula, so that a list may begin with dashes."""
    first, *others = text.split("\n")
    # A word before each further line leaves only its characters to look at.
    found = (problem_with(first, what=what), *(problem_with(f"a {line}", what=what) for line in others))
    return next((problem for problem in found if problem), "")


def _named(character: str) -> str:
    # A selector or a skin tone on its own shows nothing that a person could look for.
    visible = unicodedata.category(character) == "So"
    return f"‘{character}’" if visible else "the emoji"


class TypedTextField(forms.CharField):
    """One line of text in the person's own words; `what` names it in the sentences of its errors."""

    def __init__(self, *, what: str, max_length: int, **kwargs: Any) -> None:
        texts = {
            "max_length": f"{what} must be %(limit_value)d characters or fewer",
            **kwargs.pop("error_messages", {}),
        }
        super().__init__(max_length=max_length, strip=False, error_messages=texts, **kwargs)
        self.what = what

    def to_python(self, value: Any) -> str:
        """Tidied text; raises ValidationError with a sentence for what cannot be taken."""
        text = tidy(super().to_python(value) or "")
        if not text:
            return ""
        problem = problem_with(text, what=self.what)
        if problem:
            raise ValidationError(problem, code="not_plain")
        return text


class TypedProseField(TypedTextField):
    """Several lines in the person's own words, under the same rules; no more than one empty line at a time."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 6}))
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> str:
        """Tidied lines; raises ValidationError with a sentence for what cannot be taken."""
        lines = [tidy(line) for line in re.split(r"\r\n|\r|\n", forms.CharField.to_python(self, value) or "")]
        text = re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")
        problem = problem_with_lines(text, what=self.what)
        if problem:
            raise ValidationError(problem, code="not_plain")
        return text
