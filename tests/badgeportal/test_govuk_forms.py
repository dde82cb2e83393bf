"""Forms as GOV.UK components: plain error texts, links that land, nothing typed becomes markup."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from badgeportal.govuk.components import component
from badgeportal.govuk.forms import GovukForm

SCRIPT = "<script>alert(1)</script>"


class OrderForm(GovukForm):
    nouns = {"registered": "whether you are registered", "quantity": "how many badges you need"}
    govuk = {"name": {"classes": "govuk-input--width-20", "label": {"classes": "govuk-label--s"}}}
    conditional = {"registered": {"yes": ["ods_code"]}}
    choice_hints = {"registered": {"yes": "You have an ODS code"}}

    name = forms.CharField(label="Full name", max_length=10, help_text="As on your payslip")
    email = forms.EmailField(label="Email address")
    password = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}))
    quantity = forms.IntegerField(label="How many badges?", min_value=1, max_value=500)
    registered = forms.ChoiceField(
        label="Are you registered?", choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect
    )
    ods_code = forms.CharField(label="ODS code", required=False)
    kinds = forms.MultipleChoiceField(
        label="Kinds of care", choices=[("a", "At home"), ("b", "In a home")], widget=forms.CheckboxSelectMultiple
    )
    region = forms.ChoiceField(label="Region", choices=[("", "Choose a region"), ("n", "North"), ("s", "South")])
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    agreed = forms.BooleanField(label="I have read the notice")
    upload = forms.FileField(label="Your list")
    token = forms.CharField(widget=forms.HiddenInput, initial="abc")


class Ids(HTMLParser):
    """Every id of a page, and every address that a link inside it goes to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.described: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "a" and str(named.get("href")).startswith("#"):
            self.links.append(str(named["href"])[1:])
        self.described += str(named.get("aria-describedby") or "").split()


def page(form: forms.Form) -> str:
    template = Template("{% load govuk %}{% error_summary form %}{% govuk_form form %}")
    return template.render(Context({"form": form}))


def errors(form: forms.Form, name: str) -> list[str]:
    form.is_valid()
    return list(form.errors.get(name, []))


def test_nothing_answered_tells_what_to_do_in_plain_words() -> None:
    form = OrderForm({})
    assert not form.is_valid()
    assert {name: texts[0] for name, texts in form.errors.items()} == {
        "name": "Enter full name",
        "email": "Enter email address",
        "password": "Enter password",
        "quantity": "Enter how many badges you need",
        "registered": "Select whether you are registered",
        "kinds": "Select kinds of care",
        "region": "Select region",
        "agreed": "Select I have read the notice",
        "upload": "Select your list",
        "token": "Enter token",
    }


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("name", "x" * 11, "Full name must be 10 characters or fewer"),
        ("name", "a\x00b", "Full name must not contain characters that cannot be seen"),
        ("email", "ann@", "Enter an email address in the correct format, like name@example.com"),
        ("quantity", "ten", "How many badges you need must be a whole number, like 25"),
        ("quantity", "0", "How many badges you need must be 1 or more"),
        ("quantity", "501", "How many badges you need must be 500 or fewer"),
        ("registered", "perhaps", "Select whether you are registered from the list"),
        ("kinds", ["z"], "Select kinds of care from the list"),
    ],
)
def test_a_wrong_answer_tells_what_would_be_right(name: str, value: Any, text: str) -> None:
    assert errors(OrderForm({name: value}), name) == [text]


def test_an_empty_file_is_named() -> None:
    form = OrderForm({}, {"upload": SimpleUploadedFile("list.csv", b"")})
    assert errors(form, "upload") == ["The selected file is empty"]


def test_a_field_with_texts_of_its_own_keeps_them() -> None:
    class Form(GovukForm):
        code = forms.CharField(label="Code", error_messages={"required": "Enter the code from our email"})

    assert errors(Form({}), "code") == ["Enter the code from our email"]


def test_a_percent_sign_in_a_label_is_not_a_placeholder() -> None:
    class Form(GovukForm):
        share = forms.CharField(label="Share in %", max_length=1)

    assert errors(Form({"share": "12"}), "share") == ["Share in % must be 1 characters or fewer"]


def test_an_abbreviation_keeps_its_capitals() -> None:
    class Form(GovukForm):
        ods = forms.CharField(label="ODS code")

    assert errors(Form({}), "ods") == ["Enter ODS code"]


def test_every_link_of_the_error_summary_lands_on_a_field() -> None:
    found = Ids(page(OrderForm({})))
    assert len(found.links) == 9
    assert set(found.links) <= set(found.ids)
    assert "id_registered" in found.links
    assert "id_kinds" in found.links


def test_ids_are_unique_and_what_describes_a_field_is_there() -> None:
    found = Ids(page(OrderForm({})))
    assert len(found.ids) == len(set(found.ids))
    assert found.described
    assert set(found.described) <= set(found.ids)


def test_an_error_of_the_whole_form_leads_to_its_first_field() -> None:
    class Form(GovukForm):
        email = forms.EmailField(label="Email address")

        def clean(self) -> None:
            raise forms.ValidationError("The email address or password is not correct")

    html = page(Form({"email": "a@example.com"}))
    assert '<a href="#id_email">The email address or password is not correct</a>' in html


def test_nothing_typed_becomes_markup() -> None:
    data = dict.fromkeys(("name", "email", "password", "quantity", "registered", "ods_code", "note"), SCRIPT)
    form = OrderForm(data | {"region": SCRIPT, "kinds": [SCRIPT]})
    html = page(form)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_labels_hints_and_choices_are_escaped() -> None:
    class Form(GovukForm):
        choice_hints = {"pick": {"a": SCRIPT}}
        pick = forms.ChoiceField(label=SCRIPT, help_text=SCRIPT, choices=[("a", SCRIPT)], widget=forms.RadioSelect)

    html = page(Form())
    assert "<script" not in html
    assert html.count("&lt;script&gt;") == 4


def test_a_hint_that_is_markup_of_ours_stays_markup() -> None:
    class Form(GovukForm):
        password = forms.CharField(help_text=mark_safe("<ul><li>10 characters</li></ul>"))

    assert "<ul><li>10 characters</li></ul>" in page(Form())


def test_html_given_to_a_component_is_escaped_unless_it_is_ours() -> None:
    assert "<b>" not in component("inset-text", html="<b>x</b>")
    assert "<b>x</b>" in component("inset-text", html=mark_safe("<b>x</b>"))
    assert "<script" not in component(
        "summary-list", rows=[{"key": {"text": "Name"}, "value": {"html": SCRIPT}, "actions": {"items": []}}]
    )


def test_attributes_as_a_text_are_refused() -> None:
    with pytest.raises(TypeError):
        component("button", text="x", attributes=' onclick="x()"')


def test_a_password_never_goes_back_into_the_page() -> None:
    assert "s3cret-words" not in page(OrderForm({"password": "s3cret-words"}))


def test_what_was_typed_comes_back() -> None:
    html = page(OrderForm({"name": "Ann", "registered": "yes", "ods_code": "VLLWV", "kinds": ["b"], "region": "s"}))
    assert 'value="Ann"' in html
    assert 'value="VLLWV"' in html
    assert 'value="yes" checked' in html
    assert 'value="b" checked' in html
    assert '<option value="s" selected>' in html


def test_a_field_without_an_answer_is_empty() -> None:
    html = page(OrderForm(initial={"name": "", "ods_code": None}))
    assert "None" not in html


def test_a_conditional_field_stands_under_its_choice_and_only_there() -> None:
    html = page(OrderForm())
    assert html.count('name="ods_code"') == 1
    before, _, after = html.partition("govuk-radios__conditional")
    assert 'name="ods_code"' not in before
    assert 'name="ods_code"' in after
    assert "You have an ODS code" in html


def test_numbers_are_asked_for_without_the_browsers_number_field() -> None:
    html = page(OrderForm())
    assert 'type="number"' not in html
    assert 'inputmode="numeric"' in html


def test_the_form_says_how_a_field_is_drawn() -> None:
    html = page(OrderForm())
    assert "govuk-input--width-20" in html
    assert 'class="govuk-label govuk-label--s"' in html
    assert 'autocomplete="new-password"' in html


def test_a_page_that_asks_one_question_has_it_as_its_heading() -> None:
    template = Template(
        "{% load govuk %}{% govuk_field form.registered heading=True %}{% govuk_field form.note heading=True %}"
    )
    html = template.render(Context({"form": OrderForm()}))
    assert html.count("<h1") == 2
    assert "govuk-fieldset__legend--l" in html
    assert "govuk-label--l" in html


def test_hidden_fields_are_sent_too() -> None:
    assert '<input type="hidden" name="token" value="abc"' in page(OrderForm())


def test_the_title_says_error_first_and_the_summary_comes_once_above_the_heading() -> None:
    form = OrderForm({})
    form.is_valid()
    html = render_to_string("account/login.html", {"form": form})
    assert "<title>Error: Sign in - Order CARE badges</title>" in html
    assert html.count("There is a problem") == 1
    assert html.index("There is a problem") < html.index("<h1")


def test_an_unsent_form_has_no_error_in_the_title() -> None:
    html = render_to_string("account/login.html", {"form": OrderForm()})
    assert "<title>Sign in - Order CARE badges</title>" in html
    assert "There is a problem" not in html


def test_days_and_times_are_written_as_gov_uk_does_and_in_london() -> None:
    template = Template("{% load govuk %}{{ at|gov_date }} {{ at|gov_time }}")
    assert template.render(Context({"at": datetime(2026, 7, 1, 23, 5, tzinfo=UTC)})) == "2 July 2026 12:05am"
    assert template.render(Context({"at": datetime(2026, 1, 1, 15, 0, tzinfo=UTC)})) == "1 January 2026 3pm"
    assert Template("{% load govuk %}{{ at|gov_date }}").render(Context({"at": date(2026, 1, 2)})) == "2 January 2026"


def test_the_back_link_stands_in_a_landmark_and_without_one_there_is_none() -> None:
    html = render_to_string("account/password_change.html", {"form": OrderForm()})
    assert html.index('<nav aria-label="Back">') < html.index("govuk-back-link") < html.index("<main")
    assert '<nav aria-label="Back">' not in render_to_string("account/login.html", {"form": OrderForm()})
