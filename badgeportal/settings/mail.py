"""How mail leaves: read at /local-mail/ on a laptop, by SMTP, or by GOV.UK Notify."""

from django.core.exceptions import ImproperlyConfigured

from badgeportal.settings.environment import DATA_DIR, IS_PRODUCTION, env, needed

MAIL_TRANSPORT = needed(
    "MAIL_TRANSPORT", what="how mail is sent: smtp (your own mail server) or notify (GOV.UK Notify).", local="local"
)
_allowed = {"smtp", "notify"} if IS_PRODUCTION else {"local", "smtp", "notify"}
if MAIL_TRANSPORT not in {*_allowed, "missing"}:
    raise ImproperlyConfigured(
        f"MAIL_TRANSPORT is {MAIL_TRANSPORT!r}. Set it to one of: {', '.join(sorted(_allowed))}."
    )

# Where the local transport writes each mail as a file.
LOCAL_MAIL_DIR = DATA_DIR / "mail"
MAIL_TIMEOUT_SECONDS: int = env.int("MAIL_TIMEOUT_SECONDS", 10)
DEFAULT_FROM_EMAIL = "care-badges@portal.invalid"

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_TIMEOUT = MAIL_TIMEOUT_SECONDS
if MAIL_TRANSPORT == "smtp":
    DEFAULT_FROM_EMAIL = needed("MAIL_FROM", what="the address mails come from.", local=DEFAULT_FROM_EMAIL)
    EMAIL_HOST = needed("SMTP_HOST", what="the name of the mail server.", local="localhost")
    EMAIL_PORT: int = env.int("SMTP_PORT", 587)
    EMAIL_HOST_USER: str = env.str("SMTP_USER", "")
    EMAIL_HOST_PASSWORD: str = env.str("SMTP_PASSWORD", "")
    EMAIL_USE_TLS: bool = env.bool("SMTP_STARTTLS", True)

# Notify has one template of ours: subject ((subject)), message ((body)).
NOTIFY_BASE_URL: str = env.str("NOTIFY_BASE_URL", "https://api.notifications.service.gov.uk")
NOTIFY_API_KEY = ""
NOTIFY_TEMPLATE_ID = ""
NOTIFY_REPLY_TO_ID: str = env.str("NOTIFY_REPLY_TO_ID", "")
if MAIL_TRANSPORT == "notify":
    NOTIFY_API_KEY = needed("NOTIFY_API_KEY", what="the key from GOV.UK Notify, under API integration.")
    NOTIFY_TEMPLATE_ID = needed(
        "NOTIFY_TEMPLATE_ID", what="the id of the Notify email template with ((subject)) and ((body))."
    )
