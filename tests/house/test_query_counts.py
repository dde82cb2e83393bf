"""Every page asks few questions of the database, and no more of them when there is more to show: at most 25, a staff list 15.

Every address of the portal is walked, or stands below with the reason why not; a new page cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts import roles
from accounts.closing.notice import current_plan, remember
from accounts.models import User
from badgeportal import staff_sessions
from orders.models import Order
from reports.models import ChartPicture, Snapshot
from tests.factories.user import StaffFactory, UserFactory
from tests.house.test_doors import POST_ONLY, SITE, address, let_in, one_of_each, pages_of_records, patterns_of
from tests.journeys import finished_draft, placed_order
from tests.reports.downloads.worlds import WEEK, a_published_snapshot
from tests.verification.test_questions import asked, order_of
from tests.verification.worlds import a_listing, assessed, cqc_order, waiting_check

pytestmark = pytest.mark.django_db

PAGE, LIST = 25, 15
# What hangs on each record in the small world: enough for every part of a page to be there. And in the larger one.
FEW, MANY = 3, 15
# (who opens it, its address)
Visit = tuple[Client, str]

# Pages that everybody may read, and pages about one's own account, which show nothing that grows.
READ = ("start", "privacy", "cookies", "accessibility", "contact", "health", "local_mail", "security_txt")
SIGN_IN = (
    "account_login",
    "account_signup",
    "account_reset_password",
    "account_reset_password_done",
    "account_inactive",
)
OWN = (
    "your_orders",
    "your_data",
    "your_details",
    "account_change_password",
    "account_email",
    "account_logout",
    "usersessions_list",
    "mfa_index",
)
JOURNEY = ("order_cqc", "order_organisation", "order_quantity", "order_phone", "order_delivery", "order_check")
OF_AN_ORDER = ("order_detail", "order_placed", "order_cancel", "order_address", "order_again", "order_problem")
_MID_WAY = "a step in the middle of signing in or of a second step: allauth's own page of one account, and no list"
_PASSWORD_FIRST = "asks for the password first, then one form about one account"
_SECOND_STEP = (
    *("mfa_activate_totp", "mfa_deactivate_totp", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"),
    *("mfa_list_webauthn", "mfa_authenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn"),
    *("mfa_generate_recovery_codes", "mfa_view_recovery_codes", "mfa_download_recovery_codes"),
)
NOT_WALKED = {
    "order": "leads on to the first question",
    "privacy_version": "an old notice: a file, and no query",
    "local_mail_one": "shows one file, on a laptop only",
    "state": "measured in tests/badgeportal/test_watch.py, where a beat and a worker live",
    "confirm_from_listed_inbox": "needs a link that was sent; one row by its digest",
    "closing": "is not there while no closing is planned; a plan, and one row for each table",
    "closing_certificate": "is not there while the portal is open; one row",
    "closing_certificate_file": "is not there while the portal is open; one row",
    **dict.fromkeys(("your_data_correct", "your_data_limit", "your_data_object", "your_data_delete"), _PASSWORD_FIRST),
    "your_data_copy": "everything about a person; a fixed number of queries, shown in tests/accounts/your_data",
    "your_data_use_again": "is there only while use is limited; one form about one account",
    "your_data_deleted": "is there only after deleting; the receipt in the session",
    "account_reset_password_from_key": _MID_WAY,
    "account_reset_password_from_key_done": _MID_WAY,
    "account_email_verification_sent": _MID_WAY,
    "account_confirm_login_code": _MID_WAY,
    "account_reauthenticate": _MID_WAY,
    "account_set_password": _MID_WAY,
    **dict.fromkeys(_SECOND_STEP, _MID_WAY),
}
# Of the staff's pages those that show no page of their own.
LEADS_ON = {
    "verification_manualcheck_change": "leads to the workbench",
    "verification_manualcheck_next": "claims a check and leads to its workbench",
    "uploads_upload_confirm": "leads to the upload, unless a button was pressed",
    "accounts_user_role": "for colleagues; the account here orders badges",
    **dict.fromkeys(
        (
            *("accounts_datarequest_identity", "accounts_datarequest_answered", "accounts_datarequest_extend"),
            *("accounts_datarequest_limit", "accounts_datarequest_end_limit", "accounts_datarequest_told"),
            *("accounts_complaint_answer", "accounts_breach_close"),
        ),
        "one form about one record, for another step of it than it is at; tests/accounts/rights opens each",
    ),
}
NOT_SHOWN = ("add", "delete", "history")


@pytest.fixture(autouse=True)
def _no_note_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A session of staff notes once a minute that it was used: on a slow machine a minute may pass in the middle of the walk."""
    monkeypatch.setattr(staff_sessions, "_NOTED_EVERY", timedelta(hours=1))


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def provider_pages(more: int) -> dict[str, Visit]:
    """Every page of a provider; `more` further orders are of the same person, the same place and the same organisation."""
    account, of_cqc = UserFactory(), UserFactory()
    order = placed_order(account)
    for _ in range(more):
        placed_order(account)
        cqc_order(of_cqc)
    for number in range(1 + more):
        a_listing(provider_id="1-90001", name=f"Lucerne House {number}", emails=("office@lucerne.example",))
    waiting = assessed(cqc_order(of_cqc))
    question = order_of(asked(waiting_check(UserFactory())))
    finished_draft(account, quantity=40, phone="+441612345678")
    finished_draft(of_cqc, cqc_registered=True)
    person, home = signed_in(account), signed_in(of_cqc)
    found: dict[str, Visit] = {name: (Client(), reverse(name)) for name in (*READ, *SIGN_IN)}
    found |= {name: (person, reverse(name)) for name in (*OWN, *JOURNEY)}
    found |= {name: (person, reverse(name, args=[order.reference])) for name in OF_AN_ORDER}
    found |= {name: (home, reverse(name)) for name in ("order_ods_code", "order_your_organisation")}
    found |= {
        name: (home, reverse(name, args=[waiting.reference])) for name in ("correct_ods_code", "send_listed_inbox_link")
    }
    answering = signed_in(User.objects.get(pk=question.account_id))
    return (
        found
        | published_pages(more)
        | {"answer_question": (answering, reverse("answer_question", args=[question.reference]))}
    )


def published_pages(more: int) -> dict[str, Visit]:
    """What an analyst opens; `more` further weeks are published."""
    analyst = signed_in(StaffFactory(role=roles.DHSC_ANALYST))
    weeks = [a_published_snapshot(WEEK - timedelta(weeks=Snapshot.objects.count())) for _ in range(1 + more)]
    address = {"week": weeks[0].week, "version": weeks[0].version}
    picture, _ = ChartPicture.objects.get_or_create(digest="x", svg="<svg/>", defaults={"drawn_at": timezone.now()})
    return {
        "reports": (analyst, reverse("reports")),
        "chart_picture": (analyst, reverse("chart_picture", args=[picture.digest])),
        "snapshots": (analyst, reverse("snapshots")),
        "snapshot": (analyst, reverse("snapshot", kwargs=address)),
        "snapshot_file": (analyst, reverse("snapshot_file", kwargs={**address, "file": "week.csv"})),
    }


def staff_pages(more: int, *, lists: bool) -> dict[str, Visit]:
    """Every list of the staff site, or every other page of it, each opened by somebody who may."""
    records = one_of_each(more)
    desks = {role: signed_in(StaffFactory(role=role)) for role in roles.ALL_ROLES}
    left_out = POST_ONLY | LEADS_ON.keys()
    found: dict[str, Visit] = {}
    for name, pattern in pages_of_records().items():
        if name in left_out or name.endswith(NOT_SHOWN) or name.endswith("_changelist") != lists:
            continue
        found[name] = (desks[min(let_in(name))], address(name, pattern, records))
    if not lists:
        found["index"] = (desks[roles.PORTAL_MANAGER], reverse("admin:index"))
    return found


def counted(visits: dict[str, Visit]) -> dict[str, int]:
    """How many queries each page takes, opened a second time: the first fills what a process keeps."""
    # A process looks for a planned closing every few seconds, on whatever page that falls.
    remember(current_plan(), seconds=3600)
    first = {name: client.get(url) for name, (client, url) in visits.items()}
    assert {name: answer.status_code for name, answer in first.items() if answer.status_code != 200} == {}
    counts = {}
    for name, (client, url) in visits.items():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url)
        assert answer.status_code == 200, (name, answer.status_code, answer.headers.get("Location"))
        counts[name] = len(captured)
    return counts


def staff_lists(more: int) -> dict[str, Visit]:
    return staff_pages(more, lists=True)


def staff_records(more: int) -> dict[str, Visit]:
    return staff_pages(more, lists=False)


@pytest.mark.parametrize(("pages", "limit"), [(provider_pages, PAGE), (staff_lists, LIST), (staff_records, PAGE)])
def test_every_page_asks_few_questions_whatever_there_is_to_show(
    pages: Callable[[int], dict[str, Visit]], limit: int
) -> None:
    few = counted(pages(FEW))
    before = Order.objects.count()
    many = counted(pages(MANY))

    assert Order.objects.count() > before + MANY
    assert {name: count for name, count in many.items() if count > limit} == {}
    assert {name: (few[name], count) for name, count in many.items() if count > few[name]} == {}


def test_every_address_is_walked_or_has_its_reason() -> None:
    walked = provider_pages(0).keys()

    assert patterns_of(get_resolver()).keys() == walked | NOT_WALKED.keys()
    assert walked & NOT_WALKED.keys() == set()


def test_every_page_of_the_staff_site_is_walked_or_has_its_reason() -> None:
    walked = staff_lists(0).keys() | staff_records(0).keys()
    left = {name for name in pages_of_records() if name not in walked}

    assert {name for name in left if not name.endswith(NOT_SHOWN)} == (POST_ONLY | LEADS_ON.keys())
    assert SITE - {"index"} == SITE - walked
