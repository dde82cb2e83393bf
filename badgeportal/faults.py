"""The page for what goes wrong: a pause when a server of ours is away, a fault of ours otherwise. Neither asks a server."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.defaults import server_error
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

_AWAY = (OperationalError, InterfaceError, RedisConnectionError, RedisTimeoutError)


def fault(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 and when to come back while PostgreSQL or Redis is away, 500 for everything else."""
    if isinstance(sys.exc_info()[1], _AWAY):
        return HttpResponse(render_to_string("503.html"), status=503, headers={"Retry-After": "30"})
    return server_error(request)
