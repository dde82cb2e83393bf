from django.urls import include, path

from reports.dashboard.views import ChartPictureView, DashboardView

urlpatterns = [
    path("", DashboardView.as_view(), name="reports"),
    path("charts/<slug:digest>.svg", ChartPictureView.as_view(), name="chart_picture"),
    path("snapshots/", include("reports.downloads.urls")),
]
