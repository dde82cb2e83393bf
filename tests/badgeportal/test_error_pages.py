"""When something is wrong people get a page in the same design that says what to do, with a title that says what it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path, reverse
from django.views.defaults import server_error

from badgeportal.doors import DOORS
from badgeportal.urls import urlpatterns as portal
from tests.factories.user import StaffFactory, UserFactory


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("planted")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def puzzle(request: HttpRequest) -> HttpResponse:
    raise SuspiciousOperation("planted")


def away(request: HttpRequest) -> HttpResponse:
    """Ask a PostgreSQL that is not there, through Django's own connection."""
    nowhere = connection.copy()
    nowhere.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    nowhere.ensure_connection()
    return HttpResponse()


handler500 = "badgeportal.faults.fault"
urlpatterns = [
    *portal,
    path("planted-pause/", away),
    path("planted-fault/", fail),
    path("planted-refusal/", forbid),
    path("planted-puzzle/", puzzle),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.badgeportal.test_error_pages")]

TRY_AGAIN, SERVICE_DESK = "try again", "contact customer service"


def too_often(client: Client) -> Any:
    door = DOORS["send_listed_inbox_link"]
    return [client.post("/orders/CARE-2222-2222/listed-inbox/") for _ in range(door.a_minute + 1)][-1]


def too_large(client: Client) -> Any:
    return client.post("/order/delivery/", {"town": "x" * (1 << 20)})


def old_token(client: Client) -> Any:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    return strict.post("/account/login/", {})


def get(path: str) -> Callable[[Client], Any]:
    return lambda client: client.get(path)


# How each is met; its status, its title, and two things it says to do.
PAGES: dict[str, tuple[Callable[[Client], Any], int, str, tuple[str, ...]]] = {
    "puzzling": (
        get("/planted-puzzle/"), 400, "Your browser sent something we do not understand", (TRY_AGAIN, SERVICE_DESK),
    ),
    "forbidden": (get("/planted-refusal/"), 403, "You cannot see this page", ("portal manager", SERVICE_DESK)),
    "old token": (old_token, 403, "Sorry, that page was out of date", ("load the page again", SERVICE_DESK)),
    "not found": (get("/no-such-page/"), 404, "Page not found", ("the start page", SERVICE_DESK)),
    "too large": (too_large, 413, "What you sent is too large", ("shorten what you typed", SERVICE_DESK)),
    "too often": (too_often, 429, "You have tried too often", (TRY_AGAIN, SERVICE_DESK)),
    "our fault": (get("/planted-fault/"), 500, "Sorry, there is a problem with this service", ("Try again", SERVICE_DESK)),
    "away": (get("/planted-pause/"), 503, "Sorry, the service is not available", ("Try again", SERVICE_DESK)),
}  # fmt: skip


@pytest.mark.parametrize("who", ["nobody", "a provider", "staff"])
@pytest.mark.parametrize("name", sorted(PAGES))
def test_every_error_is_a_page_of_ours_that_says_what_to_do(who: str, name: str) -> None:
    meet, status, title, advice = PAGES[name]
    client = Client(raise_request_exception=False)
    if who != "nobody":
        client.force_login(StaffFactory() if who == "staff" else UserFactory())
    response = meet(client)
    html = response.content.decode()
    assert response.status_code == status
    assert f"<title>{title} - Order CARE badges</title>" in html
    assert html.count("<h1") == 1
    assert f">{title}</h1>" in html
    assert all(words in html for words in advice)
    assert "Privacy notice" in html
    assert "planted" not in html


def test_a_page_for_a_pause_says_when_to_come_back(client: Client) -> None:
    client.raise_request_exception = False
    assert client.get("/planted-pause/")["Retry-After"] == "30"


def test_a_file_that_is_too_large_names_the_limit(client: Client, settings: Any) -> None:
    settings.MAX_UPLOAD_REQUEST_BYTES, settings.UPLOAD_MAX_MB = 1000, 7
    response = client.post(reverse("admin:verification_registerimport_load"), {"file": "x" * 1001})
    html = response.content.decode()
    assert response.status_code == 413
    assert "<title>The file is too large - Order CARE badges</title>" in html
    assert "smaller than 7 MB" in html


@pytest.mark.parametrize("name", ["413.html", "500.html", "503.html"])
def test_pages_for_bad_times_ask_nobody_anything(name: str, django_assert_num_queries: Any) -> None:
    """A question to the database or to Redis would be the next fault."""
    with django_assert_num_queries(0):
        assert "Order CARE badges" in render_to_string(name)


def test_the_page_for_a_fault_of_ours_asks_the_database_nothing(
    rf: RequestFactory, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(0):
        response = server_error(rf.get("/"))
    assert "Sorry, there is a problem with this service" in response.content.decode()


def test_too_many_tries_to_sign_up_are_refused_with_the_same_page(client: Client) -> None:
    answers = [client.post("/account/signup/", {}) for _ in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert answers[20].status_code == 429
    assert "You have tried too often" in answers[20].content.decode()
