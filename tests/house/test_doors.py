"""Every address of the portal, tried by everybody: who is let in is written down here, and a new page needs a line."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
import pytest_django
from django.contrib import admin
from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts import roles
from accounts.erasing import erase_people
from accounts.models import ClosingPlan, Portal
from badgeportal.actor import Actor
from badgeportal.audit.models import AuditEvent
from badgeportal.outbox.models import OutboxMessage
from badgeportal.privacy.models import OpenOrders, PendingErasure
from badgeportal.privacy.subject import DataSubject
from orders.models import StockMovement
from tests.accounts.rights.steps import a_breach, a_complaint, a_request
from tests.badgeportal.test_uploads import given
from tests.closing.steps import scheduled
from tests.factories.user import StaffFactory, UserFactory
from tests.fulfilment import steps
from tests.journeys import placed_order
from tests.orders.test_afterwards import told
from tests.reports.leaves import a_snapshot, an_edition
from tests.verification.worlds import a_head_office, a_listing, an_import, waiting_check
from verification.models import FailedRow, ListedEmail, ProviderCode

pytestmark = pytest.mark.django_db

CHECKS, PARCELS, SERVICE, MANAGER = (
    roles.VERIFICATION_OFFICER,
    roles.FULFILMENT_OFFICER,
    roles.CUSTOMER_SERVICE,
    roles.PORTAL_MANAGER,
)
ALL = {CHECKS, PARCELS, SERVICE, MANAGER}
SHIPPING = {PARCELS, MANAGER}

# The pages of each model: who may open its list and its records, and who may do what.
MODELS: dict[str, set[str]] = {
    "outbox_outboxmessage": {SERVICE, MANAGER},
    "audit_auditevent": {MANAGER},
    "uploads_upload": SHIPPING,
    "privacy_erasureledgerentry": {SERVICE, MANAGER},
    "privacy_pendingerasure": {SERVICE, MANAGER},
    "accounts_user": {SERVICE, MANAGER},
    "accounts_portal": {SERVICE, MANAGER},
    "accounts_closingplan": {MANAGER},
    "accounts_datarequest": {SERVICE, MANAGER},
    "accounts_complaint": {SERVICE, MANAGER},
    "accounts_breach": {SERVICE, MANAGER},
    "orders_order": ALL,
    "orders_stockmovement": SHIPPING,
    "orders_orderproblem": {PARCELS, SERVICE, MANAGER},
    "verification_manualcheck": {CHECKS, SERVICE, MANAGER},
    "verification_registerimport": {MANAGER},
    "verification_failedrow": {MANAGER},
    "verification_listing": {CHECKS, SERVICE, MANAGER},
    "verification_providercode": {CHECKS, MANAGER},
    "verification_listedemail": {CHECKS, SERVICE, MANAGER},
    "fulfilment_batch": SHIPPING,
    "fulfilment_consignment": {PARCELS, SERVICE, MANAGER},
    "fulfilment_trackingimport": SHIPPING,
    "reports_snapshot": {MANAGER},
    "reports_postcodeedition": {MANAGER},
}
ACTIONS: dict[str, set[str]] = {
    # Of the upload in this test, a tracking file.
    "uploads_upload_confirm": SHIPPING,
    "uploads_upload_cancel": SHIPPING,
    "accounts_user_new_staff": {MANAGER},
    # The account in this test orders badges: a manager has no business with it.
    "accounts_user_change": {SERVICE},
    "accounts_user_details": {SERVICE},
    "accounts_user_role": set(),
    "accounts_user_disable": {SERVICE},
    "accounts_user_restore": {SERVICE},
    "accounts_user_erase": {SERVICE},
    "accounts_user_limit": {SERVICE},
    "accounts_user_end_limit": {SERVICE},
    # Whom they may erase depends on who was chosen.
    "accounts_user_erase_many": {SERVICE, MANAGER},
    "accounts_portal_ordering": {MANAGER},
    "accounts_closingplan_schedule": {MANAGER},
    **{
        f"accounts_closingplan_{name}": {MANAGER}
        for name in ("confirm", "call_off", "settle", "cancel_orders", "backup_key", "dry_run")
    },
    **{
        f"accounts_{model}_{name}": {SERVICE, MANAGER}
        for model, names in {
            "datarequest": "new register identity ask answered extend meet refuse withdraw limit end_limit told copy",
            "complaint": "new register acknowledge findings answer",
            "breach": "new register risk reported people close",
        }.items()
        for name in names.split()
    },
    "orders_order_cancel": {SERVICE, MANAGER},
    "orders_order_hold": {SERVICE, MANAGER},
    "orders_order_lift_hold": {SERVICE, MANAGER},
    "orders_order_address": {PARCELS, SERVICE, MANAGER},
    "orders_orderproblem_answer": {SERVICE, MANAGER},
    "orders_stockmovement_receive": SHIPPING,
    "orders_stockmovement_correct": SHIPPING,
    "orders_stockmovement_write_off": SHIPPING,
    # Shows nothing, and leads to the workbench, which looks at who asks.
    "verification_manualcheck_change": ALL,
    "verification_manualcheck_next": {CHECKS, MANAGER},
    "verification_manualcheck_work": {CHECKS, SERVICE, MANAGER},
    "verification_manualcheck_claim": {CHECKS, MANAGER},
    "verification_manualcheck_release": {CHECKS, MANAGER},
    "verification_manualcheck_refuse": {CHECKS, MANAGER},
    "verification_manualcheck_call_back": {CHECKS, MANAGER},
    "verification_registerimport_load": {MANAGER},
    "verification_registerimport_failed_rows": {MANAGER},
    **{f"fulfilment_batch_{name}": SHIPPING for name in ("create", "addresses", "release", "close", "take_out")},
    **{f"fulfilment_batch_{name}": SHIPPING for name in ("take_one_out", "dx_file", "pick_list", "sent", "cancel")},
    "fulfilment_batch_handover": SHIPPING,
    **{f"fulfilment_consignment_{name}": {PARCELS, SERVICE, MANAGER} for name in ("came_back", "send_again", "cancel")},
    "fulfilment_consignment_find": {SERVICE},
    "fulfilment_consignment_person": {SERVICE},
    "fulfilment_consignment_erase_inbox": {SERVICE},
    "fulfilment_consignment_erase_recipient": {SERVICE},
    "fulfilment_consignment_resend": {SERVICE},
    "fulfilment_trackingimport_load": SHIPPING,
    "fulfilment_trackingimport_problems": SHIPPING,
    "reports_snapshot_ask": {MANAGER},
    "reports_snapshot_withdraw": {MANAGER},
}
# Looked at by those who may not act: the page is theirs to read, its buttons are not.
READ_ONLY = {"verification_manualcheck_work": {SERVICE}}
# Django's own pages without a record behind them.
SITE = {
    *("index", "login", "logout", "password_change", "password_change_done"),
    *("autocomplete", "jsi18n", "view_on_site", "app_list"),
}
POST_ONLY = {
    "accounts_user_erase_many",
    *(f"verification_manualcheck_{name}" for name in ("claim", "release", "call_back")),
    "uploads_upload_cancel",
    "fulfilment_consignment_resend",
}
# Of the parcels' pages, those whose address names a person.
ABOUT_A_PERSON = {"fulfilment_consignment_person", "fulfilment_consignment_resend"}

# Pages that a visitor may open. Every other one asks them to sign in, also the later steps of a sign-in not begun.
PUBLIC = {
    # The first of these is not there while no closing is planned, the others while there is no certificate.
    *("closing", "closing_certificate", "closing_certificate_file"),
    *("start", "privacy", "privacy_version", "cookies", "accessibility", "contact", "health", "security_txt"),
    # Shows a receipt to whoever deleted their data a moment ago, and nothing to anybody else.
    "your_data_deleted",
    *("local_mail", "local_mail_one", "confirm_from_listed_inbox"),
    *("account_login", "account_logout", "account_inactive", "account_signup"),
    *("account_reset_password", "account_reset_password_done", "account_reset_password_from_key"),
    "account_reset_password_from_key_done",
}


def patterns_of(resolver: Any) -> dict[str, URLPattern]:
    """Every named address below `resolver`, without those of Django's admin, which have a namespace."""
    found: dict[str, URLPattern] = {}
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found |= {} if pattern.namespace else patterns_of(pattern)
        elif pattern.name:
            found[pattern.name] = pattern
    return found


def admin_patterns() -> dict[str, URLPattern]:
    site: Any = SimpleNamespace(url_patterns=admin.site.get_urls())
    return patterns_of(site)


def let_in(name: str) -> set[str]:
    """The roles that may open the admin page `name`; KeyError for a page that nobody has decided about."""
    if name in ACTIONS:
        return ACTIONS[name]
    model, _, page = name.rpartition("_")
    return (
        MODELS[model] if page in {"changelist", "change"} else {"add": set(), "delete": set(), "history": set()}[page]
    )


def one_of_each(more: int = 0) -> dict[str, Any]:
    """One new record of each model, by the beginning of its pages' names; `more` is how much besides hangs on each."""
    steps.verified_orders(1 + more)
    batch = steps.closed_batch()
    parcels = list(batch.consignments.order_by("pk"))
    account = UserFactory()
    check = waiting_check(account=account)
    for _ in range(more):
        told(placed_order(account, phone=check.order.phone))
        waiting_check()
        a_head_office(code="A1X2", provider_id=a_listing().provider_id)
        UserFactory()
        given()
        steps.load("CB1,,?,?")
    listing = a_listing(
        emails=("office@lucerne.example", *(f"office{number}@lucerne.example" for number in range(more)))
    )
    a_head_office(code="A1X2", provider_id=listing.provider_id)
    register_import = an_import()
    rows = [
        FailedRow.objects.create(register_import=register_import, row_number=2 + number, reason="x")
        for number in range(1 + more)
    ]
    UserFactory()
    tracked = steps.load(
        *(f"{parcel.reference},1,Collected,23/11/2026 09:00" for parcel in parcels), *["CB1,,?,?"] * more
    )
    return {
        "outbox_outboxmessage": OutboxMessage.objects.about(check.order).earliest("pk").pk,
        "audit_auditevent": AuditEvent.objects.earliest("pk").pk,
        "privacy_erasureledgerentry": an_erasure(),
        "privacy_pendingerasure": PendingErasure.objects.create(
            account_id=UserFactory().pk, asked_at=timezone.now(), actor="user:1"
        ).pk,
        "accounts_user": account.pk,
        "accounts_portal": Portal.current().pk,
        "accounts_closingplan": (ClosingPlan.objects.live().first() or scheduled()).pk,
        "accounts_datarequest": a_request().pk,
        "accounts_complaint": a_complaint().pk,
        "accounts_breach": a_breach().pk,
        "orders_order": check.order_id,
        "orders_stockmovement": StockMovement.objects.earliest("pk").pk,
        "verification_manualcheck": check.pk,
        "verification_registerimport": register_import.pk,
        "verification_failedrow": rows[0].pk,
        "verification_listing": listing.pk,
        "verification_providercode": ProviderCode.objects.latest("pk").pk,
        "verification_listedemail": ListedEmail.objects.latest("pk").pk,
        "fulfilment_batch": batch.pk,
        "fulfilment_consignment": parcels[0].pk,
        "orders_orderproblem": told(check.order).pk,
        "uploads_upload": given().pk,
        "fulfilment_trackingimport": tracked.pk,
        "reports_snapshot": [a_snapshot() for _ in range(1 + more)][-1].pk,
        "reports_postcodeedition": [an_edition() for _ in range(1 + more)][-1].pk,
    }


def an_erasure() -> uuid.UUID:
    receipt = erase_people(
        subject=DataSubject.of_account(UserFactory().pk),
        open_orders=OpenOrders.CANCEL,
        actor=Actor.user(StaffFactory()),
        now=timezone.now(),
    ).receipt
    assert receipt is not None
    return receipt.id


@pytest.fixture(scope="module")
def records(
    django_db_setup: None, django_db_blocker: pytest_django.DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """One record of each model, made once for the tests of a module and taken back after them."""
    with django_db_blocker.unblock(), override_settings(ERASURE_LEDGER=str(tmp_path_factory.mktemp("erasures"))):
        around = transaction.atomic()
        # As Django's own test cases: actions may say that they are the outermost.
        around._from_testcase = True
        with around:
            yield one_of_each()
            transaction.set_rollback(True)


def address(name: str, pattern: URLPattern, records: dict[str, Any]) -> str:
    model = next(model for model in MODELS if name.startswith(f"{model}_"))
    values: dict[str, Any] = {
        "consignment_id": records["fulfilment_consignment"],
        "message_id": records["outbox_outboxmessage"],
    }
    if name == "fulfilment_consignment_erase_recipient":
        values["pk"] = records["orders_order"]
    if name in ABOUT_A_PERSON:
        values["pk"] = records["accounts_user"]
    return reverse(f"admin:{name}", kwargs={key: values.get(key, records[model]) for key in pattern.pattern.converters})


def is_shut(answer: HttpResponse) -> bool:
    """Refused, not found, sent to sign in, or sent back to the front page as Django does for a record that is not theirs."""
    if answer.status_code in (403, 404):
        return True
    to = answer.headers.get("Location", "")
    return answer.status_code == 302 and ("/login/" in to or to == reverse("admin:index"))


def pages_of_records() -> dict[str, URLPattern]:
    return {name: pattern for name, pattern in admin_patterns().items() if name not in SITE}


def test_somebody_has_decided_about_every_page_of_the_staff_site() -> None:
    names = pages_of_records().keys()

    assert {name: let_in(name) for name in names}
    assert ACTIONS.keys() - names == set()


@pytest.mark.parametrize("role", [*roles.ALL_ROLES, None, "provider"])
def test_each_role_opens_its_own_pages_and_no_other(client: Client, records: dict[str, Any], role: str | None) -> None:
    if role is not None:
        client.force_login(UserFactory() if role == "provider" else StaffFactory(role=role))
    opened = set()
    for name, pattern in pages_of_records().items():
        url = address(name, pattern, records)
        answer = client.get(url)
        # A page that takes posts only says so before it looks at who asks; the next test posts to it.
        if answer.status_code != 405 and not is_shut(answer):
            opened.add(name)

    assert opened == {name for name in pages_of_records() if role in let_in(name)} - POST_ONLY


@pytest.mark.parametrize("role", [*roles.ALL_ROLES, None, "provider"])
def test_nobody_acts_where_they_are_not_let_in(client: Client, records: dict[str, Any], role: str | None) -> None:
    if role is not None:
        client.force_login(UserFactory() if role == "provider" else StaffFactory(role=role))
    acted = [
        name
        for name, pattern in pages_of_records().items()
        if role not in let_in(name) or role in READ_ONLY.get(name, ())
        if not is_shut(client.post(address(name, pattern, records), {"do": "approve", "post": "yes"}))
    ]

    assert acted == []


def test_a_visitor_opens_public_pages_only(client: Client) -> None:
    """GET and POST: whoever is not signed in is asked to, but for the pages that everybody may read."""
    values = {
        "reference": "CARE-2222-2222",
        "token": "x",
        "day": date(2020, 12, 11),
        "pk": 1,
        "name": "mail-1",
        "uidb36": "1",
        "key": "set-password",
        "week": date(2026, 11, 16),
        "version": 1,
        "file": "workbook.xlsx",
        "digest": "x",
    }
    asked = set()
    for name in patterns_of(get_resolver()):
        # A part of the address may stand in the pattern that includes this one.
        keys = get_resolver().reverse_dict.getlist(name)[0][0][0][1]
        url = reverse(name, kwargs={key: values[key] for key in keys})
        answers = [client.get(url), client.post(url)]
        if all(answer.status_code == 405 or "/login/" in answer.headers.get("Location", "") for answer in answers):
            asked.add(name)

    assert patterns_of(get_resolver()).keys() - asked == PUBLIC
