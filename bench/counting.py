"""Middleware of the benches: how many statements a request ran, without transaction control, when the driver asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

_CONTROL = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


class CountStatements:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "X-Count-Statements" not in request.headers:
            return self._get_response(request)
        seen: list[str] = []

        def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            if not str(sql).lstrip().upper().startswith(_CONTROL):
                seen.append(str(sql))
            return execute(sql, params, many, context)

        with connection.execute_wrapper(note):
            response = self._get_response(request)
        response["X-Statements"] = str(len(seen))
        return response
