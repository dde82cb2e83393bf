"""What the portal is made of: apps, middleware, templates, language and time."""

from badgeportal.settings.environment import BASE_DIR, EMBEDDED, IS_PRODUCTION, env

# Django's own error pages print values of the request and of database rows, so they are a local choice.
DEBUG: bool = env.bool("DEBUG", False) and not IS_PRODUCTION

ROOT_URLCONF = "badgeportal.urls"
WSGI_APPLICATION = "badgeportal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    # Ours come first: their templates stand before those of the packages.
    "badgeportal.govuk",
    "badgeportal.privacy",
    "badgeportal.outbox",
    "badgeportal.audit",
    "badgeportal.uploads",
    "badgeportal.watch",
    "accounts",
    "orders",
    "verification",
    "fulfilment",
    "reports",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "badgeportal.admin_site.PortalAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "localflavor",
    "phonenumber_field",
    "health_check",
    "csp",
    "django_structlog",
]
# Synthetic data and its sign-ins exist only where the portal runs its own servers, or where a local trial asks for them.
if EMBEDDED or (env.bool("SAMPLE_DATA", False) and not IS_PRODUCTION):
    INSTALLED_APPS.append("sampledata")
SAMPLE_WEEKS = env.int("SAMPLE_WEEKS", 12)

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "badgeportal.headers.SayWhoMayKeep",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "badgeportal.csp.PolicyMiddleware",
    "badgeportal.upload_limit.UploadLimit",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "badgeportal.logs.NameTheView",
    "django.contrib.messages.middleware.MessageMiddleware",
    "badgeportal.staff_sessions.EndStaffSessions",
    "badgeportal.doors.LimitDoors",
    "accounts.closing.gate.ShutWhatIsClosed",
    "accounts.refusing.RefuseForRestricted",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# In tests a query in a loop is an error.
if env.bool("CATCH_QUERY_LOOPS", False):
    INSTALLED_APPS.append("zeal")
    MIDDLEWARE.append("zeal.middleware.zeal_middleware")
    # allauth asks for the same address again in each step of signing in: a few queries, but never a loop over people.
    # It also looks at each older session of the person who signs in.
    ZEAL_ALLOWLIST = [
        {"model": "account.EmailAddress", "field": "get()"},
        {"model": "sessions.Session", "field": "get()"},
    ]

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "badgeportal.formats"

# Phone numbers are British unless they say otherwise.
PHONENUMBER_DEFAULT_REGION = "GB"
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "NATIONAL"
