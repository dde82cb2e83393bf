"""What may be written to a log: numbers under any name, text only under the names below, and no words of strangers.

A log has no right of erasure, so a person must not get into it. Three doors are shut here:
fields (an address passed as `email=...` is dropped), third parties' messages (their template is kept, their
arguments are not), and exceptions (PostgreSQL's DETAIL prints whole rows, other libraries print what they were given).
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

import structlog
from django.http import HttpRequest, HttpResponse
from gunicorn.glogging import Logger

EventDict = structlog.typing.EventDict

# Text under these names is written by us or by the framework, and names no person.
TEXT_FIELDS = frozenset(
    {
        "event", "level", "logger", "timestamp", "exception", "request_id", "correlation_id", "task", "task_id",
        "parent_task_id", "child_task_id", "child_task_name", "error", "view", "method", "template", "state", "result",
        "reason", "actor", "reference", "edition", "stage", "service",
    }
)  # fmt: skip
# What Celery says of a task it runs: its name, its id and the kind of its end.
_CELERY_TEXT = {"name": "task", "id": "task_id"}
# The one message of gunicorn that is no template.
_WHAT_A_VISITOR_SENT = "Invalid request"

# Messages of these exceptions are about code or settings, or are our own sentences.
_OWN_ROOTS = ("badgeportal.", "accounts.", "orders.", "verification.", "fulfilment.", "reports.")
_TELLING = (AttributeError, ImportError, NameError, NotImplementedError, TypeError)


def keep_only_safe_fields(_: Any, __: str, event: EventDict) -> EventDict:
    """Drop every field that could carry personal data; see the module's text for the rule."""
    kept: EventDict = {}
    for key, value in event.items():
        ours = key.startswith("_") or key in {"exc_info", "positional_args"}
        if ours or value is None or isinstance(value, bool | int | float):
            kept[key] = value
        elif key in TEXT_FIELDS:
            kept[key] = str(value)
    return kept


def name_the_view(_: Any, __: str, event: EventDict) -> EventDict:
    """Replace 'GET /orders/CARE-.../?q=...' by its method: the path may hold a token and the query a name."""
    request = event.pop("request", None)
    if isinstance(request, str):
        event["method"] = request.partition(" ")[0]
    return event


def withhold_foreign_arguments(_: Any, __: str, event: EventDict) -> EventDict:
    """Keep the template of a third party's message; fill it in only where its words are known to be about machinery."""
    record: logging.LogRecord | None = event.get("_record")
    if record is None or event.get("_from_structlog") is not False:
        return event
    arguments = event.pop("positional_args", ())
    if isinstance(arguments, Mapping):
        for name, field in _CELERY_TEXT.items():
            if isinstance(arguments.get(name), str):
                event[field] = arguments[name]
    if record.name == "gunicorn.error" and _is_of_its_own_processes(record, arguments):
        event["event"] = str(event["event"]) % arguments
    elif record.name == "gunicorn.error" and str(event["event"]).startswith(_WHAT_A_VISITOR_SENT):
        # Put together from the visitor's internet address and whatever it was that they sent.
        event["event"] = f"{_WHAT_A_VISITOR_SENT} (withheld)"
    elif not arguments and not _speaks_of_machinery(record.name):
        # Put together by whoever logged it, so there is no template to keep: it may hold anything.
        event["event"] = "(message withheld)"
    return event


def _is_of_its_own_processes(record: logging.LogRecord, arguments: Any) -> bool:
    """Whether a message of gunicorn tells of a start or an end: above what it says of requests, and without a traceback."""
    plain = arguments and not isinstance(arguments, Mapping) and not any("\n" in str(one) for one in arguments)
    return bool(plain) and logging.INFO <= record.levelno < logging.ERROR


def _speaks_of_machinery(logger: str) -> bool:
    root = logger.split(".", 1)[0]
    return root in {"celery", "django", "gunicorn", "kombu"} and not logger.startswith("django.security")


def render_exception(_: Any, __: str, event: EventDict) -> EventDict:
    """Put the exception's kinds and places under `exception`, its message only when it cannot name a person."""
    exc_info = event.pop("exc_info", None)
    if exc_info is True:
        exc_info = sys.exc_info()
    if isinstance(exc_info, BaseException):
        exc_info = (type(exc_info), exc_info, exc_info.__traceback__)
    if isinstance(exc_info, tuple) and exc_info[1] is not None:
        event["exception"] = describe(exc_info[1])
    return event


def describe(error: BaseException) -> str:
    """`error` with its causes as text: kind, what may be told of it, and the lines of code it came through."""
    parts: list[str] = []
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        parts.append("\n".join([*_places(current.__traceback__), _headline(current)]))
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\nThe cause of:\n".join(reversed(parts))


def _headline(error: BaseException) -> str:
    kind = type(error)
    name = f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")
    diag = getattr(error, "diag", None)
    if diag is not None and getattr(error, "sqlstate", None):
        # Of PostgreSQL's own words only names in the schema are told: DETAIL, and often the message, hold row values.
        names = [getattr(diag, part, None) for part in ("table_name", "column_name", "constraint_name")]
        return f"{name} {error.sqlstate} {' '.join(filter(None, names))}".strip()  # type: ignore[attr-defined]
    if isinstance(error, _TELLING) or kind.__module__.startswith(_OWN_ROOTS) or kind.__name__ == "ImproperlyConfigured":
        return f"{name}: {error}"
    return f"{name}: (message withheld)"


def _places(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)
    return [f"  {frame.filename}:{frame.lineno} in {frame.name}" for frame in frames]


SHARED_PROCESSORS: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def structlog_processors() -> list[Any]:
    """The last steps of every log line, ours and third parties' alike, down to one line of JSON."""
    return [
        withhold_foreign_arguments,
        render_exception,
        name_the_view,
        keep_only_safe_fields,
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.JSONRenderer(),
    ]


class NameTheView:
    """Middleware: the name of the page goes into the log, since its address may not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self._get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> None:
        if request.resolver_match is not None:
            structlog.contextvars.bind_contextvars(view=request.resolver_match.view_name)


class QuietGunicornLogger(Logger):
    """Gunicorn's messages through our handlers: its own would print the address of a page that failed."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for logger in (self.error_log, self.access_log):
            logger.handlers.clear()
            logger.propagate = True
