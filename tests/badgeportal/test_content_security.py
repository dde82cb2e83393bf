"""The policy that keeps foreign and inline code out of the pages."""

from __future__ import annotations

import re

import pytest
from django.test import Client

PUBLIC = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self'",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "object-src": "'none'",
    "require-trusted-types-for": "'script'",
}
PAGES = ["/", "/account/login/", "/account/signup/", "/privacy/", "/no-such-page/"]


def policy(client: Client, path: str) -> dict[str, str]:
    header = client.get(path).headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in header.split(";") if part.strip())


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_public_pages_load_nothing_but_our_own_files_and_inject_nothing(client: Client, path: str) -> None:
    assert policy(client, path) == PUBLIC


@pytest.mark.django_db
def test_admin_pages_are_as_strict_but_for_trusted_types(admin_client: Client) -> None:
    found = policy(admin_client, "/admin/")
    assert found == {name: value for name, value in PUBLIC.items() if name != "require-trusted-types-for"}


@pytest.mark.django_db
@pytest.mark.parametrize("path", PAGES)
def test_no_page_carries_inline_code_or_style(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", html) == []
    assert re.findall(r"<style|\sstyle=|\son[a-z]+=", html) == []
