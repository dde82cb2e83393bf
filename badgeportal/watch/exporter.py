"""The exporter: a small WSGI application beside the portal, so that the portal's own address never shows a figure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import structlog
from django.db import DatabaseError, connection
from django.utils import timezone

from badgeportal.watch.gauges import exposition, read_all

log = structlog.get_logger(__name__)

_TEXT = [("Content-Type", "text/plain; version=0.0.4; charset=utf-8")]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer GET /metrics with every figure, anything else with 404, and 503 while the database is away."""
    if environ.get("PATH_INFO") != "/metrics" or environ.get("REQUEST_METHOD") != "GET":
        start_response("404 Not Found", _TEXT)
        return [b"Figures are at /metrics.\n"]
    try:
        body = exposition(read_all(timezone.now()))
    except DatabaseError as error:
        log.warning("metrics_unavailable", error=type(error).__name__)
        start_response("503 Service Unavailable", _TEXT)
        return [b"The database does not answer.\n"]
    finally:
        # A scrape every quarter of a minute is not worth a connection held for ever.
        connection.close()
    start_response("200 OK", _TEXT)
    return [body.encode()]
