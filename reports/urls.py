from django.urls import path

from reports.views import PublishedView

urlpatterns = [path("", PublishedView.as_view(), name="reports")]
