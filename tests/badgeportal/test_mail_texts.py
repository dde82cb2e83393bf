"""Every mail there is can be written, in plain words and without holes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

from badgeportal.outbox import letters
from badgeportal.outbox.letters import Letter, registered
from badgeportal.outbox.rendering import render

FOLDER = Path(settings.BASE_DIR) / "templates" / "mail"
SEALED = sorted(letters._SEALED)
WORDS = {
    "code": "KXWM-4TPQ",
    "password_reset_url": "http://localhost:8000/account/password/reset/key/1-abc/",
    "role": "Customer service",
    "link": "http://localhost:8000/confirm-order/token/",
    "organisation": "Rose Cottage",
}


def test_every_mail_has_a_text_and_every_text_a_mail() -> None:
    texts = {path.stem for path in FOLDER.glob("*.txt")} - {"ending"}

    assert texts == set(registered())


@pytest.mark.parametrize("key", sorted(registered()))
def test_a_text_is_a_template(key: str) -> None:
    source = get_template(f"mail/{key}.txt").template.source
    subject, gap, body = source.split("\n", 2)

    assert subject.strip()
    assert gap == ""
    assert body.strip()


@pytest.mark.parametrize("key", [key for key in SEALED if key.startswith("account_")])
def test_a_mail_about_an_account_reads_well(key: str) -> None:
    mail = render(key, Letter(to="ann@home.example", context=WORDS), reference="mail-1")

    assert 10 < len(mail.subject) < 80
    assert not re.search(r"[{}]|\bNone\b|&#|&amp;", mail.subject + mail.body)
    assert "0161 496 0123" in mail.body
    assert mail.body.endswith("http://localhost:8000\n")


def test_a_name_cannot_add_lines_to_the_head_of_a_mail(tmp_path, settings) -> None:
    mail = render(
        "account_staff_invitation",
        Letter(to="ann@home.example", context=WORDS | {"role": "x\nBcc: all@home.example"}),
        reference="mail-1",
    )

    assert "Bcc" not in mail.subject


def test_a_text_without_a_body_is_an_error(tmp_path, settings) -> None:
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "broken.txt").write_text("Only a subject\nand no gap\n")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]

    with pytest.raises(ValueError, match="needs a subject"):
        render("broken", Letter(to="ann@home.example"), reference="mail-1")
