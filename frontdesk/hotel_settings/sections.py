"""The sections of the settings, in the order of the hotel file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet

from billing import removal
from billing.models import TariffRate
from frontdesk.hotel_settings import staff
from frontdesk.hotel_settings.hotel import (
    FeatureCodesForm,
    HotelForm,
    RetentionForm,
    WakeUpSettingsForm,
)
from frontdesk.hotel_settings.logo import LogoForm
from frontdesk.hotel_settings.pbx import PbxForm
from frontdesk.hotel_settings.prices import ProductForm, RateForm, TariffForm, days_in_words
from frontdesk.hotel_settings.rooms import ClassForm, RoomForm
from hotelpbx.money import minor_digits
from rooms.audit import Actor
from rooms.models import Property
from wakeups.settings import settings_of

Column = tuple[str, Callable[[Any], object]]


@dataclass(frozen=True)
class Section:
    """One table of the settings.

    :param one: what a row is called: "room"
    :param rows: the rows of a hotel; ``find`` instead if there is only one
    :param columns: headings and contents of the list
    :param remove: removes a row, or refuses
    :param takes_files: the form has an upload
    """

    slug: str
    title: str
    one: str
    advice: str
    form: Callable[..., Any]
    find: Callable[[Property], Any] | None = None
    rows: Callable[[Property], QuerySet[Any]] | None = None
    columns: tuple[Column, ...] = ()
    remove: Callable[[Any, Actor], None] | None = None
    takes_files: bool = False


def _rates(property_: Property) -> QuerySet[TariffRate]:
    rates = TariffRate.objects.filter(tariff__property=property_)
    return rates.select_related("tariff__property").order_by("tariff__position", "tariff", "prefix")


def _price(product: Any) -> str:
    currency = product.property.currency
    return f"{product.price:.{minor_digits(currency)}f} {currency}"


def _credit_limit(service: Any) -> str:
    if service.credit_limit is None:
        return "none"
    currency = service.property.currency
    return f"{service.credit_limit:.{minor_digits(currency)}f} {currency}"


def _allowance(row: Any) -> str:
    if row.allowance_minutes is not None:
        return f"{row.allowance_minutes} min"
    if row.allowance_amount is None:
        return ""
    currency = row.property.currency
    return f"{row.allowance_amount:.{minor_digits(currency)}f} {currency}"


def _begins(tariff: Any) -> str:
    return f"{tariff.effective_from.astimezone(tariff.property.zone):%Y-%m-%d %H:%M}"


def _band(rate: Any) -> str:
    start, end = divmod(rate.start_minute, 60), divmod(rate.end_minute, 60)
    hours = f"{start[0]:02}:{start[1]:02}–{end[0]:02}:{end[1]:02}"
    return f"{days_in_words(rate.days)} {hours}"


def _plain(number: Any) -> str:
    return f"{number.normalize():f}"


SECTIONS: Final = (
    Section(
        "hotel",
        "Hotel",
        "hotel",
        "Name, time zone, currency, emergency numbers.",
        HotelForm,
        find=lambda property_: property_,
    ),
    Section(
        "logo",
        "Logo",
        "logo",
        "Printed on folios next to the hotel's name.",
        LogoForm,
        find=lambda property_: property_,
        takes_files=True,
    ),
    Section(
        "pbx",
        "PBX",
        "PBX",
        "Address and sign-in.",
        PbxForm,
        find=lambda property_: property_.pbx,
    ),
    Section(
        "feature-codes",
        "Feature codes",
        "feature codes",
        "Dialed by housekeeping. After a change, upload manage.py dial_plan's output to the PBX.",
        FeatureCodesForm,
        find=lambda property_: property_,
    ),
    Section(
        "wake-up-calls",
        "Wake-up calls",
        "wake-up settings",
        "How often the PBX rings, and what happens when nobody answers.",
        WakeUpSettingsForm,
        find=settings_of,
    ),
    Section(
        "retention",
        "Retention",
        "retention settings",
        "After how many days finished records are deleted. Calls, charges and stays are kept.",
        RetentionForm,
        find=lambda property_: property_,
    ),
    Section(
        "classes",
        "Classes of service",
        "class",
        "What a guest's phone may do. Changes are sent to the phones of guests in house.",
        ClassForm,
        rows=lambda property_: property_.classes_of_service.select_related("property"),
        columns=(
            ("Name", str),
            ("Voicemail", lambda row: "yes" if row.voicemail else "no"),
            ("Outbound routes", lambda row: ", ".join(row.outbound_routes) or "none: barred"),
            ("Tariff", lambda row: row.tariff or "the first one"),
            ("Credit limit", _credit_limit),
            ("Free in a stay", _allowance),
            ("Usual", lambda row: "yes" if row.is_default else ""),
        ),
        remove=removal.remove_class_of_service,
    ),
    Section(
        "rooms",
        "Rooms",
        "room",
        "Rooms and their extensions; the first is the main phone.",
        RoomForm,
        rows=lambda property_: property_.rooms.select_related("property").prefetch_related(
            "phones"
        ),
        columns=(
            ("Number", str),
            ("Floor", lambda row: row.floor),
            ("Type", lambda row: row.type),
            ("Extensions", lambda row: ", ".join(map(str, row.phones.all()))),
        ),
        remove=removal.remove_room,
    ),
    Section(
        "products",
        "Minibar products",
        "product",
        "Items already sold keep their price.",
        ProductForm,
        rows=lambda property_: property_.minibar_products.select_related("property"),
        columns=(
            ("Code", lambda row: row.code),
            ("Name", str),
            ("Price", _price),
            ("On sale", lambda row: "yes" if row.on_sale else "no"),
        ),
        remove=removal.remove_product,
    ),
    Section(
        "tariffs",
        "Tariffs",
        "tariff",
        "Of several with one name, the latest in effect applies. Existing charges are kept.",
        TariffForm,
        rows=lambda property_: property_.tariffs.select_related("property").prefetch_related(
            "rates"
        ),
        columns=(
            ("Name", str),
            ("Takes effect", _begins),
            ("Outside-line digits", lambda row: ", ".join(row.strip_prefixes)),
            ("Surcharge", lambda row: f"{_plain(row.surcharge * 100)} %"),
            ("Trunks", lambda row: ", ".join(row.trunks)),
            ("Rates", lambda row: len(row.rates.all())),
        ),
        remove=removal.remove_tariff,
    ),
    Section(
        "rates",
        "Rates",
        "rate",
        "Among the rates for that hour, the longest prefix wins.",
        RateForm,
        rows=_rates,
        columns=(
            ("Tariff", lambda row: f"{row.tariff} from {_begins(row.tariff)}"),
            ("Prefix", lambda row: row.prefix or "(any)"),
            ("Description", lambda row: row.description),
            ("Fee", lambda row: _plain(row.connection_fee)),
            ("Per minute", lambda row: _plain(row.price_per_minute)),
            ("Billed", lambda row: f"{row.initial_increment} s, then {row.increment} s"),
            ("Hours", _band),
        ),
        remove=removal.remove_rate,
    ),
    Section(
        "staff",
        "Staff",
        "login",
        "Who may sign in here. Housekeeping sees only the list of rooms to clean.",
        staff.StaffForm,
        rows=lambda property_: property_.staff.select_related("user", "property").order_by(
            "user__username"
        ),
        columns=(
            ("User name", lambda row: row.user.username),
            ("Role", lambda row: row.get_role_display()),
            ("", lambda row: "invited" if row.pending else ""),
        ),
        remove=staff.remove_member,
    ),
)
