"""A small real store of objects for tests: speaks as much of S3 over HTTP as keeping, listing, reading and deleting take."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

_LISTED = "<Contents><Key>{}</Key><LastModified>2026-11-23T10:00:00.000Z</LastModified><ETag>x</ETag><Size>{}</Size></Contents>"


class _Objects(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.server.full:
            return self._answer(403, b"<Error><Code>AccessDenied</Code></Error>")
        self.server.kept[self._key()] = body
        return self._answer(200, b"", ETag='"x"')

    def do_GET(self) -> None:
        prefix = parse_qs(urlsplit(self.path).query).get("prefix")
        if prefix is not None:
            listed = "".join(
                _LISTED.format(escape(key), len(body))
                for key, body in self.server.kept.items()
                if key.startswith(prefix[0])
            )
            whole = f"<ListBucketResult><IsTruncated>false</IsTruncated>{listed}</ListBucketResult>"
            return self._answer(200, whole.encode())
        return self._answer(
            200, self.server.kept[self._key()], ETag='"x"', Last_Modified="Mon, 23 Nov 2026 10:00:00 GMT"
        )

    def do_POST(self) -> None:
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        keys = re.findall("<Key>(.*?)</Key>", asked)
        for key in keys:
            self.server.kept.pop(key, None)
        gone = "".join(f"<Deleted><Key>{escape(key)}</Key></Deleted>" for key in keys)
        self._answer(200, f"<DeleteResult>{gone}</DeleteResult>".encode())

    def _key(self) -> str:
        return urlsplit(self.path).path.split("/", 2)[2]

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def bucket() -> Iterator[Any]:
    """The server while the block runs: `kept` are the objects by key; while it is `full` nothing is taken."""
    server: Any = ThreadingHTTPServer(("127.0.0.1", 0), _Objects)
    server.kept, server.full, server.daemon_threads = {}, False, True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
