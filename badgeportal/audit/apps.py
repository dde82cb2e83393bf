from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "badgeportal.audit"
    label = "audit"
    verbose_name = "Audit record"
    default_auto_field = "django.db.models.BigAutoField"
