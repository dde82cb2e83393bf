from django.apps import AppConfig


class GovukConfig(AppConfig):
    name = "badgeportal.govuk"
    label = "govuk"
