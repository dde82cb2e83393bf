from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "badgeportal.privacy"
    label = "privacy"
    verbose_name = "Erasures"
    default_auto_field = "django.db.models.BigAutoField"
