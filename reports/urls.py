from django.urls import path

from reports.views import PublishedView

urlpatterns = [path("reports/", PublishedView.as_view(), name="reports")]
