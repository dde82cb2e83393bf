from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WatchConfig(AppConfig):
    name = "badgeportal.watch"
    label = "watch"
    verbose_name = "State of the portal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from badgeportal.staff_sessions import start_the_clock
        from badgeportal.watch import recording  # noqa: F401 - listens to Celery

        user_logged_in.connect(start_the_clock, dispatch_uid="start_the_clock")

        # Each room tells its own figures in its `metrics.py`; this room need not know them.
        autodiscover_modules("metrics")
