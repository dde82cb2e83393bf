from django.apps import AppConfig


class FulfilmentConfig(AppConfig):
    name = "fulfilment"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Registers the search by parcel, the upload of tracking files, the check of the layout and the words of mails.
        from fulfilment import finding, layout, mails  # noqa: F401
        from fulfilment.tracking import uploaded  # noqa: F401
