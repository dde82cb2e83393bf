from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "badgeportal.outbox"
    label = "outbox"
    verbose_name = "Mail"
    default_auto_field = "django.db.models.BigAutoField"
