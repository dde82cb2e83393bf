"""The questions of the order journey, one form each. Each says which answers of the draft it writes."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from localflavor.gb.forms import GBPostcodeField

from badgeportal.govuk.forms import GovukForm
from badgeportal.typed_phone import TypedPhoneField
from badgeportal.typed_text import TypedProseField, TypedTextField, tidy
from orders.delivery_address import AddressDoesNotFit, fit_lines, label_room
from orders.models import OrderProblem
from orders.models.answers import OrganisationType
from orders.normalise import ods_key

# Facts, section 2: `V…` sites and `A…`/`C…` head offices are usual, but newer shapes exist, so only this is insisted on.
_ODS_CODE = re.compile(r"[A-Z0-9]{3,10}")
# No provider employs more; a larger number is a slip of the keyboard. The largest national groups have tens of thousands.
MOST_BADGES = 100_000


class CqcForm(GovukForm):
    """Is the organisation registered with CQC?"""

    cqc_registered = forms.TypedChoiceField(
        label="Is your organisation registered with the Care Quality Commission (CQC)?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
        coerce=lambda value: value == "yes",
        empty_value=None,
        error_messages={"required": "Select yes if your organisation is registered with CQC"},
    )
    choice_hints = {
        "cqc_registered": {
            "yes": "You will need your ODS code.",
            "no": "For example, you employ your own personal assistants, or run a day centre.",
        }
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = self.initial.get("cqc_registered")
        if isinstance(said, bool):
            self.initial["cqc_registered"] = "yes" if said else "no"


class OdsCodeForm(GovukForm):
    """The code by which the register knows the organisation."""

    ods_code = forms.CharField(
        label="What is your organisation’s ODS code?",
        help_text="For example, VLLWV for one site or A1X2 for a head office.",
        # Longer than any code: people paste it with spaces, and are told what is wrong, not that it is long.
        max_length=60,
        error_messages={"required": "Enter your organisation’s ODS code"},
    )
    govuk = {"ods_code": {"classes": "govuk-input--width-10", "spellcheck": False, "autocomplete": "off"}}

    def clean_ods_code(self) -> str:
        code = ods_key(self.cleaned_data["ods_code"])
        if not _ODS_CODE.fullmatch(code):
            raise ValidationError(
                "ODS code must be 3 to 10 letters and numbers, like VLLWV or A1X2. It is not your CQC location number"
            )
        return code


class OrganisationForm(GovukForm):
    """Who orders, when the register does not know them."""

    organisation_name = TypedTextField(
        label="What is the name of your organisation?",
        what="Organisation name",
        max_length=100,
        help_text="If you employ your own personal assistants, or are one, enter your own name.",
        error_messages={"required": "Enter the name of your organisation"},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    organisation_type = forms.ChoiceField(
        label="What kind of organisation is it?",
        choices=OrganisationType.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what kind of organisation it is"},
    )


class QuantityForm(GovukForm):
    """How many badges; with `available`, it says how many are left when that is fewer than asked for."""

    quantity = forms.CharField(
        label="How many badges do you need?",
        help_text="One for each person you employ in adult social care now. Do not count unpaid carers.",
        max_length=60,
        error_messages={"required": "Enter how many badges you need"},
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    govuk = {"quantity": {"classes": "govuk-input--width-5", "suffix": {"text": "badges"}, "spellcheck": False}}

    def __init__(self, *args: Any, available: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.available = available

    def clean_quantity(self) -> int:
        typed = re.sub(r"[ ,\u00a0]", "", self.cleaned_data["quantity"])
        if not (typed.isascii() and typed.removeprefix("-").isdigit()):
            raise ValidationError("Number of badges must be a whole number, like 25")
        # Numbers of many digits are not made into one: the sentence is the same.
        quantity = int(typed) if len(typed) <= 9 else MOST_BADGES + 1
        if quantity < 1:
            raise ValidationError("Number of badges must be 1 or more")
        if quantity > MOST_BADGES:
            raise ValidationError(
                f"Number of badges must be {MOST_BADGES:,} or fewer. If you need more, ring customer service on"
                f" {settings.CUSTOMER_SERVICE_PHONE}"
            )
        # With none left the answer is kept all the same: the next page says that badges have run out.
        if 0 < self.available < quantity:
            raise ValidationError(only_so_many(self.available))
        return quantity


def only_so_many(available: int) -> str:
    """The sentence for somebody who asks for more badges than there are."""
    left = "1 badge is" if available == 1 else f"{available:,} badges are"
    return f"Only {left} available now. Enter {available:,} or fewer, or come back when we have more"


class PhoneForm(GovukForm):
    """A number that a person at APS rings to check a larger order of an organisation that CQC does not list."""

    phone = TypedPhoneField(
        label="What is your organisation’s phone number?",
        help_text="For international numbers include the country code.",
        error_messages={"required": "Enter your organisation’s phone number"},
    )
    govuk = {"phone": {"type": "tel", "classes": "govuk-input--width-20"}}


class PostcodeField(GBPostcodeField):
    """A UK postcode in its standard spelling. The forces' numbers and NHS stand-ins have sentences of their own."""

    def clean(self, value: Any) -> str:
        typed = tidy(str(value or ""))
        compact = re.sub(r"[^A-Z0-9]", "", typed.upper())
        if compact.startswith("BFPO"):
            raise ValidationError("Enter the postcode of the BFPO number. It starts with BF1")
        if compact.startswith("ZZ99") or compact == "GIR0AA":
            raise ValidationError("Enter the postcode of a place where a courier can deliver")
        # A postcode pasted with a full stop, a dash or hidden characters is still that postcode.
        return str(super().clean(compact))


def _line(label: str, *, what: str, max_length: int = 80, autocomplete: str, **kwargs: Any) -> TypedTextField:
    return TypedTextField(
        label=label,
        what=what,
        max_length=max_length,
        widget=forms.TextInput(attrs={"autocomplete": autocomplete}),
        **kwargs,
    )


class DeliveryForm(GovukForm):
    """Who receives the badges and where; what cannot be set out on the courier's label is told here, before it bites."""

    recipient_name = _line(
        "Full name, or the name of the place",
        what="Name",
        autocomplete="name",
        error_messages={"required": "Enter the name of who receives the badges"},
    )
    address_line_1 = _line(
        "Address line 1",
        what="Address line 1",
        autocomplete="address-line1",
        error_messages={"required": "Enter address line 1, typically the building and street"},
    )
    address_line_2 = _line(
        "Address line 2 (optional)", what="Address line 2", autocomplete="address-line2", required=False
    )
    town = _line(
        "Town or city",
        what="Town or city",
        max_length=40,
        autocomplete="address-level2",
        error_messages={"required": "Enter a town or city"},
    )
    county = _line("County (optional)", what="County", max_length=40, autocomplete="address-level1", required=False)
    postcode = PostcodeField(
        label="Postcode",
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
        error_messages={"required": "Enter a postcode", "invalid": "Enter a full UK postcode, like M1 1AE"},
    )
    govuk = {
        "town": {"classes": "govuk-!-width-two-thirds"},
        "county": {"classes": "govuk-!-width-two-thirds"},
        "postcode": {"classes": "govuk-input--width-10"},
    }
    _answer_of = {"name": "recipient_name", "line_1": "address_line_1", "line_2": "address_line_2"}

    @staticmethod
    def label_lines() -> int:
        """How many lines the courier's label has for the name and the two address lines."""
        return label_room()[0]

    @staticmethod
    def label_width() -> int:
        """How many characters the narrowest of those lines takes."""
        return label_room()[1]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        # Only a whole answer can be set out; half of one has its own errors.
        if self.errors:
            return cleaned
        try:
            fit_lines(
                name=cleaned["recipient_name"],
                line_1=cleaned["address_line_1"],
                line_2=cleaned["address_line_2"],
                town=cleaned["town"],
                county=cleaned["county"],
                postcode=cleaned["postcode"],
            )
        except AddressDoesNotFit as fault:
            for misfit in fault.misfits:
                self.add_error(self._answer_of.get(misfit.answer, misfit.answer), misfit.sentence)
        return cleaned


class ProblemForm(GovukForm):
    """What is wrong with an order, for customer service."""

    kind = forms.ChoiceField(
        label="What is wrong?",
        choices=OrderProblem.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Select what is wrong"},
    )
    text = TypedProseField(
        label="Tell us more",
        what="What you tell us",
        max_length=1500,
        help_text="For example, how many badges came, or what needs to be corrected. Do not include other people’s"
        " personal details. You do not need to repeat the order’s reference.",
        error_messages={"required": "Tell us more about what is wrong"},
    )
