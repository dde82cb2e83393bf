"""Who gets into the staff pages, and what is there."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.contrib import admin
from django.urls import reverse

from accounts import roles
from badgeportal.admin_base import ReadOnlyAdmin
from badgeportal.admin_site import APPS_IN_ORDER, PortalAdminSite
from tests.factories.user import PASSWORD, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
INDEX = reverse("admin:index")


def code_now(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_visitors_sign_in_where_everybody_does(client) -> None:
    answer = client.get(INDEX, follow=True)

    assert answer.redirect_chain[-1][0] == f"{reverse('account_login')}?next=%2Fadmin%2F"


def test_people_who_order_do_not_get_in(client) -> None:
    client.force_login(UserFactory())

    assert client.get(INDEX, follow=True).status_code == 403


def test_analysts_do_not_get_in(client) -> None:
    client.force_login(StaffFactory(role=roles.DHSC_ANALYST))

    assert client.get(INDEX, follow=True).status_code == 403


def test_nobody_is_led_to_another_site(client) -> None:
    client.force_login(StaffFactory())

    assert client.get(reverse("admin:login"), {"next": "https://evil.example/"}).url == INDEX


def test_staff_sign_out_with_djangos_button(client) -> None:
    client.force_login(StaffFactory())

    assert client.get(reverse("admin:logout")).url == reverse("account_logout")
    assert "_auth_user_id" in client.session
    assert client.post(reverse("admin:logout")).url == reverse("start")
    assert "_auth_user_id" not in client.session


def test_staff_without_a_second_step_are_sent_to_set_it_up(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    client.force_login(StaffFactory())

    answer = client.get(reverse("admin:accounts_user_changelist"), follow=True)

    assert answer.redirect_chain[1][0] == reverse("mfa_activate_totp")


def test_staff_with_a_second_step_must_use_it(client, settings) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = True
    user = StaffFactory()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)

    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(INDEX).status_code == 302
    client.post(answer.url, {"code": code_now(secret)})

    assert client.get(INDEX).status_code == 200


def test_the_secret_of_a_second_step_is_not_in_clear() -> None:
    user = StaffFactory()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)

    stored = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in stored
    assert stored.startswith("gAAAA")


@pytest.mark.parametrize(("required", "kept"), [(True, True), (False, False)])
def test_staff_keep_a_second_step_where_it_is_required(client, settings, required, kept) -> None:
    settings.STAFF_SECOND_FACTOR_REQUIRED = required
    user = StaffFactory()
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})

    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})

    answer = client.post(reverse("mfa_deactivate_totp"))

    assert Authenticator.objects.filter(user=user, type="totp").exists() is kept
    assert ("Staff need a second step" in answer.content.decode()) is kept


def test_only_our_own_records_are_there_and_django_writes_none_of_them(rf) -> None:
    site = admin.site
    assert isinstance(site._wrapped if hasattr(site, "_wrapped") else site, PortalAdminSite)
    assert {model._meta.app_label for model in site._registry} <= set(APPS_IN_ORDER)
    request = rf.get("/admin/")
    request.user = UserFactory(is_superuser=True, is_staff=True)
    for model, model_admin in site._registry.items():
        assert isinstance(model_admin, ReadOnlyAdmin), model
        assert not model_admin.has_add_permission(request), model
        assert not model_admin.has_change_permission(request), model
        assert not model_admin.has_delete_permission(request), model


@pytest.mark.parametrize("role", roles.ADMIN_ROLES)
def test_every_list_a_role_is_shown_opens_and_every_other_is_shut(client, role) -> None:
    client.force_login(StaffFactory(role=role))
    shown = {
        model["admin_url"]
        for app in client.get(INDEX).context["app_list"]
        for model in app["models"]
        if model["admin_url"]
    }

    assert shown
    for model in admin.site._registry:
        url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        assert client.get(url).status_code == (200 if url in shown else 403), url
