"""Addresses of the pages about people's accounts and data, and of what everyone may read."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from accounts.views import closing, information
from accounts.views.confirm_code import ConfirmCodeView
from accounts.views.details import YourDetailsView


class DayConverter:
    """A day in an address, as 2020-12-11. What is no day of the calendar is no address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        return value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("your-details/", YourDetailsView.as_view(), name="your_details"),
    # Stands before allauth's page of the same address and name.
    path("account/confirm-email/", ConfirmCodeView.as_view(), name="account_email_verification_sent"),
    path("closing/", closing.closing, name="closing"),
    path("closing/certificate/", closing.certificate, name="closing_certificate"),
    path("closing/certificate.json", closing.certificate_file, name="closing_certificate_file"),
    path("privacy/", information.privacy, name="privacy"),
    path("privacy/<day:day>/", information.privacy_version, name="privacy_version"),
    path("cookies/", information.cookies, name="cookies"),
    path("accessibility/", information.accessibility, name="accessibility"),
    path("contact/", information.contact, name="contact"),
]
