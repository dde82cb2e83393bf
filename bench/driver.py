"""A small browser: cookies, CSRF, redirects, one kept connection, and the time of every request. Knows nothing of Django."""

from __future__ import annotations

import http.client
import re
import time
from html import unescape
from typing import Any
from urllib.parse import urlencode, urlsplit

_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_RADIO = re.compile(r'<input[^>]*name="answer"[^>]*value="([^"]+)"')
_QUESTION = '<form method="post" novalidate'
_MOST_STEPS = 40


class WrongPage(Exception):
    """The portal showed something else than the journey expects."""


class Browser:
    """One visitor. `times` holds (method, path, seconds, status) of every request."""

    def __init__(self, host: str, port: int, *, cookies: dict[str, str] | None = None, address: str = "") -> None:
        self._connection = http.client.HTTPConnection(host, port, timeout=60)
        self._cookies = dict(cookies or {})
        self._headers = {"X-Forwarded-For": address} if address else {}
        self.times: list[tuple[str, str, float, int]] = []
        self.path, self.text, self.statements = "", "", ""

    def get(self, path: str) -> None:
        self._follow("GET", path, None)

    def post(self, fields: dict[str, Any], *, count: bool = False) -> float:
        """Send the form of the page shown, its hidden fields with it; returns the seconds of the submit itself."""
        hidden = {name: unescape(value) for name, value in _HIDDEN.findall(self.text)}
        body = urlencode(hidden | fields)
        return self._follow("POST", self.path, body, {"X-Count-Statements": "1"} if count else {})

    def first_choice(self) -> str:
        """The first radio button of the question 'is this your organisation?'; empty when there is none."""
        found = [unescape(value) for value in _RADIO.findall(self.text)]
        return found[0] if found else ""

    def close(self) -> None:
        self._connection.close()

    def _follow(self, method: str, path: str, body: str | None, extra: dict[str, str] | None = None) -> float:
        status, onward, first = self._once(method, path, body, extra or {})
        for _ in range(5):
            if not onward:
                break
            path = urlsplit(onward)._replace(scheme="", netloc="").geturl()
            status, onward, _seconds = self._once("GET", path, None, {})
        self.path = path
        if status >= 400:
            raise WrongPage(f"{status} at {path}")
        return first

    def _once(self, method: str, path: str, body: str | None, extra: dict[str, str]) -> tuple[int, str, float]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= self._headers | extra
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        started = time.perf_counter()
        response = self._answer(method, path, body, headers)
        text = response.read().decode()
        seconds = time.perf_counter() - started
        for line in response.headers.get_all("Set-Cookie") or []:
            name, _, value = line.split(";")[0].partition("=")
            self._cookies[name] = value
        self.times.append((method, path, seconds, response.status))
        self.statements = response.headers.get("X-Statements") or self.statements
        self.text = text
        return response.status, response.headers.get("Location") or "", seconds

    def _answer(self, method: str, path: str, body: str | None, headers: dict[str, str]) -> http.client.HTTPResponse:
        try:
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            # The server closes a connection that rested; a browser opens another for the same request.
            self._connection.close()
            self._connection.request(method, path, body, headers)
            return self._connection.getresponse()


def order(browser: Browser, *, ods_code: str, quantity: int, count: bool = False) -> float | None:
    """Order through every page; returns the seconds of the final submit, None when there are not enough badges."""
    browser.get("/")
    browser.get("/order/")
    delivery = {
        "recipient_name": "A Person", "address_line_1": "1 High Street", "town": "Leeds", "postcode": "LS1 1AA",
    }  # fmt: skip
    fixed: dict[str, dict[str, Any]] = {
        "/order/cqc/": {"cqc_registered": "yes"},
        "/order/ods-code/": {"ods_code": ods_code},
        "/order/quantity/": {"quantity": quantity},
        "/order/delivery/": delivery,
    }
    for _ in range(_MOST_STEPS):
        at = browser.path
        if _QUESTION not in browser.text:
            # None are left: the page says so and asks nothing.
            return None
        if at == "/order/check/":
            seconds = browser.post({}, count=count)
            return seconds if browser.path.endswith("/placed/") else None
        if at == "/order/your-organisation/":
            choice = browser.first_choice()
            browser.post({"answer": choice} if choice else {"organisation_name": "A Home"})
        elif at in fixed:
            browser.post(fixed[at])
        else:
            raise WrongPage(f"not a page of the journey: {at}")
        if browser.path == at:
            # Asked again: fewer badges are left than wanted, or none.
            return None
    raise WrongPage("the journey does not end")


def order_bare(browser: Browser, *, quantity: int, count: bool = False) -> float | None:
    """The same of the bare view: form, POST, confirmation."""
    browser.get("/")
    seconds = browser.post(
        {
            "quantity": quantity, "organisation_name": "A Home", "recipient_name": "A Person",
            "address_line_1": "1 High Street", "town": "Leeds", "postcode": "LS1 1AA",
        },
        count=count,
    )  # fmt: skip
    return seconds if browser.path.startswith("/placed/") else None


def user(task: dict[str, Any]) -> dict[str, Any]:
    """One user in a process of their own: order after order until the time is over or badges run out."""
    finals, journeys, faults = [], [], []
    stop = time.monotonic() + task["seconds"]
    for number in range(task["most"]):
        if time.monotonic() > stop:
            break
        visitor = task["visitors"][number % len(task["visitors"])]
        browser = Browser("127.0.0.1", task["port"], cookies=visitor["cookies"])
        started = time.perf_counter()
        try:
            if task["bare"]:
                final = order_bare(browser, quantity=task["quantity"])
            else:
                final = order(browser, ods_code=visitor["ods_code"], quantity=task["quantity"])
        except (WrongPage, OSError, http.client.HTTPException) as fault:
            faults.append(f"{type(fault).__name__}: {fault}")
            continue
        finally:
            browser.close()
        if final is None:
            if task["until_empty"]:
                break
            faults.append("not enough badges")
            continue
        finals.append(final)
        journeys.append(time.perf_counter() - started)
    return {"finals": finals, "journeys": journeys, "faults": faults}
