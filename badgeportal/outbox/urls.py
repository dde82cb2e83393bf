"""Addresses of the local mailbox."""

from django.urls import path

from badgeportal.outbox.views import MailboxView, MailView

urlpatterns = [
    path("", MailboxView.as_view(), name="local_mail"),
    path("<slug:name>/", MailView.as_view(), name="local_mail_one"),
]
