from __future__ import annotations

import hashlib
import json
import stat
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from badgeportal.audit.models import AuditEvent
from fulfilment.models import Batch
from orders.models import Order
from tests.fulfilment.steps import closed_batch, open_batch, sent_batch, state_of, verified_order, verified_orders
from tests.fulfilment.test_batches import NARROW

pytestmark = pytest.mark.django_db


def run(command: str, *args: object) -> tuple[dict[str, object], str]:
    """(the counts of the last line, what was said on the way)."""
    out, err = StringIO(), StringIO()
    call_command(command, *map(str, args), stdout=out, stderr=err)
    (line,) = out.getvalue().splitlines()
    return json.loads(line), err.getvalue()


def test_a_batch_by_hand_stays_open_for_a_look():
    verified_orders(2)
    counts, said = run("create_batch")
    batch = Batch.objects.get()
    assert counts == {"batch": batch.pk, "state": "open", "orders": 2, "badges": 10, "held": 0, "dispatched": 0}
    assert "2 orders, 10 badges" in said


def test_a_limit_is_kept():
    verified_orders(3)
    assert run("create_batch", "--limit", 2)[0]["orders"] == 2


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_is_refused(limit):
    verified_order()
    with pytest.raises(CommandError, match="1 or more"):
        run("create_batch", "--limit", limit)
    assert not Batch.objects.exists()


def test_nothing_to_send_is_said_and_makes_no_batch():
    counts, said = run("create_batch", "--close", "--sent")
    assert (counts["batch"], counts["orders"]) == (None, 0)
    assert "Nothing to send" in said
    assert not Batch.objects.exists()


def test_all_in_one_go(tmp_path: Path):
    order = verified_order()
    file, picked = tmp_path / "dx.csv", tmp_path / "pick.csv"
    counts, _ = run("create_batch", "--file", file, "--pick-list", picked, "--sent")
    batch = Batch.objects.get()
    assert (counts["state"], counts["dispatched"]) == ("sent", 1)
    assert hashlib.sha256(file.read_bytes()).hexdigest() == batch.file_sha256
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert order.recipient_name not in picked.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["dx.csv", "pick.csv"]
    assert state_of(order) == "dispatched"
    assert AuditEvent.objects.filter(kind="dx_file_downloaded", actor="system:create-batch").count() == 1


def test_after_a_crash_the_batch_is_taken_up_again_and_the_file_is_the_same(tmp_path: Path):
    verified_orders(2)
    batch = open_batch()
    _, said = run("create_batch")
    assert f"--batch {batch.pk}" in said
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    run("create_batch", "--batch", batch.pk, "--file", first)
    counts, _ = run("create_batch", "--batch", batch.pk, "--file", second, "--sent")
    assert first.read_bytes() == second.read_bytes()
    assert counts["dispatched"] == 2
    assert run("create_batch", "--batch", batch.pk, "--sent")[0]["dispatched"] == 0


def test_a_batch_that_is_not_there_is_said():
    with pytest.raises(CommandError, match="There is no batch 12"):
        run("create_batch", "--batch", 12)


def test_a_file_that_cannot_be_written_leaves_the_batch_safe(tmp_path: Path):
    verified_order()
    with pytest.raises(CommandError, match="could not be written"):
        run("create_batch", "--file", tmp_path / "missing" / "dx.csv")
    assert Batch.objects.get().state == "closed"


def test_misfits_are_counted_and_told(settings):
    verified_order()
    settings.DX_LAYOUT = NARROW
    counts, said = run("create_batch")
    assert (counts["batch"], counts["held"]) == (None, 1)
    assert "do not fit" in said


def tracking_file(path: Path, *rows: str) -> Path:
    path.write_text("Reference,Consignment number,Event,Time\n" + "".join(f"{row}\n" for row in rows))
    return path


def test_a_tracking_file_is_read_in_and_problems_are_told_with_their_row(tmp_path: Path):
    order = verified_order()
    parcel = closed_batch(now=timezone.now() - timedelta(days=3)).consignments.get()
    delivered = timezone.localtime(timezone.now() - timedelta(days=1)).strftime("%d/%m/%y %I:%M %p")
    file = tracking_file(
        tmp_path / "dx.csv", f"{parcel.reference},L1,Delivered,{delivered}", f"CB1,L2,Delivered,{delivered}"
    )
    counts, said = run("import_tracking", file)
    assert {name: counts[name] for name in ("rows", "new", "repeated", "unknown", "failed")} == {
        "rows": 2, "new": 1, "repeated": 0, "unknown": 1, "failed": 0,
    }  # fmt: skip
    assert "Row 3, reference 'CB1': This is not one of our references." in said
    assert state_of(order) == "delivered"


def test_many_problems_are_not_all_printed(tmp_path: Path):
    file = tracking_file(tmp_path / "dx.csv", *["CB1,L2,Delivered,never"] * 50)
    counts, said = run("import_tracking", file)
    assert counts["failed"] == 50
    assert said.count("Row ") == 20
    assert "in admin" in said


def test_a_wrong_tracking_file_and_a_missing_one_are_told_in_a_sentence(tmp_path: Path):
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7")
    with pytest.raises(CommandError, match="This is a PDF file"):
        run("import_tracking", tmp_path / "x.pdf")
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run("import_tracking", tmp_path / "nothing.csv")


def test_a_sent_batch_needs_no_second_run():
    verified_order()
    sent_batch()
    assert run("create_batch")[0]["batch"] is None
    assert Order.objects.count() == 1
