"""An establishment that comes for the first time: start page, account, code from the mail, every question, their orders."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from dataclasses import dataclass
from random import Random

from bench.launch.clock import Clock, page_name
from bench.launch.letters import LetterBox
from bench.launch.wire import Answer, Connection, first_choice, form_of, local_path

PASSWORD = "seven wet stones by the mill"
_MAIL_SECONDS = 60.0
_MOST_STEPS = 20


@dataclass(frozen=True, slots=True)
class Establishment:
    """Who comes: the address they register and where from, what they order, and what should become of the order."""

    number: int
    email: str
    network_address: str
    ods_code: str
    quantity: int
    expected: str

    def answers(self) -> dict[str, dict[str, str]]:
        """What they type on each page of the order."""
        n = self.number
        return {
            "/order/cqc/": {"cqc_registered": "yes" if self.ods_code else "no"},
            "/order/ods-code/": {"ods_code": self.ods_code},
            "/order/organisation/": {"organisation_name": f"Day Centre {n}", "organisation_type": "day_service"},
            "/order/quantity/": {"quantity": str(self.quantity)},
            "/order/phone/": {"phone": f"01632 960{n % 1000:03}"},
            "/order/delivery/": {
                "recipient_name": "Alex Sample", "address_line_1": f"{1 + n % 900} Launch Road",
                "address_line_2": f"Unit {n}", "town": "Nottingham", "postcode": "NG1 5DT",
            },
            "/order/check/": {},
        }  # fmt: skip


class WrongPage(Exception):
    """The portal showed something else than the journey expects."""


class Visitor:
    """One establishment on its way; `think` is the mean pause before each answer, from half of it to half as much again."""

    def __init__(self, who: Establishment, *, port: int, letters: LetterBox, clock: Clock, think: float,
                 static: list[str]) -> None:  # fmt: skip
        self._who, self._letters, self._clock, self._static = who, letters, clock, static
        self._connection = Connection(port, who.network_address)
        self._random, self._think = Random(who.number), think
        self._path = self._page = ""
        # Set for the one visit that counts statements: page by page.
        self.statements: Counter[str] | None = None
        self._statements_so_far = 0

    def all_statements(self) -> int:
        """How many statements the visit has cost so far, when it counts them."""
        return self._statements_so_far

    async def come(self, due: float) -> None:
        """The whole visit, whose first request was due at `due`; a fault is noted and ends it."""
        self._clock.arrived += 1
        self._clock.inside += 1
        try:
            await self._visit(due)
            self._clock.finished += 1
        except (WrongPage, ValueError, OSError, EOFError, TimeoutError, asyncio.LimitOverrunError) as fault:
            where = page_name("at", self._path) if self._path else "at the start"
            self._clock.note_error(f"{type(fault).__name__} {fault} {where}".strip())
        finally:
            self._clock.inside -= 1
            self._connection.close()

    async def _visit(self, due: float) -> None:
        code = await self.sign_up(due)
        await self.confirm(code)
        await self.order()

    async def sign_up(self, due: float) -> asyncio.Future[str]:
        """From the start page to the one that asks for the code; returns the code that the mail will bring."""
        await self._go("GET", "/", due=due)
        for path in self._static:
            await self._once("GET", path, None, due=time.monotonic())
        await self._get("/order/")
        self._insist("/account/login/")
        await self._get("/account/signup/?next=/order/")
        code = self._letters.expect(self._who.email)
        await self._send({"email": self._who.email, "password1": PASSWORD})
        self._insist("/account/confirm-email/")
        return code

    async def confirm(self, code: asyncio.Future[str]) -> None:
        """Wait for the code and type it."""
        asked = time.monotonic()
        typed = await asyncio.wait_for(code, _MAIL_SECONDS)
        self._clock.note_code(due=asked)
        await self._send({"code": typed})

    async def order(self) -> None:
        """Every question, the confirmation, and a look at the list of orders."""
        await self._answer_all()
        await self._get("/orders/")

    async def _answer_all(self) -> None:
        answers = self._who.answers()
        for _ in range(_MOST_STEPS):
            at = self._path.split("?")[0]
            if at.endswith("/placed/"):
                return
            if at == "/order/your-organisation/":
                await self._send({"answer": first_choice(self._page)})
            elif at in answers:
                await self._send(answers[at])
            else:
                raise WrongPage("not a page of the journey")
            if self._path.split("?")[0] == at:
                raise WrongPage("asked again")
        raise WrongPage("the journey does not end")

    def _insist(self, path: str) -> None:
        if not self._path.startswith(path):
            raise WrongPage(f"instead of {path}")

    async def _get(self, path: str) -> None:
        await self._go("GET", path, due=await self._pause())

    async def _send(self, fields: dict[str, str]) -> None:
        action, hidden = form_of(self._page, at=self._path)
        await self._go("POST", action, hidden | fields, due=await self._pause())

    async def _pause(self) -> float:
        """Wait as somebody who reads and types; returns when the next request was due, which is not when it goes out."""
        due = time.monotonic() + self._think * self._random.uniform(0.5, 1.5)
        await asyncio.sleep(due - time.monotonic())
        return due

    async def _go(self, method: str, path: str, fields: dict[str, str] | None = None, *, due: float) -> None:
        """A request and the redirects after it, each counted as a page of its own."""
        answer = await self._once(method, path, fields, due=due)
        for _ in range(5):
            if "location" not in answer.headers:
                break
            path = local_path(answer.headers["location"])
            answer = await self._once("GET", path, None, due=time.monotonic())
        self._path, self._page = path, answer.body.decode()

    async def _once(self, method: str, path: str, fields: dict[str, str] | None, *, due: float) -> Answer:
        sent, page = time.monotonic(), page_name(method, path)
        answer = await self._connection.ask(method, path, fields, count=self.statements is not None)
        self._clock.note(page, due=due, sent=sent)
        if self.statements is not None and "x-statements" in answer.headers:
            self.statements[page] = int(answer.headers["x-statements"])
            self._statements_so_far += self.statements[page]
        if answer.status >= 400:
            self._path = path
            raise WrongPage(f"{answer.status} for {method}")
        return answer
