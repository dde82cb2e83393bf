"""Serves the portal's figures to Prometheus, on a port of its own that no proxy leads to."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

from django.conf import settings
from django.core.management.base import BaseCommand

from badgeportal.watch.exporter import application


class QuietHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
        """Say nothing: the address of whoever asks is nobody's business."""


class Command(BaseCommand):
    help = "Serves figures for Prometheus at /metrics on an internal address. Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=settings.METRICS_HOST)
        parser.add_argument("--port", type=int, default=settings.METRICS_PORT)

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        with make_server(host, port, application, handler_class=QuietHandler) as server:
            self.stdout.write(f"Figures at http://{host}:{server.server_port}/metrics")
            server.serve_forever()
