"""``[[minibar_products]]``, ``[[tariffs]]`` and ``[[tariffs.rates]]``."""

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.db.models import Max

from billing import tariff_book
from billing.calls import rerating
from billing.models import MinibarProduct, Tariff, TariffRate
from billing.rating import Band, overlaps
from billing.rating.bands import WEEKDAYS
from configuration.hotel_file.loading.prices import RATE_COLUMNS
from configuration.hotel_file.tables import ProductTable, RateTable, TariffTable
from configuration.hotel_file.values import decimal_places
from frontdesk.forms.fields import MomentField
from frontdesk.hotel_settings.base import TableForm, save_row
from frontdesk.hotel_settings.fields import LinesField, MomentInput, WordsField
from hotelpbx.money import minor_digits
from rooms.audit import Actor


class ProductForm(TableForm):
    """A minibar product. Items already sold keep their price."""

    table = ProductTable
    naming = ("code",)

    code = forms.CharField(help_text="What housekeeping dials; leading zeros count.")
    name = forms.CharField()
    price = forms.CharField()
    on_sale = forms.BooleanField(required=False, initial=True)

    def read(self, row: MinibarProduct) -> dict[str, Any]:
        digits = minor_digits(self.property.currency)
        price = f"{row.price:.{digits}f}"
        return {"code": row.code, "name": row.name, "price": price, "on_sale": row.on_sale}

    def document(self, typed: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in typed.items() if name != "on_sale"}

    def check(self, values: ProductTable) -> None:
        if self.row is None and self.property.minibar_products.filter(code=values.code).exists():
            self.add_error("code", f"Product {values.code} already exists.")
        finest = minor_digits(self.property.currency)
        if decimal_places(f"{values.price:f}") > finest:
            self.add_error("price", f"{self.property.currency} has {finest} decimals.")

    def write(self, values: ProductTable, actor: Actor) -> MinibarProduct:
        wanted = {**values.model_dump(), "on_sale": self.cleaned_data["on_sale"]}
        if self.row is None:
            wanted["property"] = self.property
        row: MinibarProduct = save_row(MinibarProduct, self.row, wanted)
        return row


class _PriceForm(TableForm):
    """Base of tariffs and rates: workers reload them, and unrated calls are rated."""

    def after_saving(self) -> None:
        rerating.rate_unrated_soon(self.property)


class TariffForm(_PriceForm):
    """One edition of a tariff. Existing charges are not changed."""

    table = TariffTable
    naming = ("name",)

    name = forms.CharField(help_text="Of several with one name, the latest in effect applies.")
    effective_from = MomentField(
        widget=MomentInput(), label="Takes effect", help_text="Hotel time."
    )
    strip_prefixes = WordsField(
        label="Outside-line digits", help_text="Removed from the dialed number, once; such as 9."
    )
    surcharge = forms.CharField(initial="0", help_text="A fraction added on top: 0.15 means 15 %.")
    trunks = LinesField(help_text="One per line. Calls over them use this tariff in every class.")
    copy_rates_of = forms.ModelChoiceField(
        Tariff.objects.none(), required=False, empty_label="None: an empty tariff"
    )

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        copied: Any = self.fields["copy_rates_of"]
        copied.queryset = self.property.tariffs.all()
        copied.label_from_instance = lambda tariff: f"{tariff} from {self._wall(tariff):%Y-%m-%d}"
        if self.row:
            del self.fields["copy_rates_of"]

    def read(self, row: Tariff) -> dict[str, Any]:
        return {
            "name": row.name,
            "effective_from": f"{self._wall(row):%Y-%m-%dT%H:%M}",
            "strip_prefixes": list(row.strip_prefixes),
            "surcharge": f"{row.surcharge.normalize():f}",
            "trunks": list(row.trunks),
        }

    def document(self, typed: dict[str, Any]) -> dict[str, Any]:
        kept = {name: value for name, value in typed.items() if name != "copy_rates_of"}
        begins = typed.get("effective_from")
        if isinstance(begins, datetime):
            kept["effective_from"] = begins.astimezone(self.property.zone).replace(tzinfo=None)
        return kept

    def check(self, values: TariffTable) -> None:
        same = self.property.tariffs.filter(name=values.name, effective_from=self._begins(values))
        if any(tariff != self.row for tariff in same):
            self.add_error("effective_from", f"A tariff {values.name} already takes effect then.")
        for other in tariff_book.tariffs_sharing_trunks(self.property, values.name, values.trunks):
            self.add_error("trunks", f"Tariff {other.name} already has one of these trunks.")

    def write(self, values: TariffTable, actor: Actor) -> Tariff:
        wanted: dict[str, Any] = {
            "effective_from": self._begins(values),
            "strip_prefixes": list(values.strip_prefixes),
            "surcharge": values.surcharge,
            "trunks": list(values.trunks),
        }
        if self.row is None:
            last = self.property.tariffs.aggregate(last=Max("position"))["last"]
            position = 0 if last is None else last + 1
            wanted |= {"property": self.property, "name": values.name, "position": position}
        row: Tariff = save_row(Tariff, self.row, wanted)
        source = self.cleaned_data.get("copy_rates_of")
        if source is not None:
            TariffRate.objects.bulk_create(
                TariffRate(tariff=row, **rate)
                for rate in source.rates.order_by("pk").values(*RATE_COLUMNS)
            )
        tariff_book.mark_changed(self.property)
        return row

    def _wall(self, tariff: Tariff) -> datetime:
        return tariff.effective_from.astimezone(self.property.zone)

    def _begins(self, values: TariffTable) -> datetime:
        return values.effective_from.replace(tzinfo=self.property.zone).astimezone(UTC)


class RateForm(_PriceForm):
    """The price of calls to a prefix, at some hours of the week."""

    table = RateTable
    keys = {"begins": "from", "ends": "to"}

    tariff = forms.ModelChoiceField(Tariff.objects.none())
    prefix = forms.CharField(  # type: ignore[assignment]  # Django's metaclass takes it out
        required=False, help_text="Empty: every number. The longest match wins."
    )
    description = forms.CharField(required=False)
    price_per_minute = forms.CharField()
    connection_fee = forms.CharField(initial="0")
    initial_increment = forms.IntegerField(
        initial=60, label="Billed at least, seconds", min_value=0
    )
    increment = forms.IntegerField(initial=6, label="Then in steps of, seconds")
    free_seconds = forms.IntegerField(
        initial=0, label="Free up to, seconds", help_text="Calls up to this length are free."
    )
    days = forms.CharField(initial="mon-sun", help_text="Such as mon-fri,sun.")
    begins = forms.CharField(initial="00:00", label="From", help_text="Hotel time, by call start.")
    ends = forms.CharField(
        initial="24:00", label="To", help_text="If before “From”: past midnight."
    )

    def __init__(self, data: Any, **options: Any) -> None:
        super().__init__(data, **options)
        tariff: Any = self.fields["tariff"]
        tariff.queryset = self.property.tariffs.all()
        tariff.disabled = self.row is not None
        zone = self.property.zone
        tariff.label_from_instance = lambda one: (
            f"{one} from {one.effective_from.astimezone(zone):%Y-%m-%d}"
        )

    def read(self, row: TariffRate) -> dict[str, Any]:
        names = ("prefix", "description", "initial_increment", "increment", "free_seconds")
        shown = {name: getattr(row, name) for name in names}
        prices = ("connection_fee", "price_per_minute")
        shown |= {name: f"{getattr(row, name).normalize():f}" for name in prices}
        return {
            **shown,
            "tariff": row.tariff_id,
            "days": days_in_words(row.days),
            "begins": _clock(row.start_minute),
            "ends": _clock(row.end_minute),
        }

    def document(self, typed: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in typed.items() if name != "tariff"}

    def check(self, values: RateTable) -> None:
        if values.start == values.end:
            self.add_error("ends", "Must differ from “From”; a whole day is 00:00 to 24:00.")
            return
        others = self.cleaned_data["tariff"].rates.filter(prefix=values.prefix)
        for other in others:
            if other == self.row:
                continue
            band = Band(frozenset(other.days), other.start_minute, other.end_minute)
            if overlaps([band, Band(values.days, values.start, values.end)]):
                told = f"This prefix already has a rate for that time: {_band_in_words(other)}."
                self.add_error("prefix", told)

    def write(self, values: RateTable, actor: Actor) -> TariffRate:
        wanted = values.model_dump(exclude={"days", "start", "end"})
        wanted |= {
            "tariff": self.cleaned_data["tariff"],
            "days": sorted(values.days),
            "start_minute": values.start,
            "end_minute": values.end,
        }
        row: TariffRate = save_row(TariffRate, self.row, wanted)
        tariff_book.mark_changed(self.property)
        return row


def days_in_words(days: list[int]) -> str:
    """Days as written in the hotel file: ``mon-fri,sun``."""
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    ends = (dict.fromkeys((WEEKDAYS[run[0]], WEEKDAYS[run[-1]])) for run in runs)
    return ",".join("-".join(run) for run in ends)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _band_in_words(rate: TariffRate) -> str:
    band = f"{_clock(rate.start_minute)} to {_clock(rate.end_minute)}"
    return f"{days_in_words(rate.days)}, {band}"
