"""People who order over HTTP: cookies, hidden inputs, and the patience to send a page again when they are told to."""

from __future__ import annotations

import re
import threading
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.journeys import DELIVERY

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_PAUSE = "Sorry, the service is not available - Order CARE badges"
_pause = threading.Event()

CHECK = "/order/check/"
_ANSWERS: dict[str, dict[str, Any]] = {
    "/order/cqc/": {"cqc_registered": "no"},
    "/order/organisation/": {"organisation_name": "Sunrise Day Centre", "organisation_type": "day_service"},
    "/order/quantity/": {"quantity": "1"},
    "/order/delivery/": DELIVERY,
    CHECK: {},
}


class Visitor:
    """Somebody who is signed in at the portal on `port`. `statuses` are those of every answer, `placed` the orders confirmed."""

    def __init__(self, account: User, port: int) -> None:
        client = Client()
        client.force_login(account)
        self.account = account
        self.at = f"http://127.0.0.1:{port}"
        self.statuses: list[int] = []
        self.placed: list[str] = []
        self._session = requests.Session()
        self._session.cookies.set(settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value)

    def open(self, path: str) -> requests.Response:
        return self._note(self._session.get(self.at + path, timeout=90))

    def send(self, page: requests.Response, **answers: Any) -> requests.Response:
        """Send the form of `page` with what it holds and `answers`."""
        held = {name: unescape(value) for name, value in _HIDDEN.findall(page.text)}
        return self._note(self._session.post(page.url, held | answers, timeout=90))

    def to_the_check(self) -> requests.Response:
        """Answer every question of the journey, whatever pauses there are; returns the page with all the answers."""
        page = self._shown("/order/")
        while path_of(page) != CHECK:
            page = self._sent(page)
        return page

    def order(self) -> str:
        """Order a badge through every page, whatever pauses there are; returns the reference that was confirmed."""
        page = self._sent(self.to_the_check())
        assert path_of(page).endswith("/placed/"), path_of(page)
        self.placed.append(path_of(page).split("/")[2])
        return self.placed[-1]

    def _shown(self, path: str) -> requests.Response:
        while (page := self.open(path)).status_code == 503:
            pass
        return page

    def _sent(self, page: requests.Response) -> requests.Response:
        """The page after `page`. A post that met a pause is sent again; when only the page after it did, that is loaded again."""
        answer = self.send(page, **_ANSWERS[path_of(page)])
        while answer.status_code == 503:
            if path_of(answer) != path_of(page):
                return self._shown(path_of(answer))
            answer = self.send(page, **_ANSWERS[path_of(page)])
        return answer

    def _note(self, answer: requests.Response) -> requests.Response:
        self.statuses.append(answer.status_code)
        if answer.status_code == 503:
            assert title_of(answer) == _PAUSE
            assert "Try again" in answer.text
            assert int(answer.headers["Retry-After"]) > 0
            _pause.wait(0.05)
        else:
            assert answer.status_code == 200, (answer.status_code, answer.url)
        return answer


def path_of(page: requests.Response) -> str:
    """Where `page` was in the end, after what redirects there were."""
    return urlsplit(page.url).path


def title_of(answer: requests.Response) -> str:
    """What the browser's tab says."""
    found = _TITLE.search(answer.text)
    return unescape(found[1].strip()) if found else ""
