"""Background work: Celery, and the sweeps that keep every promise when a kick was lost."""

import os

from celery.schedules import crontab
from kombu.entity import Queue

from badgeportal.settings.applications import TIME_ZONE
from badgeportal.settings.environment import env
from badgeportal.settings.storage import CACHE_URL

# The matrices of management information are small, and threads that wait for each other over them took ten times as long. Read
# when numpy is first loaded, in whichever task that is.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

# A Unix socket is `unix://` to redis-py and `redis+socket://` to Celery, and each names the database its own way.
CELERY_BROKER_URL = CACHE_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE: str = env.str("CELERY_QUEUE", "portal")
# Mail has a queue and workers of its own: a mail server that is slow or silent keeps no order waiting for its check.
# A worker that is told no queue serves both.
MAIL_QUEUE = f"{CELERY_TASK_DEFAULT_QUEUE}-mail"
CELERY_TASK_QUEUES = [Queue(CELERY_TASK_DEFAULT_QUEUE), Queue(MAIL_QUEUE)]
CELERY_TASK_ROUTES = {"outbox.send_pending": {"queue": MAIL_QUEUE}}

# A task is done when it is finished, not when it is fetched: a worker that dies gives it back. Every task is a pull that
# may run twice.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 10 * 60
CELERY_TASK_TIME_LIMIT = 11 * 60

# The page must answer when the broker does not: about a second, then the sweep does it.
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# For ever: Celery's own default gives up after a hundred tries, and the portal would come back without a worker.
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, or a slow one would be handed out twice while it runs.
    "visibility_timeout": 30 * 60,
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 1,
    "interval_start": 0,
    "interval_max": 0.2,
}
# Old kicks say nothing new: a sweep that could not run for an hour has a later one behind it.
_EXPIRES_IN_A_MINUTE = {"expires": 60}

# Also says in Redis that it is alive.
CELERY_BEAT_SCHEDULER = "badgeportal.watch.beat:BeatingScheduler"
CELERY_BEAT_SCHEDULE = {
    "show that a worker takes up work": {"task": "watch.heartbeat", "schedule": 30.0, "options": {"expires": 30}},
    "send pending mail": {"task": "outbox.send_pending", "schedule": 60.0, "options": _EXPIRES_IN_A_MINUTE},
    "assess waiting orders": {"task": "verification.assess_orders", "schedule": 60.0, "options": _EXPIRES_IN_A_MINUTE},
    "compare open checks with the register": {
        "task": "verification.reassess_after_import",
        "schedule": crontab(minute="23"),
    },
    "follow questions to providers": {
        "task": "verification.follow_questions",
        "schedule": crontab(minute="41"),
    },
    "prove ledger equals balance": {"task": "orders.check_stock_ledger", "schedule": crontab(minute="7")},
    "delete old drafts": {"task": "orders.sweep_drafts", "schedule": crontab(hour="3", minute="17")},
    "delete old tracking problems": {
        "task": "fulfilment.sweep_tracking_problems",
        "schedule": crontab(hour="3", minute="27"),
    },
    "work on uploads": {"task": "uploads.work_on_uploads", "schedule": 60.0, "options": _EXPIRES_IN_A_MINUTE},
    "delete left uploads": {"task": "uploads.sweep_uploads", "schedule": crontab(minute="13")},
    "delete old failed rows": {"task": "verification.sweep_failed_rows", "schedule": crontab(hour="3", minute="7")},
    "delete old links and words of questions": {
        "task": "verification.sweep_links_and_questions",
        "schedule": crontab(hour="3", minute="57"),
    },
    "delete old mails": {"task": "outbox.sweep_mails", "schedule": crontab(hour="4", minute="7")},
    "delete old notes of pages seen": {"task": "audit.sweep_pages_seen", "schedule": crontab(hour="4", minute="17")},
    "delete unconfirmed accounts": {"task": "accounts.sweep_unconfirmed", "schedule": crontab(hour="3", minute="37")},
    "erase people whose orders have ended": {"task": "accounts.sweep_erasures", "schedule": crontab(minute="31")},
    "prove that erasures stand in the second place": {
        "task": "accounts.check_erasure_ledger",
        "schedule": crontab(minute="19"),
    },
    "tell people that the portal closes": {
        "task": "accounts.tell_of_closing",
        "schedule": 60.0,
        "options": _EXPIRES_IN_A_MINUTE,
    },
    "close the portal": {"task": "accounts.close_portal", "schedule": 60.0, "options": _EXPIRES_IN_A_MINUTE},
    "end restrictions": {"task": "accounts.end_restrictions", "schedule": crontab(minute="37")},
    "remind of data requests": {"task": "accounts.remind_about_rights", "schedule": crontab(minute="53")},
    "forget who asked": {"task": "accounts.sweep_request_contacts", "schedule": crontab(hour="3", minute="57")},
    # Monday before anybody is at work; the hourly look is for weeks that were missed.
    "publish the figures of the week": {
        "task": "reports.publish_weeks",
        "schedule": crontab(day_of_week="mon", hour="5", minute="5"),
    },
    "find weeks without figures": {"task": "reports.publish_missed_weeks", "schedule": crontab(minute="3")},
    "forecast and draw what the analysts' page lacks": {
        "task": "reports.prepare_dashboard",
        "schedule": 60.0,
        "options": _EXPIRES_IN_A_MINUTE,
    },
    "delete expired sessions": {"task": "accounts.sweep_sessions", "schedule": crontab(hour="3", minute="47")},
}

# A file that worker and beat touch while they live, for the health check of a container (badgeportal/watch/alive.py).
SIGN_OF_LIFE: str = env.str("SIGN_OF_LIFE", "")

# Where `manage.py serve_metrics` gives figures to Prometheus: never an address that the proxy leads to.
METRICS_HOST: str = env.str("METRICS_HOST", "127.0.0.1")
METRICS_PORT: int = env.int("METRICS_PORT", 9464)
