"""How mail leaves: as files on this machine, by SMTP, or by GOV.UK Notify. Called outside every transaction."""

from __future__ import annotations

import smtplib
from collections.abc import Callable
from email.message import EmailMessage as MimeMessage
from email.policy import SMTP
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from notifications_python_client.errors import HTTPError
from notifications_python_client.notifications import NotificationsAPIClient

from badgeportal.outbox.rendering import Mail

# On a machine of one's own, mail to this domain is refused for good, so that one can see what becomes of such mail.
REFUSED_DOMAIN = "refused.example.org"


class Undeliverable(Exception):
    """Sending this mail again would not help: the other side refused it for good. `kind` names the refusal."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


def send(mail: Mail) -> None:
    """Hand `mail` over; raises Undeliverable when it is refused for good, any other error when it may be tried again."""
    _TRANSPORTS[settings.MAIL_TRANSPORT](mail)


def message_id(mail: Mail) -> str:
    """The Message-ID header: made of the mail's reference, so each attempt carries the same one."""
    return f"<{mail.reference}@{urlsplit(settings.PUBLIC_URL).hostname}>"


def _send_local(mail: Mail) -> None:
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


def _send_smtp(mail: Mail) -> None:
    message = EmailMessage(
        subject=mail.subject,
        body=mail.body,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[mail.to],
        headers={"Message-ID": message_id(mail)},
        connection=get_connection("django.core.mail.backends.smtp.EmailBackend", timeout=settings.MAIL_TIMEOUT_SECONDS),
    )
    try:
        message.send()
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(500 <= code < 600 for code in codes):
            raise Undeliverable("SMTPRecipientsRefused") from None
        raise


def _send_notify(mail: Mail) -> None:
    client = NotificationsAPIClient(
        settings.NOTIFY_API_KEY, base_url=settings.NOTIFY_BASE_URL, timeout=settings.MAIL_TIMEOUT_SECONDS
    )
    try:
        client.send_email_notification(
            email_address=mail.to,
            template_id=settings.NOTIFY_TEMPLATE_ID,
            personalisation={"subject": mail.subject, "body": mail.body},
            reference=mail.reference,
            email_reply_to_id=settings.NOTIFY_REPLY_TO_ID or None,
        )
    except HTTPError as error:
        # 400 is about this mail; 403 (key), 429 (rate) and 5xx are about us or them and pass.
        if error.status_code == 400:
            raise Undeliverable("NotifyBadRequest") from None
        raise


_TRANSPORTS: dict[str, Callable[[Mail], None]] = {
    "local": _send_local,
    "smtp": _send_smtp,
    "notify": _send_notify,
}
