"""Production does not start half set, and says what to set; a local run needs nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.plugin import ROOT

COMPLETE = {
    "PORTAL_ENV": "production",
    "DATABASE_URL": "postgresql://portal:pw@db.example.org/portal",
    "REDIS_URL": "redis://redis.example.org/0",
    "SECRET_KEY": "q7Zr2mXw9Lc4Tn8Vb3Ks6Hd1Gf5Jp0Ya-eUoIiRtQzWxSvDnMbCk",
    "FIELD_ENCRYPTION_KEYS": "bmV2ZXItdXNlLXRoaXMta2V5LW91dHNpZGUtYS10ZXN0ISE=",
    "ERASED_ADDRESS_KEY": "x4Kp9Wm2Tq7Zn5Rb8Lc3Vd6Hs1Gf0Jy-aEiOuYtRzXwQvSnMbCkPl",
    "ERASURE_LEDGER": "/var/lib/care-badges/erasures",
    "PUBLIC_URL": "https://badges.example.org",
    "ALLOWED_HOSTS": "badges.example.org",
    "MAIL_TRANSPORT": "notify",
    "NOTIFY_API_KEY": "key",
    "NOTIFY_TEMPLATE_ID": "template",
    "CUSTOMER_SERVICE_PHONE": "0161 496 0123",
    "CUSTOMER_SERVICE_EMAIL": "help@example.org",
}
SMTP = {"MAIL_TRANSPORT": "smtp", "MAIL_FROM": "care@example.org", "SMTP_HOST": "smtp.example.org"}
REPORT = """
import json
from badgeportal import settings
names = ["DEBUG", "EMBEDDED", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS",
         "STAFF_SECOND_FACTOR_REQUIRED", "SESSION_COOKIE_NAME"]
print(json.dumps({name: getattr(settings, name) for name in names} | {"sample": "sampledata" in settings.INSTALLED_APPS}))
"""


def start(tmp_path, *, code: str = REPORT, **settings: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a fresh process with nothing but `settings` in its environment."""
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **{k: v for k, v in settings.items() if v}}
    return subprocess.run([sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.promise("https")
@pytest.mark.parametrize("mail", [{}, SMTP], ids=["notify", "smtp"])
def test_complete_settings_start_with_everything_locked(tmp_path, mail):
    done = start(tmp_path, **{**COMPLETE, **mail})
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == (
        '{"DEBUG": false, "EMBEDDED": false, "SESSION_COOKIE_SECURE": true, "CSRF_COOKIE_SECURE": true,'
        ' "SECURE_SSL_REDIRECT": true, "SECURE_HSTS_SECONDS": 31536000, "STAFF_SECOND_FACTOR_REQUIRED": true,'
        ' "SESSION_COOKIE_NAME": "__Host-sessionid", "sample": false}'
    )
    assert list(tmp_path.iterdir()) == []


def test_djangos_own_list_for_deployment_finds_nothing(tmp_path):
    code = (
        "import django; from django.core.management import call_command; django.setup();"
        "call_command('check', deploy=True, fail_level='WARNING')"
    )
    done = start(tmp_path, code=code, **{**COMPLETE, "DJANGO_SETTINGS_MODULE": "badgeportal.settings"})
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(COMPLETE.keys() - {"PORTAL_ENV"}))
def test_each_missing_setting_stops_the_start_by_name(tmp_path, name):
    done = start(tmp_path, **{**COMPLETE, name: ""})
    assert done.returncode != 0
    assert f"Set {name}: " in done.stderr


@pytest.mark.parametrize("name", ["MAIL_FROM", "SMTP_HOST"])
def test_a_mail_server_needs_its_own_settings(tmp_path, name):
    done = start(tmp_path, **{**COMPLETE, **SMTP, name: ""})
    assert done.returncode != 0
    assert f"Set {name}: " in done.stderr


def test_all_that_is_missing_is_told_at_once(tmp_path):
    done = start(tmp_path, PORTAL_ENV="production")
    told = {line.split()[1].rstrip(":") for line in done.stderr.splitlines() if line.startswith("  Set ")}
    assert told == COMPLETE.keys() - {"PORTAL_ENV", "NOTIFY_API_KEY", "NOTIFY_TEMPLATE_ID"}


def test_production_is_what_you_get_when_nobody_says_otherwise(tmp_path):
    done = start(tmp_path)
    assert done.returncode != 0
    assert "does not start in production" in done.stderr


def test_the_web_server_ends_with_the_sentence_and_without_a_traceback(tmp_path):
    done = start(tmp_path, code="import badgeportal.wsgi", PORTAL_ENV="production")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "Set SECRET_KEY: " in done.stderr


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"PORTAL_ENV": "prod"}, "Set it to local or to production"),
        ({"MAIL_TRANSPORT": "local"}, "Set it to one of: notify, smtp"),
        ({"STORAGE_REGION": "Mars"}, "Set it to EEA or to UK adequacy"),
    ],
)
def test_a_wrong_value_is_told(tmp_path, wrong, sentence):
    done = start(tmp_path, **{**COMPLETE, **wrong})
    assert done.returncode != 0
    assert sentence in done.stderr


@pytest.mark.parametrize(
    ("asked", "stands"),
    [
        ({"DEBUG": "true"}, '"DEBUG": false'),
        ({"STAFF_SECOND_FACTOR_REQUIRED": "false"}, '"STAFF_SECOND_FACTOR_REQUIRED": true'),
        ({"SAMPLE_DATA": "true"}, '"sample": false'),
    ],
)
def test_what_a_local_trial_may_ask_for_production_refuses(tmp_path, asked, stands):
    assert stands in start(tmp_path, **{**COMPLETE, **asked}).stdout


def test_a_local_run_needs_nothing(tmp_path):
    done = start(tmp_path, PORTAL_ENV="local")
    assert done.returncode == 0, done.stderr
    assert '"EMBEDDED": true' in done.stdout
    assert '"sample": true' in done.stdout


def test_servers_of_your_own_bring_no_sample_data(tmp_path):
    servers = {name: COMPLETE[name] for name in ("DATABASE_URL", "REDIS_URL")}
    done = start(tmp_path, PORTAL_ENV="local", **servers)
    assert done.returncode == 0, done.stderr
    assert '"EMBEDDED": false' in done.stdout
    assert '"sample": false' in done.stdout


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_one_server_without_the_other_is_refused(tmp_path, name):
    done = start(tmp_path, PORTAL_ENV="local", **{name: COMPLETE[name]})
    assert done.returncode != 0
    assert "Set both to use your own servers, or neither" in done.stderr
