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
        self.server.connections += 1
        taken_before = len(self.server.taken)
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
            refusal = self.server.refusal_of(line)
            if verb.startswith(b"RCPT TO") and refusal:
                self.server.refused += 1
                self._say(refusal)
            elif verb == b"DATA":
                self._say("354 go on")
                self._take_message()
                self._say("250 taken")
                if len(self.server.taken) - taken_before == self.server.mails_for_each_connection:
                    return
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
    `refused_address` is refused for good. After `mails_for_each_connection` mails it hangs up without a word.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.taken: list[EmailMessage] = []
        self.refusal = ""
        self.falls_silent_at = self.refused_address = ""
        self.is_silent, self.may_go_on = threading.Event(), threading.Event()
        self.refused = self.connections = self.mails_for_each_connection = 0

    def refusal_of(self, line: bytes) -> str:
        named = self.refused_address and self.refused_address.encode() in line
        return "550 no such person" if named else self.refusal

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
