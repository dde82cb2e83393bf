"""What staff may do with accounts, and that it is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from accounts import roles
from accounts.models import Portal, User
from badgeportal.audit.models import AuditEvent
from tests.accounts.test_signing_in import link_in, sign_in
from tests.factories.user import StaffFactory, UserFactory
from tests.searching import search_list

pytestmark = pytest.mark.django_db

LIST = reverse("admin:accounts_user_changelist")
NEW_STAFF = reverse("admin:accounts_user_new_staff")


def page_of(user: User, name: str = "change") -> str:
    return reverse(f"admin:accounts_user_{name}", args=[user.pk])


@pytest.fixture
def officer(client) -> User:
    """Customer service, signed in."""
    user = StaffFactory(role=roles.CUSTOMER_SERVICE)
    client.force_login(user)
    return user


@pytest.fixture
def manager(client) -> User:
    """A portal manager, signed in."""
    user = StaffFactory(role=roles.PORTAL_MANAGER)
    client.force_login(user)
    return user


@pytest.mark.parametrize("words", ["ann@home", "Ann Exa", "Rose Cott"])
def test_customer_service_finds_a_person(client, officer, words) -> None:
    found = UserFactory(email="ann@home.example", name="Ann Example", organisation="Rose Cottage")
    UserFactory()

    listed = search_list(client, LIST, words).context["cl"].result_list

    assert list(listed) == [found]


def test_who_looked_at_whom_is_recorded(client, officer) -> None:
    user = UserFactory()

    client.get(page_of(user))
    client.get(LIST)

    seen = AuditEvent.objects.filter(kind="personal_page_seen").order_by("pk")
    assert [(event.actor, event.subject_type, event.subject_id, event.details) for event in seen] == [
        (f"user:{officer.pk}", "accounts.user", str(user.pk), {"page": "admin:user_page"}),
        (f"user:{officer.pk}", "accounts.user", str(user.pk), {"page": "admin:user_list"}),
    ]


def test_a_page_that_cannot_be_recorded_is_not_shown(client, officer, monkeypatch) -> None:
    from badgeportal import admin_base

    def fails(**details: object) -> None:
        raise RuntimeError("no record")

    monkeypatch.setattr(admin_base, "record_personal_page_seen", fails)

    with pytest.raises(RuntimeError, match="no record"):
        client.get(page_of(UserFactory()))


def test_customer_service_sees_no_colleagues_and_managers_no_providers(client) -> None:
    provider, colleague = UserFactory(), StaffFactory(role=roles.FULFILMENT_OFFICER)
    officer, manager = StaffFactory(role=roles.CUSTOMER_SERVICE), StaffFactory(role=roles.PORTAL_MANAGER)

    client.force_login(officer)
    assert list(client.get(LIST).context["cl"].result_list) == [provider]
    assert client.get(page_of(colleague)).status_code == 302
    assert client.post(page_of(colleague, "disable")).status_code == 404

    client.force_login(manager)
    assert set(client.get(LIST).context["cl"].result_list) == {colleague, officer, manager}
    assert client.post(page_of(provider, "disable")).status_code == 404
    provider.refresh_from_db()
    assert provider.is_active


@pytest.mark.parametrize("role", [roles.VERIFICATION_OFFICER, roles.FULFILMENT_OFFICER])
def test_other_roles_have_no_business_with_accounts(client, role) -> None:
    client.force_login(StaffFactory(role=role))
    user = UserFactory()

    for url in (LIST, page_of(user), NEW_STAFF, reverse("admin:accounts_portal_ordering")):
        assert client.get(url).status_code == 403
    assert client.get(page_of(user, "disable")).status_code == 404


def test_stopping_a_person_from_signing_in_and_allowing_it_again(client, officer) -> None:
    user = UserFactory()
    assert "signed out at once" in client.get(page_of(user, "disable")).content.decode()

    client.post(page_of(user, "disable"))
    user.refresh_from_db()
    assert (user.is_active, user.disabled_at is not None) == (False, True)

    client.post(page_of(user, "restore"))
    user.refresh_from_db()
    assert (user.is_active, user.disabled_at) == (True, None)
    kinds = AuditEvent.objects.filter(subject_id=str(user.pk)).exclude(kind="personal_page_seen").order_by("pk")
    assert list(kinds.values_list("kind", "actor")) == [
        ("sign_in_disabled", f"user:{officer.pk}"),
        ("sign_in_restored", f"user:{officer.pk}"),
    ]


def test_the_orders_of_a_person_are_one_step_away(client, officer) -> None:
    user = UserFactory()

    [(address, text), *_] = client.get(page_of(user)).context["object_tools"]

    assert text == "Orders"
    assert client.get(address).status_code == 200


@pytest.mark.promise("right-correction")
def test_details_are_corrected_for_a_person_who_asks(client, officer) -> None:
    user = UserFactory(name="Anne", organisation="Rose Cottage")

    client.post(page_of(user, "details"), {"name": "Ann", "organisation": "Rose Cottage", "phone": ""})

    user.refresh_from_db()
    assert (user.name, user.organisation) == ("Ann", "Rose Cottage")
    event = AuditEvent.objects.get(kind="details_changed")
    assert (event.actor, event.subject_id, event.details) == (f"user:{officer.pk}", str(user.pk), {"fields": ["name"]})


def test_a_correction_that_cannot_be_taken_changes_nothing(client, officer) -> None:
    user = UserFactory(name="Ann")

    answer = client.post(page_of(user, "details"), {"name": "=Ann", "organisation": "", "phone": ""})

    assert answer.status_code == 422
    user.refresh_from_db()
    assert user.name == "Ann"


def test_a_manager_corrects_nobodys_details(client, manager) -> None:
    colleague = StaffFactory(role=roles.CUSTOMER_SERVICE)

    assert client.post(page_of(colleague, "details"), {"name": "Other"}).status_code == 403


def test_asking_is_not_doing(client, officer) -> None:
    user = UserFactory()

    client.get(page_of(user, "disable"))

    user.refresh_from_db()
    assert user.is_active


def test_a_new_member_of_staff_gets_a_link_and_can_work(client, manager, mailbox) -> None:
    answer = client.post(
        NEW_STAFF, {"email": "Dev@APS.example", "name": "Dev Example", "role": roles.VERIFICATION_OFFICER}
    )
    user = User.objects.get(email="dev@aps.example")
    assert answer.url == page_of(user)
    assert (user.is_staff, user.is_superuser, user.has_usable_password()) == (True, False, False)
    [mail] = mailbox()
    assert mail.to == "dev@aps.example"
    assert "Your role is: Verification officer." in mail.body

    client.logout()
    page = client.get(link_in(mail.body)).url
    client.post(page, {"password1": "entirely different words"})

    assert sign_in(client, user, "entirely different words").url == reverse("admin:index")
    event = AuditEvent.objects.get(kind="staff_created")
    assert (event.actor, event.details) == (f"user:{manager.pk}", {"role": "Verification officer"})


@pytest.mark.promise("management-information")
def test_an_analyst_is_no_admin_staff(client, manager) -> None:
    client.post(NEW_STAFF, {"email": "ana@dhsc.example", "name": "Ana", "role": roles.DHSC_ANALYST})

    user = User.objects.get(email="ana@dhsc.example")
    assert (user.is_staff, user.has_role(roles.DHSC_ANALYST)) == (False, True)


def test_an_address_in_use_makes_no_staff_account(client, manager) -> None:
    user = UserFactory(email="ann@home.example")

    answer = client.post(NEW_STAFF, {"email": "ANN@home.example", "name": "Ann", "role": roles.CUSTOMER_SERVICE})

    assert answer.status_code == 422
    assert answer.context["form"].errors["email"] == ["There is an account with this email address already"]
    user.refresh_from_db()
    assert not user.is_staff
    assert not AuditEvent.objects.filter(kind="staff_created").exists()


def test_a_role_is_changed_and_the_old_rights_end_at_once(client, manager, django_user_model) -> None:
    colleague = StaffFactory(role=roles.CUSTOMER_SERVICE)
    from django.test import Client

    theirs = Client()
    sign_in(theirs, colleague)
    assert theirs.get(LIST).status_code == 200

    client.post(page_of(colleague, "role"), {"role": roles.DHSC_ANALYST})

    assert theirs.get(LIST).status_code == 302
    colleague = User.objects.get(pk=colleague.pk)
    assert (colleague.is_staff, [group.name for group in colleague.groups.all()]) == (False, [roles.DHSC_ANALYST])
    event = AuditEvent.objects.get(kind="role_changed")
    assert event.details == {"before": ["Customer service"], "after": "DHSC analyst"}


def test_nobody_changes_their_own_role_or_shuts_themselves_out(client, manager) -> None:
    client.post(page_of(manager, "role"), {"role": roles.CUSTOMER_SERVICE})
    client.post(page_of(manager, "disable"))

    manager = User.objects.get(pk=manager.pk)
    assert manager.is_active
    assert manager.has_role(roles.PORTAL_MANAGER)


def test_a_provider_does_not_become_staff(client, manager) -> None:
    user = UserFactory()

    assert client.post(page_of(user, "role"), {"role": roles.PORTAL_MANAGER}).status_code == 404
    assert not user.groups.exists()


def test_ordering_is_closed_and_opened(client, manager) -> None:
    url = reverse("admin:accounts_portal_ordering")

    client.post(url, {"ordering_open": "no", "closes_at": ""})
    assert not Portal.current().ordering_open_at(timezone.now())

    client.post(url, {"ordering_open": "yes", "closes_at": "2099-03-31 17:00"})
    portal = Portal.current()
    assert portal.ordering_open_at(timezone.now())
    assert not portal.ordering_open_at(portal.ordering_closes_at)
    # The page speaks London time, and on 31 March that is an hour ahead.
    assert portal.ordering_closes_at.isoformat() == "2099-03-31T16:00:00+00:00"
    events = AuditEvent.objects.filter(kind="ordering_changed").order_by("pk")
    assert [event.details["open"] for event in events] == [False, True]


def test_a_closing_day_in_the_past_is_refused(client, manager) -> None:
    url = reverse("admin:accounts_portal_ordering")

    answer = client.post(url, {"ordering_open": "yes", "closes_at": "2020-01-01 12:00"})

    assert answer.context["form"].errors["closes_at"] == ["The closing date must be in the future"]
    assert Portal.current().ordering_closes_at is None


def test_django_cannot_change_or_delete_a_person(client) -> None:
    boss = User.objects.create_superuser("boss@aps.example", "three odd words together")
    EmailAddress.objects.create(user=boss, email=boss.email, verified=True, primary=True)
    client.force_login(boss)
    user = UserFactory()

    assert client.post(page_of(user), {"name": "Other"}).status_code == 403
    assert client.post(page_of(user, "delete"), {"post": "yes"}).status_code == 403
    assert client.get(reverse("admin:accounts_user_add")).status_code == 403


def test_failed_mail_is_tried_again_from_the_list(client, officer) -> None:
    from badgeportal.outbox.models import OutboxMessage

    now = timezone.now()
    about = {"subject_type": "orders.order", "subject_id": 1, "next_attempt_at": now, "created_at": now}
    failed = OutboxMessage.objects.create(template="order_placed", state="failed", **about)
    sent = OutboxMessage.objects.create(template="order_placed", state="sent", sent_at=now - timedelta(days=1), **about)

    answer = client.post(
        reverse("admin:outbox_outboxmessage_changelist"),
        {"action": "try_again", "_selected_action": [failed.pk, sent.pk]},
        follow=True,
    )

    said = [str(message) for message in answer.context["messages"]]
    assert said[0] == "1 queued to be sent again."
    assert said[1].startswith("1 left as before.")
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, sent.state) == ("queued", "sent")
