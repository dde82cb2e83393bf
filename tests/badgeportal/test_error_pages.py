"""When something is wrong people get a page in the same design that says what to do."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.urls import path
from django.views.defaults import server_error

from badgeportal.urls import urlpatterns as portal


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("planted")


def forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def away(request: HttpRequest) -> HttpResponse:
    """Ask a PostgreSQL that is not there, through Django's own connection."""
    nowhere = connection.copy()
    nowhere.settings_dict |= {"HOST": "127.0.0.1", "PORT": "1"}
    nowhere.ensure_connection()
    return HttpResponse()


handler500 = "badgeportal.faults.fault"
urlpatterns = [*portal, path("planted-pause/", away), path("planted-fault/", fail), path("planted-refusal/", forbid)]


@pytest.mark.django_db
def test_an_address_that_does_not_exist(client: Client) -> None:
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "<title>Page not found - Order CARE badges</title>" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.urls("tests.badgeportal.test_error_pages")
def test_a_page_that_is_not_for_this_person(client: Client) -> None:
    response = client.get("/planted-refusal/")
    assert response.status_code == 403
    assert "You cannot see this page" in response.content.decode()


@pytest.mark.django_db
@pytest.mark.urls("tests.badgeportal.test_error_pages")
def test_a_fault_of_ours_says_sorry_and_nothing_about_itself(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/planted-fault/")
    assert response.status_code == 500
    html = response.content.decode()
    assert "Sorry, there is a problem with this service" in html
    assert "planted" not in html
    assert "Privacy notice" in html


@pytest.mark.django_db
@pytest.mark.urls("tests.badgeportal.test_error_pages")
def test_a_database_that_is_away_is_a_pause_and_not_a_fault(client: Client) -> None:
    client.raise_request_exception = False
    response = client.get("/planted-pause/")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Sorry, the service is not available" in response.content.decode()


# No database fixture here: any query would raise.
def test_the_page_for_a_fault_of_ours_asks_the_database_nothing(rf: RequestFactory) -> None:
    response = server_error(rf.get("/"))
    assert "Sorry, there is a problem with this service" in response.content.decode()


def test_the_page_for_a_pause_asks_the_database_nothing() -> None:
    assert "Sorry, the service is not available" in render_to_string("503.html")


@pytest.mark.django_db
def test_too_many_tries_are_refused_with_words_that_help(client: Client, settings: Any) -> None:
    answers = [client.post("/account/signup/", {}) for _ in range(21)]
    assert [answer.status_code for answer in answers[:20]] == [200] * 20
    assert answers[20].status_code == 429
    assert "You have tried too often" in answers[20].content.decode()
