"""Addresses of the pages about people's accounts and data, and of what everyone may read."""

from __future__ import annotations

from datetime import date

from django.urls import path, register_converter

from accounts.views import closing, information
from accounts.views.confirm_code import ConfirmCodeView
from accounts.views.details import YourDetailsView
from accounts.your_data import deleting
from accounts.your_data import views as your_data


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
    path("your-data/", your_data.your_data, name="your_data"),
    path("your-data/copy/", your_data.copy_view, name="your_data_copy"),
    path("your-data/correct/", your_data.correct_view, name="your_data_correct"),
    path("your-data/limit/", your_data.limit_view, name="your_data_limit"),
    path("your-data/use-again/", your_data.use_again_view, name="your_data_use_again"),
    path("your-data/object/", your_data.object_view, name="your_data_object"),
    path("your-data/delete/", deleting.delete_view, name="your_data_delete"),
    path("your-data/deleted/", deleting.deleted_view, name="your_data_deleted"),
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
