"""One visitor's connection: HTTP/1.1 by hand over asyncio, because the driver takes processor time from what it measures."""

from __future__ import annotations

import asyncio
import re
from contextlib import suppress
from dataclasses import dataclass
from html import unescape
from urllib.parse import urlencode, urlsplit

_FORM = re.compile(r'<form method="post"[^>]*novalidate[^>]*>(.*?)</form>', re.DOTALL)
_ACTION = re.compile(r'<form method="post"[^>]*action="([^"]+)"[^>]*novalidate')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
_CHOICE = re.compile(r'<input[^>]*name="answer"[^>]*value="([^"]+)"')
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: dict[str, str]
    cookies: list[str]
    body: bytes


class Connection:
    """A kept connection with the cookies of one visitor, who comes from the address `address`."""

    def __init__(self, port: int, address: str) -> None:
        self._port, self._address = port, address
        self._cookies: dict[str, str] = {}
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, method: str, path: str, fields: dict[str, str] | None = None, *, count: bool = False) -> Answer:
        """One request and its whole answer. A connection that the server closed while it rested is opened once more."""
        body = urlencode(fields).encode() if fields is not None else b""
        lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{self._port}", f"X-Forwarded-For: {self._address}"]
        lines += ["Accept: text/html", "Accept-Encoding: gzip, br", "User-Agent: launch-day"]
        if self._cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self._cookies.items()))
        if fields is not None:
            lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
        if count:
            lines.append("X-Count-Statements: 1")
        wire = "\r\n".join(lines).encode() + b"\r\n\r\n" + body
        async with asyncio.timeout(_SECONDS):
            rested = self._writer is not None
            try:
                answer = await self._exchange(wire)
            except (ConnectionError, asyncio.IncompleteReadError):
                self.close()
                if not rested:
                    raise
                answer = await self._exchange(wire)
        for line in answer.cookies:
            name, _, value = line.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        if answer.headers.get("connection") == "close":
            self.close()
        return answer

    async def _exchange(self, wire: bytes) -> Answer:
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.write(wire)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers: dict[str, str] = {}
        cookies: list[str] = []
        for line in head[1:-2]:
            name, _, value = line.partition(": ")
            if name.lower() == "set-cookie":
                cookies.append(value)
            else:
                headers[name.lower()] = value
        body = await self._reader.readexactly(int(headers.get("content-length", 0)))
        return Answer(int(head[0].split(" ")[1]), headers, cookies, body)

    def close(self) -> None:
        if self._writer is not None:
            with suppress(RuntimeError):
                self._writer.close()
        self._reader = self._writer = None


def form_of(page: str, *, at: str) -> tuple[str, dict[str, str]]:
    """Where the question of `page` is sent, and its hidden fields; raises ValueError when the page asks nothing."""
    found = _FORM.search(page)
    if found is None:
        raise ValueError(f"no question at {at}")
    action = _ACTION.search(page)
    hidden = {name: unescape(value) for name, value in _HIDDEN.findall(found[1])}
    return (unescape(action[1]) if action else at), hidden


def first_choice(page: str) -> str:
    """The first radio button of the question 'is this your organisation?'; empty when there is none."""
    found = _CHOICE.search(page)
    return unescape(found[1]) if found else ""


def local_path(location: str) -> str:
    return urlsplit(location)._replace(scheme="", netloc="").geturl()
