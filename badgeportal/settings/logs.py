"""Logging: one line of JSON for each event on standard error, without personal data (see `badgeportal.logs`)."""

from typing import Any

import structlog

from badgeportal.logs import SHARED_PROCESSORS, structlog_processors
from badgeportal.settings.environment import env

LOG_LEVEL: str = env.str("LOG_LEVEL", "INFO").upper()

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "event": {
            "()": structlog.stdlib.ProcessorFormatter,
            "processors": structlog_processors(),
            "foreign_pre_chain": SHARED_PROCESSORS,
            # A third party's arguments may name a person; `badgeportal.logs` decides what of them is written.
            "pass_foreign_args": True,
            "use_get_message": False,
        }
    },
    "handlers": {"events": {"class": "logging.StreamHandler", "formatter": "event"}},
    "root": {"handlers": ["events"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"handlers": [], "level": LOG_LEVEL, "propagate": True},
        # Requests are told once, by django_structlog.
        "django.request": {"level": "ERROR"},
        "django.server": {"level": "WARNING", "handlers": [], "propagate": True},
        "django_structlog": {"level": "INFO"},
        "celery.app.trace": {"level": "WARNING"},
    },
}

structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.filter_by_level,
        *SHARED_PROCESSORS,
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

# An IP address is personal data; the path of a page may hold a reference or a link's token.
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = 10
