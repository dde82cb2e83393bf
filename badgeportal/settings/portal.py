"""What the policy and the courier lay down: thresholds, times, layouts, contacts. All can be set from the environment."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from badgeportal.settings.environment import env, needed

# Above this many badges together, an organisation that is not registered with CQC is checked by a person.
MANUAL_CHECK_THRESHOLD: int = env.int("MANUAL_CHECK_THRESHOLD", 25)
# Above this many badges a person always looks, whoever orders.
LARGE_ORDER_THRESHOLD: int = env.int("LARGE_ORDER_THRESHOLD", 1000)
# How long an officer holds a check before it goes back to the queue.
CLAIM_MINUTES: int = env.int("CLAIM_MINUTES", 30)
# A check that waits longer than this is shown as overdue.
CHECK_OVERDUE_HOURS: int = env.int("CHECK_OVERDUE_HOURS", 48)
# A provider who was asked something is reminded after so many days, and after so many the order goes back to the queue.
QUESTION_REMINDER_DAYS: int = env.int("QUESTION_REMINDER_DAYS", 3)
QUESTION_DAYS: int = env.int("QUESTION_DAYS", 7)
# How long a link sent to a listed inbox works, and how many a day may be asked for by one order and for one listing.
INBOX_LINK_HOURS: int = env.int("INBOX_LINK_HOURS", 72)
INBOX_LINKS_A_DAY_OF_ORDER: int = env.int("INBOX_LINKS_A_DAY_OF_ORDER", 3)
INBOX_LINKS_A_DAY_TO_LISTING: int = env.int("INBOX_LINKS_A_DAY_TO_LISTING", 6)
# A draft holds an address, so it is not kept for ever.
DRAFT_DAYS: int = env.int("DRAFT_DAYS", 30)
# A row of a tracking file that could not be read; a driver may have written a name in it.
TRACKING_PROBLEM_DAYS: int = env.int("TRACKING_PROBLEM_DAYS", 30)
# A file that staff upload, and how long one waits for somebody to confirm it before it is deleted.
UPLOAD_MAX_MB: int = env.int("UPLOAD_MAX_MB", 40)
UPLOAD_HOURS: int = env.int("UPLOAD_HOURS", 24)
# What stays of an upload: its file name, who asked and how it ended.
UPLOAD_DAYS: int = env.int("UPLOAD_DAYS", 365)
# A row of a register file that could not be loaded; an address may stand in it.
FAILED_ROW_DAYS: int = env.int("FAILED_ROW_DAYS", 90)
# A link that went to a listed inbox, after it no longer works; and the words of a question and its answer, after the order
# has been decided.
INBOX_LINK_DAYS: int = env.int("INBOX_LINK_DAYS", 90)
QUESTION_DAYS_KEPT: int = env.int("QUESTION_DAYS_KEPT", 180)
# Mails that went, failed or were called off: which, about what record, when.
OUTBOX_DAYS: int = env.int("OUTBOX_DAYS", 365)
# Notes of who was shown which page; people may ask who saw theirs. What was done is kept as long as the portal.
AUDIT_SEEN_DAYS: int = env.int("AUDIT_SEEN_DAYS", 365)
# An account whose address was never confirmed.
UNCONFIRMED_ACCOUNT_DAYS: int = env.int("UNCONFIRMED_ACCOUNT_DAYS", 7)
# Data requests. What days of waiting for the person's answer do to the last day: the ICO's way of counting is not confirmed.
DATA_REQUEST_PAUSED_DAYS: str = env.str("DATA_REQUEST_PAUSED_DAYS", "days_added")
if DATA_REQUEST_PAUSED_DAYS not in {"days_added", "start_moved"}:
    raise ImproperlyConfigured("Set DATA_REQUEST_PAUSED_DAYS to days_added or to start_moved.")
# Kinds of request whose clock stands while we ask what is meant. The law of 2025 says so of requests for a copy.
CLOCK_STOPS_FOR: list[str] = env.list("CLOCK_STOPS_FOR", ["access"])
# What was typed about a person without an account, after their request or complaint is over. The ICO expects a complaint
# within three months.
REQUEST_CONTACT_DAYS: int = env.int("REQUEST_CONTACT_DAYS", 180)
# Closing the portal: so many days before ordering stops it is scheduled at the latest, and within so many it must be
# confirmed; so many lie between ordering, sign-in and destroying; so many before each date everybody is told again.
CLOSING_NOTICE_DAYS: int = env.int("CLOSING_NOTICE_DAYS", 28)
CLOSING_CONFIRM_DAYS: int = env.int("CLOSING_CONFIRM_DAYS", 7)
CLOSING_GAP_DAYS: int = env.int("CLOSING_GAP_DAYS", 7)
CLOSING_REMINDER_DAYS: int = env.int("CLOSING_REMINDER_DAYS", 7)

# The commit that an image without git was built from, for the closure certificate.
SOFTWARE_REVISION: str = env.str("SOFTWARE_REVISION", "")
# Days between telling a person that their data will be used again, and using it.
RESTRICTION_NOTICE_DAYS: int = env.int("RESTRICTION_NOTICE_DAYS", 7)

# What the analysts' page calls a problem: stock for fewer weeks than this, a share of parcels returned that rose by so many
# percentage points, a share of orders matched without a person that fell by so many. A queue is late by CHECK_OVERDUE_HOURS.
ATTENTION_STOCK_WEEKS: int = env.int("ATTENTION_STOCK_WEEKS", 4)
ATTENTION_RETURNS_POINTS: int = env.int("ATTENTION_RETURNS_POINTS", 2)
ATTENTION_MATCHING_POINTS: int = env.int("ATTENTION_MATCHING_POINTS", 5)

# An import that would close a larger share of the register stops and asks.
IMPORT_CLOSURE_LIMIT_PERCENT: float = env.float("IMPORT_CLOSURE_LIMIT_PERCENT", 5.0)

# The file for DX: heading, what goes in it, and the most characters DX takes. Its version is kept with each batch.
DX_LAYOUT_VERSION: str = env.str("DX_LAYOUT_VERSION", "dx-1")
DX_LAYOUT: Any = env.json(
    "DX_LAYOUT",
    [
        {"heading": "Reference", "field": "reference", "limit": 20},
        {"heading": "Name", "field": "name", "limit": 25},
        {"heading": "Address1", "field": "address1", "limit": 25},
        {"heading": "Address2", "field": "address2", "limit": 30},
        {"heading": "Address3", "field": "address3", "limit": 30},
        {"heading": "Town", "field": "town", "limit": 30},
        {"heading": "County", "field": "county", "limit": 30},
        {"heading": "Postcode", "field": "postcode", "limit": 8},
    ],
)
# Both the consignment number and the postcode (without its space) are needed to look a parcel up.
DX_TRACKING_URL: str = env.str(
    "DX_TRACKING_URL", "https://dx-track.com/track/dx.aspx?consno={consignment}&postcode={postcode}"
)

# 0161 496 0xxx is Ofcom's range for made-up numbers.
CUSTOMER_SERVICE_PHONE = needed(
    "CUSTOMER_SERVICE_PHONE", what="the phone number of customer service.", local="0161 496 0123"
)
CUSTOMER_SERVICE_EMAIL = needed(
    "CUSTOMER_SERVICE_EMAIL", what="the email address of customer service.", local="care-badges@aps.example"
)
CUSTOMER_SERVICE_HOURS: str = env.str("CUSTOMER_SERVICE_HOURS", "Monday to Friday, 8:30am to 5pm")

# The privacy notice says where personal data is stored: `EEA`, or `UK adequacy` for another country with such a decision.
STORAGE_REGION: str = env.str("STORAGE_REGION", "EEA")
if STORAGE_REGION not in {"EEA", "UK adequacy"}:
    raise ImproperlyConfigured(f"STORAGE_REGION is {STORAGE_REGION!r}. Set it to EEA or to UK adequacy.")
