from django.apps import AppConfig


class VerificationConfig(AppConfig):
    name = "verification"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the mails and the uploads of this room.
        from verification import mails  # noqa: F401
        from verification.register import uploaded  # noqa: F401
