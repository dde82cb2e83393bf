"""A small mail server that the worker really sends to, and that hands each visitor the code from their mail."""

from __future__ import annotations

import asyncio
import re

_TO = re.compile(rb"^RCPT TO:<([^>]+)>", re.IGNORECASE)
_CODE = re.compile(r"Your code is\s+(\S+)")


class LetterBox:
    """Takes mail on a port of 127.0.0.1; `taken` counts it, `connections` how often somebody called."""

    def __init__(self) -> None:
        self.taken = self.connections = 0
        self._codes: dict[str, asyncio.Future[str]] = {}
        self._server: asyncio.Server | None = None

    async def open(self, port: int) -> None:
        self._server = await asyncio.start_server(self._talk, "127.0.0.1", port)

    def close(self) -> None:
        if self._server is not None:
            self._server.close()

    def expect(self, address: str) -> asyncio.Future[str]:
        """The code that a mail to `address` will bring."""
        return self._codes.setdefault(address, asyncio.get_running_loop().create_future())

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        to = ""
        try:
            writer.write(b"220 ready\r\n")
            while line := await reader.readline():
                verb = line.strip().upper()
                if found := _TO.match(line):
                    to = found[1].decode()
                if verb == b"DATA":
                    writer.write(b"354 go on\r\n")
                    text = (await reader.readuntil(b"\r\n.\r\n")).decode()
                    self.taken += 1
                    if (code := _CODE.search(text)) and (waits := self._codes.pop(to, None)) and not waits.done():
                        waits.set_result(code[1])
                writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n")
                if verb == b"QUIT":
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()
