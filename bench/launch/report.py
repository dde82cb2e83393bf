"""Printing what a stage came to, so that it can be read without knowing how it was measured."""

from __future__ import annotations

import os
from collections import Counter

from bench import world
from bench.launch.stage import Result


def print_result(result: Result, statements: Counter[str], *, hash_ms: float) -> None:
    """Everything about one stage."""
    _pages(result, statements)
    clock, cores = result.clock, os.cpu_count() or 1
    print(f"  errors: {sum(clock.errors.values())}")
    for what, count in clock.errors.most_common(5):
        print(f"    {count} times: {what}")
    print(f"  establishments that came: {clock.arrived:,}; all the way through: {clock.finished:,}")
    states = ", ".join(f"{count:,} {state}" for state, count in result.outcomes.most_common())
    print(f"  orders: {states}; decided otherwise than the rules say: {result.unexpected}")
    print(f"  decided after placing: {_line(result.decided)}")
    print(f"  code in the mailbox after the sign-up's answer: {_line(clock.code_waits)}")
    left = ", ".join(f"{count} {state}" for state, count in result.mails_left.items()) or "none"
    print(f"  mails, from written to sent: {_line(result.mail_lags)}; {len(result.mail_lags):,} sent, not sent: {left}")
    print(f"  latest the driver itself was: {1000 * clock.latest_send:.0f} ms (part of the times above)")
    _use(result, cores, hash_ms)


def print_line(result: Result) -> None:
    """One stage in a line."""
    page, p99 = result.slowest_page()
    missed = result.why_not()
    busy = result.use.machine / result.use.at
    print(
        f"  {result.rate:5.1f} a second ({3600 * result.rate:,.0f} an hour): slowest page {1000 * p99:.0f} ms p99 ({page}),"
        f" errors {sum(result.clock.errors.values())}, decided at most {max(result.decided, default=0):.2f} s,"
        f" cores busy {busy:.2f}: {'did not hold: ' + '; '.join(missed) if missed else 'held'}",
        flush=True,
    )


def _pages(result: Result, statements: Counter[str]) -> None:
    print(f"  {'page':44} {'requests':>8} {'p50 ms':>7} {'p95':>7} {'p99':>7} {'max':>7} {'SQL':>5}")
    for page, seconds in result.clock.seconds.items():
        times = "".join(f" {1000 * world.at(seconds, share):7.1f}" for share in (0.5, 0.95, 0.99))
        print(f"  {page:44} {len(seconds):8,}{times} {1000 * max(seconds):7.1f} {statements.get(page, ''):>5}")


def _use(result: Result, cores: int, hash_ms: float) -> None:
    use, visits = result.use, result.rate * result.use.at
    print("  processor and memory      cores   ms for each establishment   processes   MB (PSS)   largest MB (RSS)")
    for name, seconds in use.seconds.items():
        count, pss, rss = result.memory.get(name, (0, 0.0, 0.0))
        sizes = f"{count:11} {pss:10.0f} {rss:18.0f}" if count else ""
        print(f"    {name:20} {seconds / use.at:8.2f} {1000 * seconds / visits:27.1f} {sizes}")
    known = sum(use.seconds.values())
    print(f"    {'everything else':20} {(use.machine - known) / use.at:8.2f}   (kernel, other programs)")
    print(f"    {'machine':20} {use.machine / use.at:8.2f}   of {cores}")
    portal = 1000 * (known - use.seconds["driver"]) / visits
    print(
        f"  one password hash takes {hash_ms:.1f} ms of a processor:"
        f" {hash_ms / portal:.0%} of the {portal:.0f} ms that the portal spends on an establishment"
    )


def _line(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    shares = " / ".join(f"{1000 * world.at(seconds, share):.0f}" for share in (0.5, 0.95, 0.99))
    return f"p50 / p95 / p99 {shares} ms, at most {1000 * max(seconds):.0f} ms"
