"""A small real mail server for tests: speaks SMTP over a socket, keeps what it is given, and refuses when told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage


class _Conversation(socketserver.StreamRequestHandler):
    server: SmtpServer

    def handle(self) -> None:
        self._say("220 ready")
        while line := self.rfile.readline():
            verb = line.strip().upper()
            if (
                verb.startswith(b"RCPT TO")
                and self.server.falls_silent_at
                and self.server.falls_silent_at in verb.decode()
            ):
                self.server.is_silent.set()
                self.server.may_go_on.wait()
                return
            if verb.startswith(b"RCPT TO") and self.server.refusal:
                self.server.refused += 1
                self._say(self.server.refusal)
            elif verb == b"DATA":
                self._say("354 go on")
                self._take_message()
                self._say("250 taken")
            elif verb == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _take_message(self) -> None:
        lines: list[bytes] = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.server.taken.append(message)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class SmtpServer(socketserver.ThreadingTCPServer):
    """`taken` are the mails that arrived; while `refusal` is set (such as `451 later`) recipients are refused with it.

    A recipient that `falls_silent_at` (in capitals) names is not answered, until the server is shut down.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[EmailMessage] = []
        self.refusal = ""
        self.refused = 0
        self.falls_silent_at = ""
        self.is_silent, self.may_go_on = threading.Event(), threading.Event()

    @property
    def port(self) -> int:
        return int(self.server_address[1])


@contextmanager
def smtp_server() -> Iterator[SmtpServer]:
    """A mail server for the time of the block."""
    with SmtpServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.may_go_on.set()
            server.shutdown()
            thread.join()
