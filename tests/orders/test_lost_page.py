"""A session that is lost in the middle of the journey: nothing typed is lost, nothing is shown to somebody else."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from orders.drafts import open_draft
from orders.models import Order
from tests.factories.user import PASSWORD, UserFactory
from tests.journeys import DELIVERY, placed_order, stocked
from tests.orders.pages import answer, hidden, text_of

pytestmark = pytest.mark.django_db
TYPED = DELIVERY | {"recipient_name": "Siân Ŵyn", "address_line_1": "Tŷ Gwyn"}
HERE = {"headers": {"origin": "http://testserver"}}
KEPT = "Nothing you typed is lost"


@pytest.fixture
def account():
    stocked(1000)
    return UserFactory()


@pytest.fixture
def provider(account) -> Client:
    """A browser whose posts are checked for their token, at the last question."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    for name in ("order_cqc", "order_organisation", "order_quantity"):
        answer(client, name, csrfmiddlewaretoken=token(client))
    return client


def token(client: Client) -> str:
    """The token of a page as the browser now holds it."""
    return str(client.get(reverse("start")).context["csrf_token"])


def typed_into(client: Client, **other: str) -> dict[str, str]:
    """The last question filled in, with the hidden inputs of its page."""
    page = client.get(reverse("order_delivery"))
    return TYPED | hidden(page) | {"csrfmiddlewaretoken": str(page.context["csrf_token"])} | other


def sign_in(client: Client, account, url: str):
    posted = {
        "login": account.email,
        "password": PASSWORD,
        "csrfmiddlewaretoken": str(client.get(url).context["csrf_token"]),
    }
    return client.post(url, posted, follow=True)


def lose_session(client: Client) -> None:
    client.session.flush()
    del client.cookies["sessionid"]


def test_what_was_typed_comes_back_after_signing_in_again(provider, account):
    posted = typed_into(provider)
    lose_session(provider)
    response = provider.post(reverse("order_delivery"), posted)
    assert response.url == f"{reverse('account_login')}?next={reverse('order_delivery')}"
    page = sign_in(provider, account, response.url)
    assert page.redirect_chain[-1][0] == reverse("order_delivery")
    assert KEPT in text_of(page)
    assert 'value="Tŷ Gwyn"' in page.content.decode()
    assert open_draft(account).address_line_1 == "", "it is saved only when the person says so"
    again = provider.post(reverse("order_delivery"), posted | {"csrfmiddlewaretoken": str(page.context["csrf_token"])})
    assert again.url == reverse("order_check")
    assert open_draft(account).address_line_1 == "Tŷ Gwyn"
    assert KEPT not in text_of(provider.get(reverse("order_delivery")))


def test_the_marker_of_a_change_survives_the_sign_in(provider):
    posted = typed_into(provider)
    lose_session(provider)
    response = provider.post(f"{reverse('order_delivery')}?change=1", posted)
    assert response.url.endswith("%3Fchange%3D1")


def test_somebody_else_who_signs_in_sees_none_of_it(provider):
    posted = typed_into(provider)
    lose_session(provider)
    response = provider.post(reverse("order_delivery"), posted)
    other = UserFactory()
    answer_all_but_last(other)
    page = sign_in(provider, other, response.url)
    assert page.redirect_chain[-1][0] == reverse("order_delivery")
    assert "Tŷ Gwyn" not in page.content.decode()
    assert KEPT not in text_of(page)
    assert "Tŷ Gwyn" not in str(dict(provider.session))


def answer_all_but_last(account) -> None:
    client = Client()
    client.force_login(account)
    for name in ("order_cqc", "order_organisation", "order_quantity"):
        answer(client, name)


def test_an_old_token_of_our_own_page_keeps_what_was_typed(provider, account):
    posted = typed_into(provider, csrfmiddlewaretoken="x" * 64)
    response = provider.post(reverse("order_delivery"), posted, **HERE)
    assert response.url == reverse("order_delivery")
    page = provider.get(response.url)
    assert KEPT in text_of(page)
    assert 'value="Tŷ Gwyn"' in page.content.decode()


def test_a_lost_session_and_a_lost_token_together_keep_it_too(provider, account):
    posted = typed_into(provider)
    lose_session(provider)
    del provider.cookies["csrftoken"]
    response = provider.post(reverse("order_delivery"), posted, headers={"sec-fetch-site": "same-origin"})
    page = sign_in(provider, account, response.url)
    assert 'value="Tŷ Gwyn"' in page.content.decode()


@pytest.mark.parametrize(
    "headers",
    [{}, {"origin": "https://elsewhere.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"},
     {"origin": "https://elsewhere.example", "sec-fetch-site": "same-origin"}],
)  # fmt: skip
def test_a_post_from_elsewhere_is_refused_and_nothing_is_kept(provider, headers):
    posted = typed_into(provider, csrfmiddlewaretoken="x" * 64)
    response = provider.post(reverse("order_delivery"), posted, headers=headers)
    assert response.status_code == 403
    assert "Nothing was changed" in text_of(response)
    assert "typed_before_sign_in" not in provider.session


def test_placing_with_an_old_token_shows_the_answers_and_places_nothing(provider, account):
    provider.post(reverse("order_delivery"), typed_into(provider))
    page = provider.get(reverse("order_check"))
    response = provider.post(reverse("order_check"), hidden(page) | {"csrfmiddlewaretoken": "x" * 64}, **HERE)
    assert response.url == reverse("order_check")
    assert not Order.objects.exists()


def test_placing_with_a_lost_session_leads_back_to_the_answers(provider, account):
    provider.post(reverse("order_delivery"), typed_into(provider))
    page = provider.get(reverse("order_check"))
    lose_session(provider)
    posted = hidden(page) | {"csrfmiddlewaretoken": str(page.context["csrf_token"])}
    response = provider.post(reverse("order_check"), posted)
    assert response.url == f"{reverse('account_login')}?next={reverse('order_check')}"
    assert "Check your answers" in text_of(sign_in(provider, account, response.url))
    assert not Order.objects.exists()


def test_what_is_kept_is_no_longer_than_a_page_can_hold(provider):
    posted = typed_into(provider, recipient_name="Ŵ" * 3000)
    lose_session(provider)
    provider.post(reverse("order_delivery"), posted)
    kept = provider.session["typed_before_sign_in"]["typed"]
    assert max(len(value) for value in kept.values()) <= 500
    assert provider.session.get_expiry_age() <= 3600


def test_other_pages_say_that_nothing_was_changed(account):
    client = Client(enforce_csrf_checks=True)
    client.force_login(account)
    order = placed_order(account)
    response = client.post(reverse("order_cancel", args=[order.reference]), **HERE)
    assert response.status_code == 403
    order.refresh_from_db()
    assert order.state == "placed"


def test_a_visitor_who_never_signed_in_is_asked_to(client):
    stocked(10)
    for name in ("order", "order_cqc", "order_check", "your_orders"):
        assert client.get(reverse(name)).url == f"{reverse('account_login')}?next={reverse(name)}"
