"""Where things are kept: PostgreSQL, Redis, static files."""

import os
from typing import Any

import dj_database_url

from badgeportal.settings.environment import BASE_DIR, DATABASE_URL, EMBEDDED, EMBEDDED_FOLDER, REDIS_URL, env, needed

# Where the web server of `make run` listens, and with how many processes.
WEB_HOST: str = env.str("WEB_HOST", "127.0.0.1")
WEB_WORKERS: int = env.int("WEB_WORKERS", 2)
# Threads of one web process (see the Dockerfile and `make run`); the pool must hold a connection for each.
WEB_THREADS: int = env.int("WEB_THREADS", 4)
STATEMENT_TIMEOUT_MS: int = env.int("STATEMENT_TIMEOUT_MS", 30_000)


def _database() -> dict[str, Any]:
    if EMBEDDED:
        return {"ENGINE": "django.db.backends.postgresql", **EMBEDDED_FOLDER.database}
    url = DATABASE_URL or needed(
        "DATABASE_URL",
        what="the PostgreSQL server (15 or newer), such as postgresql://user:password@host:5432/name.",
        stand_in="postgresql://missing/missing",
    )
    return dict(dj_database_url.parse(url))


DATABASES = {"default": _database()}
# Test runs that go on at once need a database each.
DATABASES["default"]["TEST"] = {"NAME": env.str("TEST_DATABASE_NAME", "test_care")}
_options: dict[str, Any] = DATABASES["default"].setdefault("OPTIONS", {})
# An open transaction that nobody works in holds locks that others wait for.
_options["options"] = "-c idle_in_transaction_session_timeout=60000 -c lock_timeout=15000"
if os.environ.get("PORTAL_PROCESS") == "web":
    _options["options"] += f" -c statement_timeout={STATEMENT_TIMEOUT_MS}"
    # The pool has a connection for each thread, so nobody waits for one but while PostgreSQL is away: a page says so after
    # `timeout` seconds. Short `reconnect_timeout`: a pool that went on trying would wait longer each time, and the portal
    # would stay away for as long again once PostgreSQL is back; this way each page that comes tries anew.
    _options["pool"] = {"min_size": 1, "max_size": WEB_THREADS + 2, "timeout": 3, "reconnect_timeout": 1}
    DATABASES["default"]["CONN_MAX_AGE"] = 0
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
# After a restart of PostgreSQL every kept connection is dead, and without this look each one would cost somebody a page.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

# `manage.py backup` encrypts with this; it is asked for only then, so that web processes need not know it.
BACKUP_KEY: str = env.str("BACKUP_KEY", "")
# The folder of pg_dump and pg_restore, when they are not on the PATH.
POSTGRES_PROGRAMS: str = env.str("POSTGRES_PROGRAMS", "")

# The cache and the broker share the server; keys are told apart by prefix.
CACHE_URL = (
    EMBEDDED_FOLDER.redis_url
    if EMBEDDED
    else REDIS_URL or needed("REDIS_URL", what="the Redis server (7 or newer), such as redis://host:6379/0.")
)
CACHE_PREFIX: str = env.str("CACHE_PREFIX", "portal")
CACHES = {
    "default": {
        "BACKEND": "badgeportal.shared_cache.SharedCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": CACHE_PREFIX,
        "KEY_FUNCTION": "badgeportal.shared_cache.key_in_redis",
        "TIMEOUT": 300,
        "OPTIONS": {"socket_timeout": 2, "socket_connect_timeout": 1},
    }
}

# Compiled from npm's govuk-frontend by `manage.py build_assets`; never in git.
STATICFILES_DIRS = [folder for folder in (BASE_DIR / "static", BASE_DIR / "assets" / "build") if folder.is_dir()]
STATIC_ROOT = BASE_DIR / "staticfiles"
STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "badgeportal.staticfiles.HashedModulesStorage"},
}
