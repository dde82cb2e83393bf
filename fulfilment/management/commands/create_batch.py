"""Make a batch by hand or from a timetable, as far as wished: open, closed, files written, sent."""

from __future__ import annotations

import json
import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from badgeportal.actor import Actor
from fulfilment.batches import create_batch
from fulfilment.dx_file import download_dx_file, download_pick_list
from fulfilment.faults import FulfilmentFault
from fulfilment.models import Batch
from fulfilment.sending import close_batch, mark_batch_sent
from orders.lifecycle import Who

ACTOR = Actor.system("create-batch")


class Command(BaseCommand):
    help = (
        "Take verified orders into a batch, and print one line of JSON with counts; progress goes to standard error."
        " The batch stays open for a look unless --close, --file, --pick-list or --sent is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--limit", type=int, help="take at most this many orders, oldest first")
        parser.add_argument(
            "--batch", type=int, help="go on with this batch, after a crash for example, and take no orders"
        )
        parser.add_argument("--close", action="store_true", help="close the batch")
        parser.add_argument("--file", type=Path, help="write the file for DX here (closes the batch)")
        parser.add_argument("--pick-list", type=Path, help="write the warehouse's pick list here (closes the batch)")
        parser.add_argument("--sent", action="store_true", help="mark the batch sent (closes it): DX has the file")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["limit"] is not None and options["limit"] < 1:
            raise CommandError("--limit must be 1 or more.")
        counts: dict[str, Any] = {"batch": None, "state": None, "orders": 0, "badges": 0, "held": 0, "dispatched": 0}
        try:
            batch = self._batch(options, counts)
            if batch is not None:
                self._go_on(batch, options, counts)
        except Batch.DoesNotExist as fault:
            raise CommandError(f"There is no batch {options['batch']}.") from fault
        except FulfilmentFault as fault:
            raise CommandError(str(fault)) from fault
        self.stdout.write(json.dumps(counts))

    def _batch(self, options: dict[str, Any], counts: dict[str, Any]) -> Batch | None:
        if options["batch"]:
            return Batch.objects.get(pk=options["batch"])
        for waiting in Batch.objects.unfinished():
            self._say(
                f"{waiting} of {waiting.created_at:%-d %B} is still {waiting.state}. To go on with it: --batch {waiting.pk}"
            )
        self._say("Taking verified orders…")
        run = create_batch(limit=options["limit"], actor=ACTOR, by=Who.SYSTEM, now=timezone.now())
        counts["held"] = len(run.held)
        if run.held:
            self._say(
                f"{len(run.held)} addresses do not fit the courier's label. They are held; see the batches in admin."
            )
        if run.batch is None:
            self._say("Nothing to send: no order is verified and free. No batch was made.")
        else:
            self._say(f"{run.batch}: {run.orders} orders, {run.badges} badges.")
        return run.batch

    def _go_on(self, batch: Batch, options: dict[str, Any], counts: dict[str, Any]) -> None:
        wants_file = options["file"] or options["pick_list"]
        if batch.state == Batch.State.OPEN and (options["close"] or options["sent"] or wants_file):
            batch = close_batch(batch_id=batch.pk, actor=ACTOR, now=timezone.now())
            self._say(f"{batch} is closed. SHA-256 of its file: {batch.file_sha256}")
        if options["file"]:
            content = download_dx_file(batch=batch, actor=ACTOR, now=timezone.now())
            self._write(options["file"], content, "file for DX")
        if options["pick_list"]:
            content = download_pick_list(batch=batch, actor=ACTOR, now=timezone.now())
            self._write(options["pick_list"], content, "pick list")
        if options["sent"]:
            counts["dispatched"] = mark_batch_sent(batch_id=batch.pk, actor=ACTOR, by=Who.SYSTEM, now=timezone.now())
            self._say(f"{batch} is marked sent: {counts['dispatched']} orders are on their way.")
        batch.refresh_from_db()
        counts |= {"batch": batch.pk, "state": batch.state, "orders": batch.orders_count, "badges": batch.badges_count}

    def _write(self, path: Path, content: bytes, what: str) -> None:
        # Names and addresses: readable by nobody else, and never half a file under the name that somebody waits for.
        unfinished = path.with_name(f".{path.name}.unfinished")
        try:
            descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
            unfinished.replace(path)
        except OSError as fault:
            raise CommandError(
                f"The {what} could not be written: {fault.strerror}. The batch is safe; try --batch."
            ) from fault
        self._say(f"The {what} is in {path} ({len(content)} bytes).")

    def _say(self, text: str) -> None:
        self.stderr.write(text)
