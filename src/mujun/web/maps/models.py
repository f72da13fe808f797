"""What is built for the map and for the search box. All of it can be built anew from the register."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class MapBuild(models.Model):
    """The map of one revision of the register: which parcel has which number, and the tile sets cut from it."""

    revision = models.PositiveBigIntegerField(help_text="revision of the register that was drawn")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 over numbers and sets; names its file")
    parcels = models.PositiveIntegerField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-revision", "-id"]

    def __str__(self) -> str:
        return f"r{self.revision} {self.digest[:8]}"


class TileSet(models.Model):
    """One archive of tiles: of the whole county (``town`` blank) or of one town. Immutable, named by its content."""

    build = models.ForeignKey(MapBuild, models.CASCADE, related_name="sets")
    whole = models.BooleanField(help_text="of the whole county")
    town = models.CharField(max_length=100, blank=True)
    digest = models.CharField(max_length=64, db_index=True)
    min_zoom = models.PositiveSmallIntegerField()
    max_zoom = models.PositiveSmallIntegerField()
    bounds = models.JSONField(help_text="west, south, east, north in degrees")

    class Meta:
        ordering = ["-whole", "town"]
        constraints = [
            models.UniqueConstraint(fields=["build", "town"], name="one_set_per_build_and_town"),
            models.CheckConstraint(condition=~Q(whole=True) | Q(town=""), name="the_whole_county_is_no_town"),
        ]

    def __str__(self) -> str:
        return self.town or "全部"


class SearchKind(models.TextChoices):
    """What can be found."""

    TOWN = "town", "镇街"
    FIRM = "firm", "企业"
    PARCEL = "parcel", "宗地"


class SearchEntry(models.Model):
    """One thing that the search box finds, by name, code or the initials of its pinyin."""

    kind = models.CharField(max_length=8, choices=SearchKind)
    key = models.CharField(max_length=120)
    name = models.CharField(max_length=300, blank=True)
    initials = models.CharField(max_length=300, blank=True, help_text="first letters of the pinyin, lower case")
    town = models.CharField(max_length=100, blank=True, db_index=True)
    firms = models.JSONField(default=list, help_text="whose account may find it: credit codes of holder and users")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)

    class Meta:
        ordering = ["kind", "key"]
        indexes = [
            models.Index(fields=["initials"], name="search_initials"),
            models.Index(fields=["name"], name="search_name"),
        ]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="one_search_entry_per_thing")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.key} {self.name}"
