"""docker-compose.yml, the Dockerfile and the lock file say what they must; no Docker is needed to read them."""

from __future__ import annotations

import re
import tomllib

import pytest
import yaml

from tests.plugin import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SECRETS = ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "ERASED_ADDRESS_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"]
OURS = ["migrate", "web", "worker", "beat"]


def test_all_parts_are_there():
    assert set(COMPOSE["services"]) == {*OURS, "postgres", "redis", "proxy"}


@pytest.mark.parametrize("secret", SECRETS)
def test_no_secret_has_a_default(secret):
    uses = re.findall(r"\$\{" + secret + r"\b([^}]*)\}", (ROOT / "docker-compose.yml").read_text())
    assert uses
    assert all(use.startswith(":?") for use in uses)


def test_no_secret_is_written_down():
    for service in COMPOSE["services"].values():
        for name, value in service.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|KEY", name):
                assert str(value).startswith("${"), name


@pytest.mark.parametrize("service", OURS)
def test_our_processes_run_with_productions_rules_and_few_rights(service):
    part = COMPOSE["services"][service]
    assert part["environment"]["PORTAL_ENV"] == "production"
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, part in COMPOSE["services"].items() if "ports" in part] == ["proxy"]


def test_postgres_keeps_rows_out_of_its_log():
    command = COMPOSE["services"]["postgres"]["command"]
    assert {"log_error_verbosity=terse", "log_min_error_statement=panic"} <= set(command)


def test_the_image_runs_as_an_ordinary_user_without_node_or_uv():
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER portal$", last, re.MULTILINE)
    assert "uv sync" not in last
    assert "--group assets" not in last


def test_the_image_carries_no_secret():
    assert not re.search(r"(SECRET_KEY|FIELD_ENCRYPTION_KEYS|PASSWORD|API_KEY)\s*=", DOCKERFILE)


def test_every_setting_of_compose_is_one_the_portal_reads():
    described = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert set(COMPOSE["services"]["web"]["environment"]) <= described


def test_every_setting_read_is_described_and_every_setting_described_is_read():
    described = set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    source = "\n".join(path.read_text() for path in sorted((ROOT / "badgeportal" / "settings").glob("*.py")))
    read = set(re.findall(r'(?:env\.\w+|needed|needed_secret)\(\s*"([A-Z_]+)"', source))
    only_for_tests = {"CATCH_QUERY_LOOPS", "TEST_DATABASE_NAME", "EMBEDDED_REDIS_DB"}
    assert read - only_for_tests == described


def test_the_lock_file_names_the_public_index_only():
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    sources = {str(package["source"]) for package in lock["package"]}
    assert sources == {"{'registry': 'https://pypi.org/simple'}", "{'virtual': '.'}"}
    files = [file["url"] for package in lock["package"] for file in package.get("wheels", [])]
    assert all(url.startswith("https://files.pythonhosted.org/") for url in files)
