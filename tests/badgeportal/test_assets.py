"""Styles and scripts: built from what the lock file names, once, and without the marks of gov.uk."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from badgeportal.govuk.assets import AssetsError, build_assets, install, outputs

ROOT = settings.BASE_DIR


def say_nothing(step: str) -> None:
    return None


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A place with the portal's style sources and npm packages, built and up to date."""
    install(ROOT, say_nothing)
    build_assets(ROOT, say_nothing)
    shutil.copytree(ROOT / "assets" / "build", tmp_path / "assets" / "build")
    shutil.copytree(ROOT / "assets" / "scss", tmp_path / "assets" / "scss")
    shutil.copy(ROOT / "package-lock.json", tmp_path)
    (tmp_path / "badgeportal" / "govuk").mkdir(parents=True)
    shutil.copy(ROOT / "badgeportal" / "govuk" / "assets.py", tmp_path / "badgeportal" / "govuk")
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    return tmp_path


def test_it_builds_once_and_again_only_when_something_changed(project: Path) -> None:
    steps: list[str] = []
    assert build_assets(project, steps.append) is False
    assert steps == []
    (project / "assets" / "scss" / "admin.scss").write_text("p { color: #000000; }")
    assert build_assets(project, steps.append) is True
    assert steps == ["Compiling the styles with Sass"]
    assert "p{color:#000" in outputs(project)[1].read_text()
    assert build_assets(project, steps.append) is False
    outputs(project)[0].unlink()
    assert build_assets(project, steps.append) is True
    assert outputs(project)[0].is_file()


def test_a_slip_in_a_style_is_told_and_leaves_what_was_built(project: Path) -> None:
    before = outputs(project)[1].read_text()
    (project / "assets" / "scss" / "admin.scss").write_text("p { color: $nowhere; }")
    with pytest.raises(AssetsError, match="Undefined variable"):
        build_assets(project, say_nothing)
    assert outputs(project)[1].read_text() == before


def test_the_command_says_when_there_is_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("build_assets")
    capsys.readouterr()
    call_command("build_assets")
    assert capsys.readouterr().out == "Styles and scripts are up to date.\n"


def test_the_styles_carry_no_mark_of_gov_uk_and_load_nothing() -> None:
    build_assets(ROOT, say_nothing)
    for css in (path.read_text() for path in outputs(ROOT) if path.suffix == ".css"):
        assert "GDS Transport" not in css
        assert "@font-face" not in css
        assert "url(" not in css
    assert "sourceMappingURL" not in outputs(ROOT)[2].read_text()


def test_the_lock_file_names_each_package_by_hash_and_no_private_registry() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    fetched = {name: package for name, package in packages.items() if name}
    assert fetched["node_modules/govuk-frontend"]["version"] == "6.3.0"
    for name, package in fetched.items():
        assert package["integrity"].startswith("sha512-"), name
        assert package.get("resolved", "https://registry.npmjs.org/").startswith("https://registry.npmjs.org/"), name


def test_scripts_import_each_other_by_the_names_they_are_served_under() -> None:
    manifest = json.loads((ROOT / "staticfiles" / "staticfiles.json").read_text())["paths"]
    served = (ROOT / "staticfiles" / manifest["js/init.js"]).read_text()
    imported = re.search(r'from ["\']\./([^"\']+)["\']', served)
    assert imported
    assert f"js/{imported[1]}" == manifest["js/govuk-frontend.min.js"]
