"""Where settings come from: the environment, or a `.env` file beside manage.py. See `.env.example` for every name."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environs import Env

from badgeportal.embedded.folder import Folder
from badgeportal.embedded.secrets import kept_secret

BASE_DIR = Path(__file__).resolve().parent.parent.parent

env = Env()
env.read_env(str(BASE_DIR / ".env"))

# `make run`, `make test` and manage.py say local. Whoever starts the portal another way gets production's rules.
PORTAL_ENV: str = env.str("PORTAL_ENV", "production")
if PORTAL_ENV not in {"local", "production"}:
    raise ImproperlyConfigured(f"PORTAL_ENV is {PORTAL_ENV!r}. Set it to local or to production.")
IS_PRODUCTION = PORTAL_ENV == "production"

# Everything that a local run keeps: databases, mail, uploaded files, its own secrets.
DATA_DIR = Path(env.str("DATA_DIR", str(BASE_DIR / ".data"))).resolve()

_missing: dict[str, str] = {}


def needed(name: str, *, what: str, local: str = "", stand_in: str = "missing") -> str:
    """The text of the setting `name`; without it production does not start, and a local run uses `local`."""
    value: str = env.str(name, "").strip()
    if value or not IS_PRODUCTION:
        return value or local
    _missing[name] = what
    # So that the rest can be read and every missing name is told at once; nothing starts with it.
    return stand_in


def needed_secret(name: str, *, what: str, length: int = 64) -> str:
    """As `needed`; a local run makes a random one of its own, once, and keeps it in its data folder."""
    if IS_PRODUCTION or env.str(name, "").strip():
        return needed(name, what=what)
    return kept_secret(DATA_DIR, name.lower(), length)


def refuse_to_start_when_something_is_missing() -> None:
    """Raise ImproperlyConfigured with one sentence for each setting that production lacks."""
    if _missing:
        sentences = "\n".join(f"  Set {name}: {what}" for name, what in sorted(_missing.items()))
        raise ImproperlyConfigured(
            f"The portal does not start in production without these settings.\n{sentences}\n"
            "Every setting is described in .env.example. To try the portal on your own machine, use `make run`."
        )


# Both servers or neither: half a set is a slip, and the other half would silently be a throw-away server.
DATABASE_URL: str = env.str("DATABASE_URL", "").strip()
REDIS_URL: str = env.str("REDIS_URL", "").strip()
EMBEDDED = not IS_PRODUCTION and not DATABASE_URL and not REDIS_URL
if not IS_PRODUCTION and bool(DATABASE_URL) != bool(REDIS_URL):
    present, absent = ("DATABASE_URL", "REDIS_URL") if DATABASE_URL else ("REDIS_URL", "DATABASE_URL")
    raise ImproperlyConfigured(
        f"{present} is set but {absent} is not. Set both to use your own servers, or neither to use the portal's own."
    )
EMBEDDED_FOLDER = Folder(DATA_DIR, redis_database=env.int("EMBEDDED_REDIS_DB", 0))
