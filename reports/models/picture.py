"""Charts that were drawn already. They can be drawn again at any time, so they are thrown away once no page shows them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

from django.db import models


class ChartPictureQuerySet(models.QuerySet["ChartPicture"]):
    def drawn_of(self, digests: Iterable[str]) -> Self:
        """Those of `digests` that are drawn."""
        return self.filter(digest__in=list(digests))

    def not_shown(self, digests: Iterable[str]) -> Self:
        """Those that no page shows which shows `digests`."""
        return self.exclude(digest__in=list(digests))


class ChartPicture(models.Model):
    """One chart as SVG. `digest` is of the figures in it and of the program that drew it, so other figures are another row."""

    digest = models.CharField(primary_key=True, max_length=64)
    svg = models.TextField()
    drawn_at = models.DateTimeField()

    objects = ChartPictureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(svg__startswith="<svg"), name="chart_picture_is_a_picture")
        ]

    def __str__(self) -> str:
        return self.digest
