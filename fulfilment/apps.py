from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "fulfilment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fulfilment import layout, mails  # noqa: F401 - registers the check of the layout and the words of mails
