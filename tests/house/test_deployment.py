"""docker-compose.yml, the Dockerfile and the lock file say what they must; no Docker is needed to read them."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml
from django.conf import settings

from tests.plugin import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SECRETS = ["SECRET_KEY", "FIELD_ENCRYPTION_KEYS", "ERASED_ADDRESS_KEY", "POSTGRES_PASSWORD", "REDIS_PASSWORD"]
OURS = ["migrate", "web", "worker", "mailer", "beat", "metrics", "backup"]
ENDS_BY_ITSELF = {"migrate", "backup"}
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CADDYFILE = (ROOT / "Caddyfile").read_text()
# What compose makes itself of the three names that only it reads.
ONLY_COMPOSE = {"PORTAL_HOST", "POSTGRES_PASSWORD", "REDIS_PASSWORD"}
# Settings that have no place in a container of production.
NOT_IN_A_CONTAINER = {
    "DATA_DIR": "there are no embedded servers",
    "DEBUG": "production refuses it",
    "STAFF_SECOND_FACTOR_REQUIRED": "production refuses it",
    "SAMPLE_DATA": "production refuses it",
    "SAMPLE_WEEKS": "production has no sample data",
    "PORT": "of `make run`",
    "WEB_HOST": "of `make run`",
    "WEB_WORKERS": "of `make run`",
    "WEB_THREADS": "of `make run`",
    "UPLOAD_MAX_MB": "the proxy's limit is fixed in the Caddyfile",
    "POSTGRES_PROGRAMS": "they are on the PATH of the image `backup`",
    "BACKUP_KEY": "of the service `backup` alone",
    "METRICS_HOST": "of the service `metrics` alone",
    "METRICS_PORT": "of the service `metrics` alone",
    "SIGN_OF_LIFE": "of worker, mailer and beat alone",
}


def stages() -> dict[str, str]:
    """The parts of the Dockerfile that have a name, by it."""
    parts = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)[1:]
    return {found[1]: part for part in parts if (found := re.match(r"\S+ AS (\w+)", part))}


def test_all_parts_are_there():
    assert set(SERVICES) == {*OURS, "postgres", "redis", "proxy"}


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_has_few_rights_and_an_end_to_what_it_takes(name):
    part = SERVICES[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert {"mem_limit", "cpus", "pids_limit"} <= part.keys()
    assert {"max-size", "max-file"} <= part["logging"]["options"].keys()
    assert "privileged" not in part
    assert not any(str(volume).startswith(("/", "./", "~")) for volume in part.get("volumes", []))


@pytest.mark.parametrize("name", SERVICES)
def test_each_container_runs_as_an_ordinary_user(name):
    part = SERVICES[name]
    user = part.get("user") or re.findall(r"^USER (\S+)$", stages()[part["build"]["target"]], re.MULTILINE)[-1]
    assert user not in {"root", "0", ""}


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ENDS_BY_ITSELF))
def test_each_part_that_goes_on_is_asked_whether_it_is_well(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] in {"CMD", "CMD-SHELL"}
    assert {"interval", "timeout"} <= check.keys()


@pytest.mark.parametrize("name", ["worker", "mailer", "beat"])
def test_the_check_of_a_part_without_a_port_looks_at_the_file_that_it_touches(name):
    part = SERVICES[name]
    program, file = part["healthcheck"]["test"][3:5]
    assert (ROOT / program).is_file()
    assert part["environment"]["SIGN_OF_LIFE"] == file
    assert file.startswith("/tmp/")


def reach(network: str) -> set[str]:
    return {name for name, part in SERVICES.items() if network in part["networks"]}


def test_who_can_talk_to_whom():
    assert reach("edge") == {"proxy"}
    assert reach("front") == {"proxy", "web"}
    assert reach("back") == {*OURS, "postgres", "redis"}
    assert reach("figures") == {"metrics"}
    # Mail leaves by the mailer; nobody else has a way out but the proxy, for its certificate.
    assert reach("outward") == {"mailer"}
    assert {name for name, network in COMPOSE["networks"].items() if not (network or {}).get("internal")} == {
        "edge",
        "outward",
    }


def test_images_are_named_by_version_and_the_backups_client_is_as_new_as_the_server():
    named = [part["image"] for part in SERVICES.values() if "build" not in part]
    named += re.findall(r"^FROM (\S+:\S+)", DOCKERFILE, re.MULTILINE)
    assert all(re.search(r":\d", image) for image in named), named
    [server] = re.findall(r"postgres:(\d+)", SERVICES["postgres"]["image"])
    assert re.findall(r"postgresql-client-(\d+)", stages()["backup"]) == [server]
    assert stages()["base"].startswith("python:3.12-slim-trixie")


def test_the_key_of_backups_is_known_to_the_backup_alone():
    assert [name for name, part in SERVICES.items() if "BACKUP_KEY" in part.get("environment", {})] == ["backup"]


def test_the_proxy_takes_what_the_portal_takes_and_believes_no_visitor():
    [mebibytes] = re.findall(r"max_size (\d+)MiB", CADDYFILE)
    assert int(mebibytes) * 1024 * 1024 >= settings.MAX_UPLOAD_REQUEST_BYTES
    assert "header_up X-Forwarded-For {remote_host}" in CADDYFILE
    assert re.search(r"^\s*log\b", CADDYFILE, re.MULTILINE) is None
    assert {f":{port}" for port in re.findall(r"https?_port (\d+)", CADDYFILE)} == {
        f":{port.split(':')[1]}" for port in SERVICES["proxy"]["ports"]
    }


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
def test_our_processes_run_with_productions_rules(service):
    assert SERVICES[service]["environment"]["PORTAL_ENV"] == "production"


def test_only_the_proxy_is_reachable_from_outside():
    assert [name for name, part in COMPOSE["services"].items() if "ports" in part] == ["proxy"]


def test_postgres_keeps_rows_out_of_its_log():
    command = COMPOSE["services"]["postgres"]["command"]
    assert {"log_error_verbosity=terse", "log_min_error_statement=panic"} <= set(command)


def test_the_image_has_neither_node_nor_uv_nor_tests():
    last = stages()["portal"]
    assert "uv sync" not in last
    assert "--group assets" not in last
    assert DOCKERFILE.rstrip().endswith("\nFROM portal")
    assert {"tests", "bench", ".env", ".git", ".data"} <= set((ROOT / ".dockerignore").read_text().split())


def test_the_image_carries_no_secret():
    assert not re.search(r"(SECRET_KEY|FIELD_ENCRYPTION_KEYS|PASSWORD|API_KEY)\s*=", DOCKERFILE)


def described() -> set[str]:
    return set(re.findall(r"^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def test_every_setting_reaches_the_containers_or_has_a_reason_not_to():
    assert set(SERVICES["web"]["environment"]) | ONLY_COMPOSE == described() - NOT_IN_A_CONTAINER.keys()


def test_a_setting_that_nobody_gives_keeps_the_portals_own_default():
    for name, value in SERVICES["web"]["environment"].items():
        assert value != "", name


def test_every_setting_read_is_described_and_every_setting_described_is_read():
    source = "\n".join(path.read_text() for path in sorted((ROOT / "badgeportal" / "settings").glob("*.py")))
    read = set(re.findall(r'(?:env\.\w+|needed|needed_secret)\(\s*"([A-Z_]+)"', source))
    only_for_tests = {"CATCH_QUERY_LOOPS", "TEST_DATABASE_NAME", "EMBEDDED_REDIS_DB"}
    compose = (ROOT / "docker-compose.yml").read_text()
    assert {name for name in ONLY_COMPOSE if f"${{{name}" in compose} == ONLY_COMPOSE
    assert (read - only_for_tests) | ONLY_COMPOSE == described()


def test_the_lock_file_names_the_public_index_only():
    lock = tomllib.loads((ROOT / "uv.lock").read_text())
    sources = {str(package["source"]) for package in lock["package"]}
    assert sources == {"{'registry': 'https://pypi.org/simple'}", "{'virtual': '.'}"}
    files = [file["url"] for package in lock["package"] for file in package.get("wheels", [])]
    assert all(url.startswith("https://files.pythonhosted.org/") for url in files)
