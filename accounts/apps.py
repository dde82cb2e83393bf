from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People and the portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the mails about accounts and about data requests, the figures and the parts of the state page.
        from accounts import mails  # noqa: F401
        from accounts.closing import telling as closing_telling  # noqa: F401
        from accounts.rights import metrics, reminding, telling  # noqa: F401
