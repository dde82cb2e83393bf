"""The page about the lifecycle in `docs/`, printed from the table so that it cannot say anything else."""

from __future__ import annotations

from orders.lifecycle import MOVES, Move, mermaid

_STOCK = {
    "RESERVED": "badges reserved",
    "RELEASED": "badges released",
    "DISPATCHED": "badges leave the shelf",
    "RETURNED": "badges back on the shelf",
    "RETURNED_AND_RESERVED": "badges back on the shelf and reserved again",
}


def lifecycle_page() -> str:
    """Markdown: the state diagram, and each move with who makes it, its mail and what it does to the stock."""
    rows = "\n".join(_row(move) for move in MOVES.values())
    return (
        "# The lifecycle of an order\n\n"
        "Written by `manage.py lifecycle_diagram` from `orders/lifecycle.py`. Do not edit it: a test fails when they differ.\n\n"
        f"```mermaid\n{mermaid()}```\n\n"
        "| move | from | to | by | mail | stock |\n| --- | --- | --- | --- | --- | --- |\n"
        f"{rows}\n\n"
        "A held order stays where it is: no pull takes it until a person lifts the hold, or the account is no longer"
        " restricted.\n"
    )


def _row(move: Move) -> str:
    cells = (
        move.name.replace("_", " "),
        ", ".join(source.value for source in move.sources) or "a draft",
        move.target.value,
        " or ".join(sorted(who.value for who in move.who)),
        move.mail or "none",
        _STOCK[move.stock.name] if move.stock else "none",
    )
    return f"| {' | '.join(cells)} |"
