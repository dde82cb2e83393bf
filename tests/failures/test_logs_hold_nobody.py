"""Whatever people type, send or upload, and whatever breaks: neither our processes nor PostgreSQL write it down."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
import requests
from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts import roles
from accounts.mails import RESET_LINK, queue_account_mail
from accounts.models import User
from badgeportal.actor import Actor
from badgeportal.embedded.folder import Folder
from badgeportal.outbox.models import OutboxMessage
from badgeportal.uploads.actions import start_upload
from badgeportal.uploads.models import Upload
from tests.badgeportal.smtp_server import smtp_server
from tests.factories.user import StaffFactory, UserFactory
from tests.failures.conftest import Valkey
from tests.failures.parts import on_the_tests_database, running, to_mail_server
from tests.fulfilment.steps import HEADER
from tests.house.test_every_door_is_counted import pages
from tests.plugin import FOLDER
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

MARK = "Zyxwandle"
ADDRESS = f"ann.{MARK}@marked.example".lower()
TOKEN = "a" * 32
_INPUT = re.compile(r"<(?:input|select|textarea|button)\b[^>]*>")
_ATTRIBUTE = re.compile(r"\b(name|type|value)=\"([^\"]*)\"")


class Stranger:
    """Sends marked words in every field, header, cookie, query and file name that a page takes."""

    def __init__(self, port: int, account: User | None = None) -> None:
        self.at = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.session.headers.update(
            {
                "User-Agent": f"{MARK}/1.0",
                "Referer": f"{self.at}/{MARK}",
                "Accept-Language": MARK,
                "X-Forwarded-For": MARK,
                "X-Request-ID": MARK,
                "X-Correlation-ID": MARK,
                "Authorization": f"Bearer {MARK}",
                f"X-{MARK}": MARK,
            }
        )
        self.cookies = {"note": MARK, settings.CSRF_COOKIE_NAME: TOKEN, settings.SESSION_COOKIE_NAME: MARK}
        if account is not None:
            client = Client()
            client.force_login(account)
            self.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value

    def try_page(self, path: str) -> set[int]:
        """Open the page and send its form, and fields that many pages have; returns the statuses of the answers."""
        shown = self._ask("GET", path)
        fields = {"name": MARK, "email": ADDRESS, "text": MARK, "reason": MARK, "login": ADDRESS, "password": MARK}
        files = {"file": (f"{MARK}.csv", f"{MARK},{ADDRESS}\n")}
        for one in _INPUT.findall(shown.text):
            told = dict(_ATTRIBUTE.findall(one))
            if told.get("type") == "file":
                files[told["name"]] = (f"{MARK}.csv", f"{MARK},{ADDRESS}\n")
            elif told.get("type") in {"hidden", "radio", "checkbox", "submit"}:
                fields.setdefault(told.get("name", "x"), told.get("value", MARK))
            elif told.get("type") == "tel":
                fields[told["name"]] = "0161 496 0177"
            else:
                fields[told.get("name", "x")] = ADDRESS if "mail" in told.get("name", "") else MARK
        sent = fields | {"csrfmiddlewaretoken": TOKEN}
        return {shown.status_code, self._ask("POST", path, data=sent, files=files).status_code}

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        return self.session.request(
            method, self.at + path, params={"q": MARK, "next": f"/{MARK}"}, cookies=self.cookies, timeout=90,
            allow_redirects=False, **more,
        )  # fmt: skip


@contextmanager
def refused_by_the_database(table: str, column: str) -> Iterator[None]:
    """Within the block PostgreSQL takes no row of `table` with the mark, so that what writes it breaks."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT no_mark CHECK ({column} NOT ILIKE '%%{MARK}%%') NOT VALID")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT no_mark")


def broken_requests(port: int) -> None:
    """What is not even HTTP, and hosts and paths that are not ours."""
    for request in (
        f"GET /{MARK} {MARK}/9\r\n\r\n",
        f"{MARK}\r\n\r\n",
        f"GET / HTTP/1.1\r\nHost: {MARK}.example\r\nConnection: close\r\n\r\n",
        f"GET / HTTP/1.1\r\n{MARK} : x\r\n\r\n",
        f"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {MARK}\r\n\r\n",
        f"GET /there/is/no/{MARK}?{MARK} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as stream:
            stream.sendall(request.encode())
            # The server may hang up on us before it has read everything.
            with suppress(ConnectionError):
                while stream.recv(4096):
                    pass


def work_that_breaks(port: int, server: Any) -> None:
    """A page, a task and a mail that fail over marked words."""
    with refused_by_the_database("accounts_user", "name"):
        statuses = Stranger(port, UserFactory()).try_page(pages()["your_details"])
        assert 500 in statuses, statuses
    officer = StaffFactory(role=roles.FULFILMENT_OFFICER)
    content = f"{HEADER}{MARK},1,Delivered,left with {MARK}\n".encode()
    with refused_by_the_database("fulfilment_trackingrow", "value"):
        upload = start_upload(
            kind="tracking", file_name=f"{MARK}.csv", chunks=[content], actor=Actor.user(officer), now=timezone.now()
        )
        until(lambda: Upload.objects.get(pk=upload.pk).is_finished, otherwise="The file was not read.")
    server.refusal = f"451 {MARK} is not at home"
    with transaction.atomic():
        queue_account_mail(key=RESET_LINK, to=ADDRESS, words={"password_reset_url": MARK}, now=timezone.now())
    until(lambda: OutboxMessage.objects.exclude(last_error="").exists(), otherwise="No mail was tried.")


def servers_log() -> Callable[[], str]:
    """What PostgreSQL writes from now on, where it is ours."""
    paths = [path for path in FOLDER.root.rglob("*.log") if path.is_file()]
    before = {path: path.stat().st_size for path in paths}

    def since() -> str:
        return "".join(_from(path, before.get(path, 0)) for path in FOLDER.root.rglob("*.log") if path.is_file())

    return since


def _from(path: Path, start: int) -> str:
    with path.open("rb") as file:
        file.seek(start)
        return file.read().decode(errors="replace")


def test_nothing_that_anybody_sent_is_in_any_log(folder: Folder, own_valkey: Valkey) -> None:
    since = servers_log()
    with smtp_server() as server:
        environment = on_the_tests_database(redis_url=own_valkey.url, LOG_LEVEL="INFO", **to_mail_server(server.port))
        with (
            running("worker", folder, environment) as worker,
            running("mailer", folder, environment) as mailer,
            running("web", folder, environment) as web,
        ):
            until(web.answers, otherwise="The web server did not come up.")
            people = [
                None,
                UserFactory(),
                *(StaffFactory(role=role) for role in (roles.PORTAL_MANAGER, roles.CUSTOMER_SERVICE)),
            ]
            for person in people:
                for name, path in pages().items():
                    if not name.endswith("logout"):
                        Stranger(web.port, person).try_page(path)
            broken_requests(web.port)
            work_that_breaks(web.port, server)
            until(
                lambda: any("mail_not_sent" in part.log.read_text() for part in (mailer, worker)),
                otherwise="Nobody said that a mail failed.",
            )
        written = {part.name: part.log.read_text() for part in (web, worker, mailer)} | {"servers": since()}
    assert written["web"].count("request_finished") > 200
    assert "CheckViolation 23514 accounts_user" in written["web"]
    assert "Invalid request" in written["web"]
    # Both take mails here, and either may have had the one that failed.
    assert "mail_not_sent" in written["mailer"] + written["worker"]
    assert "upload_failed" in written["worker"]
    found = {
        name: [line for line in text.splitlines() if MARK.lower() in line.lower()] for name, text in written.items()
    }
    assert found == {name: [] for name in written}
