from django.urls import include, path

from reports.views import PublishedView

urlpatterns = [
    path("", PublishedView.as_view(), name="reports"),
    path("snapshots/", include("reports.downloads.urls")),
]
