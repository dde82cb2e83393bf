"""What management information holds about people: nothing. Published figures are about groups of organisations."""

from badgeportal.inventory import Inventory
from reports.closing import weeks_without_figures

_FIGURE = "a published figure, made so that nobody can be found in it"
_WORDS = "one of our own words"
_ACTOR = "an opaque number of a member of staff, or the name of a job"

INVENTORY = Inventory()
INVENTORY.says_what_holds_closing(weeks_without_figures)
INVENTORY.declare("reports.managementinformation", not_personal={"id": "never written: the model has no table"})
INVENTORY.declare(
    "reports.snapshot",
    not_personal={
        "id": "a number of the row itself",
        "week": "a date",
        "version": "a count",
        **dict.fromkeys(("published_at", "withdrawn_at"), "a time"),
        **dict.fromkeys(("published_by", "withdrawn_by"), _ACTOR),
        "software": "a version of the portal",
        "withdrawn_reason": "why figures were withdrawn, as published; it names nobody",
    },
)
INVENTORY.declare(
    "reports.publishedtable",
    not_personal={
        "id": "a number of the row itself",
        "snapshot": "the snapshot it belongs to",
        **dict.fromkeys(("code", "period_kind", "rule"), _WORDS),
        **dict.fromkeys(("position", "rounded_to", "fewest_organisations"), "a count"),
        **dict.fromkeys(("period_starts", "period_ends"), "a date"),
    },
)
INVENTORY.declare(
    "reports.cell",
    not_personal={
        "id": "a number of the row itself",
        "table": "the table it stands in",
        "position": "a count",
        **dict.fromkeys(("row", "label", "measure", "mark"), _WORDS),
        "value": _FIGURE,
    },
)
INVENTORY.declare(
    "reports.postcodeedition",
    not_personal={
        "id": "a number of the row itself",
        "edition": "a date",
        "file_name": "the name of a file of ONS",
        "file_sha256": "a hash of that file",
        **dict.fromkeys(("rows", "new", "changed", "unchanged", "elsewhere", "names"), "a count"),
        "actor": _ACTOR,
        "loaded_at": "a time",
    },
)
INVENTORY.declare(
    "reports.postcodeplace",
    not_personal={
        "postcode": "every postcode of England, from a public list; no row is there because of a person",
        **dict.fromkeys(("region", "authority"), "a code of ONS"),
    },
)
INVENTORY.declare(
    "reports.areaname",
    not_personal={**dict.fromkeys(("code", "region"), "a code of ONS"), "name": "the name of a region or council"},
)
INVENTORY.declare(
    "reports.snapshotrequest",
    not_personal={
        "id": "a number of the row itself",
        "week": "a date",
        "asked_by": _ACTOR,
        **dict.fromkeys(("asked_at", "done_at", "tried_at"), "a time"),
        "fault": "one of a fixed list",
        "snapshot": "the snapshot that was published",
    },
)
_FORECAST = "a forecast from published figures"
INVENTORY.declare(
    "reports.forecast",
    not_personal={
        "id": "a number of the row itself",
        "snapshot": "the snapshot that it was made from",
        "computed_at": "a time",
        **dict.fromkeys(("outcome", "method"), "one of a fixed list"),
        **dict.fromkeys(("weeks_known", "weeks_hidden"), "a count"),
        **dict.fromkeys(("widened", "error_naive", "error_drift", "error_ets", "covered_80", "covered_95"), _FORECAST),
        "stock": _FIGURE,
        **dict.fromkeys(("runs_out", "runs_out_earliest", "runs_out_latest"), "a date"),
    },
)
INVENTORY.declare(
    "reports.forecastweek",
    not_personal={
        "id": "a number of the row itself",
        "forecast": "the forecast it belongs to",
        "week": "a date",
        **dict.fromkeys(("expected", "low_80", "high_80", "low_95", "high_95"), _FORECAST),
    },
)
INVENTORY.declare(
    "reports.chartpicture",
    not_personal={"digest": "a hash of published figures", "svg": "a chart of published figures", "drawn_at": "a time"},
)
