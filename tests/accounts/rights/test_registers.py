"""Customer service and managers run the registers: what they see, what they do, and that looking leaves a trace."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import Breach, Complaint, DataRequest, User
from accounts.rights.answering import refuse_request
from accounts.rights.clock import day_of
from accounts.rights.pausing import pause_clock
from badgeportal.audit.models import AuditEvent
from tests.accounts.rights.steps import ANN, a_breach, a_complaint, a_request, officer
from tests.factories.user import StaffFactory, UserFactory
from tests.searching import search_list

pytestmark = pytest.mark.django_db

LIST = reverse("admin:accounts_datarequest_changelist")
WHO = {
    "channel": "phone", "received_on": "", "account_email": "", "listed_email": "", "name": "", "email": "",
    "address": "", "words": "All you have", "kind": "access", "identity": "known",
}  # fmt: skip


@pytest.fixture(autouse=True)
def service(client: Client) -> User:
    """Customer service, signed in."""
    user = StaffFactory(role=roles.CUSTOMER_SERVICE)
    client.force_login(user)
    return user


def page(row: Any, name: str = "change") -> str:
    return reverse(f"admin:accounts_{row._meta.model_name}_{name}", args=[row.pk])


def today() -> str:
    return f"{day_of(timezone.now()):%d/%m/%Y}"


def shown(client: Client, **asked: str) -> list[DataRequest]:
    return list(client.get(LIST, asked).context["cl"].result_list)


def found(client: Client, words: str) -> list[DataRequest]:
    return list(search_list(client, LIST, words).context["cl"].result_list)


def tools(client: Client, row: Any) -> list[str]:
    return [text for _, text in client.get(page(row)).context["object_tools"]]


def test_the_register_shows_what_is_open_by_its_day() -> None:
    client = Client()
    client.force_login(StaffFactory(role=roles.PORTAL_MANAGER))
    now = timezone.now()
    overdue = a_request(now=now - timedelta(days=50))
    soon = a_request(now=now - timedelta(days=28))
    late_one = a_request(now=now - timedelta(days=2))
    unknown = a_request(contact=ANN, identity_known=False, now=now)
    waiting = a_request(kind="access", now=now - timedelta(days=45))
    closed = a_request(kind="erasure", now=now)
    refuse_request(request_id=closed.pk, reason="law", explanation="", actor=officer(), now=now)
    pause_clock(request_id=waiting.pk, question="Which?", actor=officer(), now=now - timedelta(days=44))

    assert shown(client) == [overdue, waiting, soon, late_one, unknown]
    assert shown(client, stage="overdue") == [overdue]
    assert shown(client, stage="due") == [overdue, soon]
    assert shown(client, stage="paused") == [waiting]
    assert shown(client, stage="identity") == [unknown]
    assert shown(client, stage="closed") == [closed]
    assert len(shown(client, stage="all")) == 6
    assert shown(client, stage="all", kind__exact="erasure") == [closed]
    assert shown(client, stage="all", channel__exact="online") == []
    assert found(client, overdue.reference) == [overdue]
    assert found(client, "Ann") == []


def test_the_list_names_nobody_and_a_page_is_recorded(client: Client, service: User) -> None:
    person = UserFactory(name="Ann Example")
    request = a_request(account=person)

    assert "Ann Example" not in client.get(LIST).text
    assert not AuditEvent.objects.filter(kind="personal_page_seen").exists()
    assert "Ann Example" in client.get(page(request)).text

    seen = AuditEvent.objects.get(kind="personal_page_seen")
    assert (seen.actor, seen.subject_type, seen.subject_id) == (f"user:{service.pk}", "accounts.user", str(person.pk))


def test_the_list_takes_as_many_queries_for_forty_as_for_four(client: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(captured)

    for _ in range(4):
        a_request(contact=ANN)
    queries()
    few = queries()
    for _ in range(36):
        a_request(contact=ANN)

    assert queries() == few


def test_staff_open_a_request_for_an_account_by_its_address(client: Client) -> None:
    person = UserFactory(email="ann@home.example")

    answer = client.post(
        reverse("admin:accounts_datarequest_new"),
        WHO | {"account_email": "Ann@home.example", "received_on": today(), "channel": "phone"},
    )

    request = DataRequest.objects.get()
    assert answer.url == page(request)
    assert (request.account, request.channel, request.words) == (person, "phone", "All you have")
    assert request.opened_by.startswith("user:")


def test_staff_open_a_request_for_a_person_without_an_account(client: Client) -> None:
    client.post(
        reverse("admin:accounts_datarequest_new"),
        WHO
        | {"name": "Ann Example", "address": "1 Mill Lane\r\nLeeds", "received_on": today(), "identity": "ask"}
        | {"channel": "letter", "kind": "erasure", "listed_email": "Office@home.example"},
    )

    request = DataRequest.objects.get()
    assert (request.account, request.contact_address) == (None, "1 Mill Lane\nLeeds")
    assert (request.listed_email, request.due_on) == ("office@home.example", None)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"email": ""}, "Enter an email address or a postal address for the answer, or the account"),
        ({"account_email": "nobody@home.example"}, "No account has this email address"),
        ({"account_email": "staff"}, "No account has this email address"),
        ({"account_email": "ann@home.example", "name": "Ann"}, "not both"),
        ({"received_on": "31/12/2090"}, "The day it was received must be today or in the past"),
        ({"received_on": "yesterday"}, "Enter a date, like 31/03/2027"),
        ({"kind": ""}, "Select what the person asks for"),
        ({"identity": ""}, "Select whether we know who asks"),
    ],
)
def test_what_cannot_be_opened_is_said(client: Client, service: User, changes: dict[str, str], says: str) -> None:
    UserFactory(email="ann@home.example")
    given = WHO | {"email": "ann@home.example", "received_on": today()} | changes
    if given["account_email"] == "staff":
        given["account_email"] = str(service.email)

    answer = client.post(reverse("admin:accounts_datarequest_new"), given)

    assert answer.status_code == 422
    assert says in answer.text
    assert not DataRequest.objects.exists()


def test_a_second_open_request_of_a_kind_is_refused_in_words(client: Client) -> None:
    person = UserFactory(email="ann@home.example")
    a_request(account=person)

    answer = client.post(
        reverse("admin:accounts_datarequest_new"), WHO | {"account_email": person.email, "received_on": today()}
    )

    assert answer.status_code == 422
    assert "has an open request of this kind already" in answer.text


def test_the_page_of_a_person_leads_to_a_new_request_for_them(client: Client) -> None:
    person = UserFactory(email="ann@home.example")
    links = {
        text: address
        for address, text in client.get(reverse("admin:accounts_user_change", args=[person.pk])).context["object_tools"]
    }

    assert 'value="ann@home.example"' in client.get(links["New data request"]).text
    assert "ann@home.example" not in links["New data request"]


def test_a_request_is_worked_by_its_buttons(client: Client) -> None:
    request = a_request(contact=ANN, identity_known=False, now=timezone.now())
    assert tools(client, request) == ["Confirm identity", "Refuse", "Close as withdrawn"]
    assert "Find out who asks" in client.get(page(request)).text
    assert "5 Oct 2026" in client.get(page(a_request())).text

    client.post(page(request, "identity"))
    client.post(page(request, "ask"), {"question": "Which order do you mean?"})
    assert "Note the answer to the question" in tools(client, request)
    client.post(page(request, "answered"))
    client.post(page(request, "extend"), {"reason": "complex", "explanation": "Many orders."})
    assert "Take two more months" not in tools(client, request)
    client.post(page(request, "meet"), {"answer": "Your copy is in the post."})

    request.refresh_from_db()
    assert (request.state, request.answer) == ("met", "Your copy is in the post.")
    assert list(request.events.values_list("kind", flat=True)) == [
        "open", "confirm_identity", "ask", "answered", "extend", "meet",
    ]  # fmt: skip
    assert tools(client, request) == []
    whole = client.get(page(request)).text
    for words in ("Which order do you mean?", "Extended by two months", "Your copy is in the post."):
        assert words in whole


def test_a_refusal_needs_a_reason_and_an_explanation(client: Client) -> None:
    request = a_request()

    answer = client.post(page(request, "refuse"), {"reason": "", "explanation": ""})
    assert answer.status_code == 422
    assert "Select why it is refused" in answer.text

    client.post(page(request, "refuse"), {"reason": "excessive", "explanation": "We answered last week."})
    request.refresh_from_db()
    assert request.refusal_reason == "excessive"


def test_who_comes_second_is_told_and_nothing_is_done(client: Client) -> None:
    request = a_request()
    client.post(page(request, "withdraw"))

    answer = client.post(page(request, "meet"), {"answer": ""}, follow=True)

    assert "A colleague may have been quicker" in answer.text
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_the_register_is_downloaded_without_names(client: Client) -> None:
    request = a_request(contact=ANN, words="=HYPERLINK(1)")
    refuse_request(
        request_id=request.pk, reason="nothing_held", explanation="Dear Ann", actor=officer(), now=timezone.now()
    )

    answer = client.get(reverse("admin:accounts_datarequest_register"))
    rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))

    assert answer.headers["Content-Type"].startswith("text/csv")
    assert [(row["Reference"], row["State"], row["Received"]) for row in rows] == [
        (request.reference, "Refused", "03/09/2026")
    ]
    assert not any(word in answer.content.decode() for word in ("Ann", "home.example", "Mill Lane", "HYPERLINK"))


def test_a_complaint_is_worked_by_its_buttons(client: Client) -> None:
    about = a_request(contact=ANN)
    client.post(
        reverse("admin:accounts_complaint_new"),
        WHO | {"email": "ann@home.example", "name": "Ann", "received_on": today(), "request": about.reference.lower()},
    )
    complaint = Complaint.objects.get()
    assert complaint.request == about

    client.post(page(complaint, "acknowledge"))
    client.post(page(complaint, "findings"), {"findings": "Two mails went."})
    client.post(page(complaint, "answer"), {"outcome": "upheld", "answer": "Sorry."})

    complaint.refresh_from_db()
    assert (complaint.outcome, complaint.findings) == ("upheld", "Two mails went.")
    assert "Ann" not in client.get(reverse("admin:accounts_complaint_register")).content.decode()
    assert complaint.reference in client.get(reverse("admin:accounts_complaint_changelist"), {"stage": "closed"}).text


def test_a_breach_is_worked_by_its_buttons(client: Client) -> None:
    noticed = (timezone.localtime() - timedelta(hours=1)).strftime("%d/%m/%Y %H:%M")
    client.post(reverse("admin:accounts_breach_new"), {"what": "A list was left in the hall.", "noticed_at": noticed})
    breach = Breach.objects.get()
    assert tools(client, breach) == ["Judge the risk", "Note that the ICO was told", "Note that people were told"]

    client.post(page(breach, "risk"), {"risk": "high", "reason": "Addresses of many."})
    for name, field in (("reported", "reported_at"), ("people", "told_at")):
        client.post(page(breach, name), {field: noticed})
    client.post(page(breach, "close"), {"measures": "Lists stay in the office."})

    breach.refresh_from_db()
    assert breach.closed_at is not None
    assert breach.reference in client.get(reverse("admin:accounts_breach_register")).content.decode()


@pytest.mark.parametrize("text", ["ann@home.example has it", "Ring 0161 496 0123", "Ring +44 161 4960123"])
def test_the_breach_log_takes_no_address_and_no_number_of_a_person(client: Client, text: str) -> None:
    breach = a_breach()

    answer = client.post(page(breach, "risk"), {"risk": "risk", "reason": text})

    assert answer.status_code == 422
    assert "must not contain email addresses, phone numbers" in answer.text


def test_only_those_with_the_right_see_the_registers(client: Client) -> None:
    request, complaint = a_request(), a_complaint()
    client.force_login(StaffFactory(role=roles.FULFILMENT_OFFICER))

    for row in (request, complaint):
        assert client.get(page(row)).status_code == 403
        assert client.get(reverse(f"admin:accounts_{row._meta.model_name}_register")).status_code == 403
