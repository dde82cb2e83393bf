"""Two addresses: the form, and the confirmation."""

from django.urls import path

from bench.bare import views

urlpatterns = [path("", views.form, name="form"), path("placed/<str:reference>/", views.placed, name="placed")]
