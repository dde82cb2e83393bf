"""What the README and the operators' page say is so: settings, commands, pictures, sign-ins."""

from __future__ import annotations

import re

import pytest
from django.core.management import get_commands

from accounts.roles import ALL_ROLES
from sampledata.people import PASSWORD, PROVIDERS, STAFF
from tests.plugin import ROOT

README = (ROOT / "README.md").read_text()
SECURITY = (ROOT / "docs" / "security.md").read_text()
ROWS = dict(re.findall(r"^\| `([A-Z][A-Z_]+)`[ ●]*\| (.*?) ?\| .+ \|$", README, re.MULTILINE))
CODE = "\n".join(path.read_text() for path in (ROOT / "badgeportal" / "settings").glob("*.py"))
# `env.int("NAME", 25)`, when the default is plain.
DEFAULTS = dict(re.findall(r'env\.(?:int|float|bool|str)\(\s*"([A-Z_]+)",\s*"?([\w:./,-]+?)"?(?:\.0)?\)', CODE))
# Read by the tests' own machinery, or by nobody but the tests.
NOT_FOR_OPERATORS = {"TEST_DATABASE_NAME", "EMBEDDED_REDIS_DB", "CATCH_QUERY_LOOPS"}


def test_every_setting_has_its_row_and_every_row_its_setting():
    example = set(re.findall(r"^# ([A-Z][A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(ROWS) == example


@pytest.mark.parametrize("name", sorted(set(DEFAULTS) - NOT_FOR_OPERATORS))
def test_the_default_in_the_table_is_the_default_in_the_code(name):
    # "`production`; `local` with make" begins with the default.
    told = ROWS[name].split(";")[0].strip(" `").casefold()
    assert told in {DEFAULTS[name].casefold(), DEFAULTS[name].replace("_", "").casefold()}


def test_every_command_named_exists():
    rows = [row for row in README.splitlines() if re.match(r"\| `[a-z_]+[ `]", row)]
    named = {name for row in rows for name in re.findall(r"`([a-z_]+)", row.split("|")[1])}
    assert len(named) >= 10
    assert named - set(get_commands()) == set()


def test_sign_ins_and_roles_are_those_that_there_are():
    assert PASSWORD in README
    emails = {person.email for person in (*PROVIDERS, *STAFF)}
    assert set(re.findall(r"`([\w.]+@[\w.-]+)`", README)) <= emails
    assert all(f"| {role} |" in README for role in ALL_ROLES)


@pytest.mark.parametrize(
    "page",
    ["README.md", "docs/operations.md", *(f"docs/decisions/{p.name}" for p in (ROOT / "docs/decisions").glob("*.md"))],
)
def test_every_link_leads_somewhere_and_pictures_are_small(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", (ROOT / page).read_text()):
        path = (ROOT / page).parent / target
        assert path.exists(), target
        assert path.suffix != ".png" or path.stat().st_size < 150_000


@pytest.mark.parametrize(
    "page", ["README.md", *(str(p.relative_to(ROOT)) for p in sorted((ROOT / "docs").rglob("*.md")))]
)
def test_every_file_that_is_named_exists(page):
    text = (ROOT / page).read_text()
    named = set(re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", text)) | set(re.findall(r"`([\w.-]+\.(?:py|yml|toml))`", text))
    # What a run makes, and addresses of pages, which begin with a stroke.
    ours = {name for name in named if not name.startswith((".data", "caddy/"))}
    assert {name for name in ours if not (ROOT / name).exists()} == set()


def test_every_control_names_a_test_or_says_that_it_is_not_met():
    rows = [row for row in SECURITY.splitlines() if re.match(r"\| (V\d|Firewalls|Secure|Security|User|Malware)", row)]
    assert len(rows) > 30
    assert {row[:40] for row in rows if "`tests/" not in row and "**not met**" not in row.casefold()} == set()
    chapters = {int(number) for number in re.findall(r"\bV(\d+)\b", SECURITY)}
    assert chapters == set(range(1, 18))
