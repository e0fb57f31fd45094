"""Tariffs and minibar products: ``[[tariffs]]`` and ``[[minibar_products]]`` of the hotel file."""

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models

from rooms.models import Property


class PriceBook(models.Model):
    """The version of a property's tariffs: when it changes, processes read them again."""

    property = models.OneToOneField(
        Property, on_delete=models.CASCADE, primary_key=True, related_name="price_book"
    )
    version = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"prices of {self.property}, version {self.version}"


class Tariff(models.Model):
    """One edition of a tariff. Of the editions of one name the latest that has begun applies."""

    property = models.ForeignKey(Property, on_delete=models.CASCADE, related_name="tariffs")
    name = models.CharField(max_length=64)
    effective_from = models.DateTimeField()
    strip_prefixes = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    surcharge = models.DecimalField(max_digits=8, decimal_places=6, default=Decimal(0))
    # Calls by these trunks have this tariff, whatever the class of service says.
    trunks = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    # The order in the hotel file: a class of service without a tariff has the first.
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "effective_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["property", "name", "effective_from"], name="tariff_begins_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TariffRate(models.Model):
    """The price of calls to numbers with a prefix, in a weekly time band."""

    tariff = models.ForeignKey(Tariff, on_delete=models.CASCADE, related_name="rates")
    prefix = models.CharField(max_length=32, blank=True, default="")
    description = models.CharField(max_length=120, blank=True, default="")
    connection_fee = models.DecimalField(max_digits=14, decimal_places=6, default=Decimal(0))
    price_per_minute = models.DecimalField(max_digits=14, decimal_places=6)
    initial_increment = models.PositiveIntegerField(default=60, help_text="seconds")
    increment = models.PositiveIntegerField(default=6, help_text="seconds")
    free_seconds = models.PositiveIntegerField(default=0)
    # The band: days (0 = Monday), minutes of the day in hotel local time, the end exclusive.
    days = ArrayField(models.PositiveSmallIntegerField(), default=list)
    start_minute = models.PositiveSmallIntegerField(default=0)
    end_minute = models.PositiveSmallIntegerField(default=1440)

    def __str__(self) -> str:
        return f"{self.prefix or '(any)'} {self.description}"


class MinibarProduct(models.Model):
    """A product sold by its code, which is text: leading zeros are significant (L6053)."""

    property = models.ForeignKey(
        Property, on_delete=models.CASCADE, related_name="minibar_products"
    )
    code = models.CharField(max_length=9)
    name = models.CharField(max_length=120)
    price = models.DecimalField(max_digits=12, decimal_places=3)
    # Off sale: kept for its history, no longer found by its code.
    on_sale = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["property", "code"], name="product_code_in_property"),
        ]

    def __str__(self) -> str:
        return self.name
