from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People and the portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the mails about accounts.
        from accounts import mails  # noqa: F401
