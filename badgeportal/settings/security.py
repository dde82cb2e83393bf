"""Secrets, hosts, cookies and headers."""

from urllib.parse import urlsplit

from badgeportal.settings.environment import DATA_DIR, IS_PRODUCTION, env, needed, needed_secret
from badgeportal.settings.portal import UPLOAD_MAX_MB

SECRET_KEY = needed_secret("SECRET_KEY", what="a long random text; it signs sessions and links. Keep it secret.")

# The first key encrypts; the others still open what they encrypted, so that a key can be changed without loss.
FIELD_ENCRYPTION_KEYS: list[str] = [
    key.strip()
    for key in needed_secret(
        "FIELD_ENCRYPTION_KEYS",
        what="one or more Fernet keys, parted by commas; they encrypt codes in mails that wait to be sent. Make one with"
        ' `python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"`.',
        length=0,
    ).split(",")
]

# Never changed: it makes the digests by which addresses that were erased from the register are kept out of it.
ERASED_ADDRESS_KEY = needed_secret(
    "ERASED_ADDRESS_KEY",
    what="a long random text; it keeps erased addresses from coming back. Keep it secret, keep a copy, never change it.",
)
# Another place than the database: what was erased is written there too, to be erased again after a restore.
ERASURE_LEDGER = needed(
    "ERASURE_LEDGER",
    what="a folder on another disk than the database's, or a bucket such as s3://bucket/erasures, where each erasure is"
    " written (numbers only).",
    local=str(DATA_DIR / "erasures"),
)

# Only where ERASURE_LEDGER is a bucket: who the portal is there, and the store's address where it is not Amazon's.
AWS_ACCESS_KEY_ID = env.str("AWS_ACCESS_KEY_ID", "")
AWS_SECRET_ACCESS_KEY = env.str("AWS_SECRET_ACCESS_KEY", "")
AWS_REGION = env.str("AWS_REGION", "")
AWS_ENDPOINT_URL = env.str("AWS_ENDPOINT_URL", "")

# The address people type; links in mails start with it.
PORT: int = env.int("PORT", 8000)
PUBLIC_URL = needed(
    "PUBLIC_URL",
    what="the address of the portal as people see it, such as https://badges.example.org.",
    local=f"http://localhost:{PORT}",
).rstrip("/")
ALLOWED_HOSTS = [
    host.strip()
    for host in needed(
        "ALLOWED_HOSTS",
        what="the host names the portal answers to, parted by commas, such as badges.example.org.",
        local="localhost,127.0.0.1,[::1],testserver",
    ).split(",")
]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if urlsplit(PUBLIC_URL).scheme == "https" else []

# In PostgreSQL, so that a Redis that is emptied signs nobody out; encrypted, because codes pass through.
SESSION_ENGINE = "badgeportal.sealed_sessions"
SESSION_COOKIE_NAME = "sessionid"
SESSION_COOKIE_AGE = 8 * 60 * 60
# Staff sign in again after so long without a page, and after so long in all.
STAFF_IDLE_MINUTES: int = env.int("STAFF_IDLE_MINUTES", 30)
STAFF_SESSION_HOURS: int = env.int("STAFF_SESSION_HOURS", 8)
# Every limit of `badgeportal.doors` times this; a launch or a measurement may widen them.
RATE_LIMIT_FACTOR: int = env.int("RATE_LIMIT_FACTOR", 1)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
# Keeps what was typed on a page of the order journey whose session was lost.
CSRF_FAILURE_VIEW = "orders.views.lost_page.csrf_failure"
SESSION_COOKIE_SECURE = IS_PRODUCTION
CSRF_COOKIE_SECURE = IS_PRODUCTION
# Notices shown once live in the session: one cookie less to explain.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Browsers let a cookie with this prefix be set by this host only, and over TLS only.
if IS_PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"

SECURE_SSL_REDIRECT = IS_PRODUCTION
# The health page is asked from inside, past the proxy that speaks TLS.
SECURE_REDIRECT_EXEMPT = [r"^health/$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if IS_PRODUCTION else None
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if IS_PRODUCTION else 0
# Of the portal's own host name, which has none that speak plain HTTP.
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_PRODUCTION
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# A page of the journey posts a few lines. Only staff hand in files: CQC's monthly one has 10 to 25 MB, and a form around it.
MAX_REQUEST_BYTES = 1024 * 1024
MAX_UPLOAD_REQUEST_BYTES = (UPLOAD_MAX_MB + 1) * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["badgeportal.uploads.handler.BoundedUploadHandler"]
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# Browsers' list of preloaded names is for whole domains, and the one above the portal's host name is not ours to speak for.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
