"""Which software this is: the version of the project, and the commit where the source is under git."""

from __future__ import annotations

import shutil
import subprocess
import tomllib

from django.conf import settings


def software_version() -> str:
    """Such as `0.1.0 (1a2b3c4)`; SOFTWARE_REVISION in the environment names the commit of an image without git."""
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    revision = settings.SOFTWARE_REVISION or _described()
    return f"{project['version']} ({revision})" if revision else str(project["version"])


def _described() -> str:
    git = shutil.which("git")
    if git is None:
        return ""
    asked = subprocess.run(
        [git, "-C", str(settings.BASE_DIR), "describe", "--always", "--dirty", "--tags"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()
