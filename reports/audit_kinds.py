"""What the audit record may say about management information: counts and words of ours."""

from badgeportal.audit.kinds import declare

POSTCODES_LOADED = declare("postcodes_loaded", "rows", "new", "changed", "unchanged", "elsewhere", "names")
SNAPSHOT_PUBLISHED = declare("snapshot_published", "week", "version", "tables", "hidden")
SNAPSHOT_ASKED_FOR = declare("snapshot_asked_for", "week")
SNAPSHOT_WITHDRAWN = declare("snapshot_withdrawn", "week", "version")
