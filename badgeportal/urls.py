"""Every address of the portal, by room."""

from importlib.util import find_spec

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from health_check.views import HealthCheckView

from badgeportal.security_txt import security_txt
from badgeportal.watch.views import state

# Tells a server that is away from a fault of ours.
handler500 = "badgeportal.faults.fault"

_rooms = [("", "orders.urls"), ("", "verification.urls"), ("", "accounts.urls"), ("reports/", "reports.urls")]
urlpatterns = [
    *[path(prefix, include(module)) for prefix, module in _rooms if find_spec(module)],
    path(".well-known/security.txt", security_txt, name="security_txt"),
    path("account/", include("allauth.urls")),
    path("admin/state/", admin.site.admin_view(state), name="state"),
    path("admin/", admin.site.urls),
    path(
        "health/",
        HealthCheckView.as_view(checks=["health_check.checks.Database", "health_check.checks.Cache"]),
        name="health",
    ),
]

# Mail that never leaves the machine is read here, and only where no mail leaves.
if settings.MAIL_TRANSPORT == "local" and find_spec("badgeportal.outbox.urls"):
    urlpatterns.append(path("local-mail/", include("badgeportal.outbox.urls")))
