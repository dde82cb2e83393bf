"""Every address of the portal, by room."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from health_check.views import HealthCheckView

urlpatterns = [
    path("", include("orders.urls")),
    path("", include("verification.urls")),
    path("", include("accounts.urls")),
    path("account/", include("allauth.urls")),
    path("reports/", include("reports.urls")),
    path("admin/", admin.site.urls),
    path(
        "health/",
        HealthCheckView.as_view(checks=["health_check.checks.Database", "health_check.checks.Cache"]),
        name="health",
    ),
]

# Mail that never leaves the machine is read here, and only where no mail leaves.
if settings.MAIL_TRANSPORT == "local":
    urlpatterns.append(path("local-mail/", include("badgeportal.outbox.urls")))
