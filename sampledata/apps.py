from django.apps import AppConfig


class SampleDataConfig(AppConfig):
    """Synthetic data and its sign-ins. Installed only where the portal runs its own servers."""

    name = "sampledata"
