"""How mail leaves: as files on this machine, by SMTP, or by GOV.UK Notify. Called outside every transaction."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from email.message import EmailMessage as MimeMessage
from email.policy import SMTP
from functools import cache, partial
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient
from requests import Timeout

from badgeportal.outbox.rendering import Mail

Send = Callable[[Mail], None]

# On a machine of one's own, mail to this domain is refused for good, so that one can see what becomes of such mail.
REFUSED_DOMAIN = "refused.example.org"


class Undeliverable(Exception):
    """Sending this mail again would not help: the other side refused it for good. `kind` names the refusal."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class ServerSilent(Exception):
    """The other side did not answer within MAIL_TIMEOUT_SECONDS: the next mail would wait as long for nothing."""


@contextmanager
def opened() -> Iterator[Send]:
    """What hands one mail over by MAIL_TRANSPORT, with one connection for all mails of the block.

    It raises Undeliverable when a mail is refused for good, ServerSilent when nobody answers, any other error when the mail
    may be tried again. Nothing is connected before the first mail.
    """
    with _TRANSPORTS[settings.MAIL_TRANSPORT]() as send_one:
        yield send_one


def send(mail: Mail) -> None:
    """Hand a single mail over; raises as what `opened` gives."""
    with opened() as send_one:
        send_one(mail)


def message_id(mail: Mail) -> str:
    """The Message-ID header: made of the mail's reference, so each attempt carries the same one."""
    return f"<{mail.reference}@{urlsplit(settings.PUBLIC_URL).hostname}>"


@contextmanager
def _local() -> Iterator[Send]:
    yield _write


def _write(mail: Mail) -> None:
    if mail.to.rpartition("@")[2] == REFUSED_DOMAIN:
        raise Undeliverable("RefusedLocally")
    message = MimeMessage(policy=SMTP)
    message["Subject"] = mail.subject
    message["From"] = settings.DEFAULT_FROM_EMAIL
    message["To"] = mail.to
    message["Message-ID"] = message_id(mail)
    message.set_content(mail.body)
    folder = settings.LOCAL_MAIL_DIR
    folder.mkdir(parents=True, exist_ok=True)
    # Complete or not there at all: the mailbox page reads the folder at any time.
    unfinished = folder / f"{mail.reference}.part"
    unfinished.write_bytes(bytes(message))
    unfinished.replace(folder / f"{mail.reference}.eml")


@contextmanager
def _smtp() -> Iterator[Send]:
    connection: Any = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", timeout=settings.MAIL_TIMEOUT_SECONDS
    )
    try:
        yield partial(_send_smtp, connection)
    finally:
        connection.close()


def _send_smtp(connection: Any, mail: Mail) -> None:
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={"Message-ID": message_id(mail)},
        connection=connection,
    )
    try:
        _hand_over(connection, message)
    except OSError as error:
        if not _is_silence(error):
            raise
        connection.close()
        raise ServerSilent from None


def _hand_over(connection: Any, message: EmailMessage) -> None:
    # Opened here, or Django closes it after each mail.
    was_open = not connection.open()
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(500 <= code < 600 for code in codes):
            raise Undeliverable("SMTPRecipientsRefused") from None
        raise
    except (smtplib.SMTPException, OSError) as error:
        connection.close()
        hung_up = isinstance(error, smtplib.SMTPServerDisconnected) and not _is_silence(error)
        if not (was_open and hung_up):
            raise
        # Mail servers hang up after so many mails. That says nothing of this one, so it need not wait its turn again.
        connection.open()
        message.send()


def _is_silence(error: OSError) -> bool:
    # smtplib tells of a time-out as of a server that hung up.
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


@contextmanager
def _notify() -> Iterator[Send]:
    with ExitStack() as held:

        @cache
        def client() -> NotificationsAPIClient:
            # Made for the first mail, so that a key that is no key is noted with each mail that waits for it.
            made = NotificationsAPIClient(
                settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_BASE_URL, timeout=settings.MAIL_TIMEOUT_SECONDS
            )
            held.callback(made.request_session.close)
            return made

        yield lambda mail: _send_notify(client(), mail)


def _send_notify(client: NotificationsAPIClient, mail: Mail) -> None:
    try:
        client.send_email_notification(
            email_address=mail.to,
            template_id=settings.NOTIFY_TEMPLATE_ID,
            personalisation={"subject": mail.subject, "body": mail.body},
            reference=mail.reference,
            email_reply_to_id=settings.NOTIFY_REPLY_TO_ID or None,
        )
    except HTTPError as error:
        if isinstance(error.__cause__, Timeout):
            raise ServerSilent from None
        # 400 is about this mail; 403 (key), 429 (rate) and 5xx are about us or them and pass.
        if error.status_code == 400:
            raise Undeliverable("NotifyBadRequest") from None
        raise


_TRANSPORTS: dict[str, Callable[[], AbstractContextManager[Send]]] = {
    "local": _local,
    "smtp": _smtp,
    "notify": _notify,
}
