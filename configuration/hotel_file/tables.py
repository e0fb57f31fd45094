"""The tables of a hotel file, with every key and its default."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr

from billing.rating import ALWAYS
from configuration.hotel_file.formatting import quoted
from configuration.hotel_file.values import (
    BandEnd,
    BandStart,
    CertificateCheck,
    Currency,
    Days,
    DialledDigits,
    Extension,
    FileName,
    Label,
    Lines,
    LongLabel,
    LongName,
    Name,
    Network,
    NumberPrefix,
    OptionalExtension,
    OptionalPhoneKey,
    Password,
    PbxUrl,
    PhoneKey,
    Pin,
    PriceInParts,
    ProductCode,
    Prompt,
    PropertyCode,
    PropertyTime,
    RoomNumber,
    RouteName,
    ShortLabel,
    StaffNumber,
    StatusCode,
    Surcharge,
    TaxRate,
    TimeZone,
    Window,
)

HousekeepingStatus = Literal["dirty", "pickup", "clean", "inspected"]
Seconds = Annotated[int, Field(ge=0, le=86_400)]
DaysKept = Annotated[int, Field(ge=1, le=3650)]


class Table(BaseModel):
    """Strict: no unknown keys, no values of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class PropertyTable(Table):
    """``[property]``. ``tax_rate`` is a fraction: 0.06 = 6 %.

    :param address: several lines, for printed folios
    :param logo: a picture file, relative to the hotel file; empty: no logo; ``None``: the present
        one is kept
    :param emergency_routes: outbound routes that a phone keeps when it is barred
    """

    code: PropertyCode
    name: LongName
    timezone: TimeZone
    currency: Currency
    language: Literal["en", "zh-hans"] = "en"
    tax_rate: TaxRate = Decimal(0)
    tax_included: bool = True
    late_charge_window: Window = timedelta(hours=3)
    emergency_numbers: list[DialledDigits] = []
    address: Lines = ""
    tax_number: Label = ""
    logo: FileName | None = None
    emergency_routes: list[RouteName] = []


class PbxTable(Table):
    """``[pbx]``. ``password`` is ``env:NAME`` or the password itself.

    :param verify_tls: true, false, or the path of a CA file
    :param timezone: ``None``: the property's
    :param serial_number: empty: reports of any serial number are accepted
    :param allowed_sources: addresses or networks; none: reports from anywhere are accepted
    :param parallel_requests: parallel requests to the PBX
    :param voicemail_pin: of vacant phones; empty: the extension's own number
    """

    name: Name = "main"
    url: PbxUrl
    username: Name
    password: Password
    verify_tls: CertificateCheck = True
    timezone: TimeZone | None = None
    serial_number: Label = ""
    allowed_sources: list[Network] = []
    parallel_requests: Annotated[int, Field(ge=1, le=16)] = 4
    voicemail_pin: Pin = SecretStr("")


class RetentionTable(Table):
    """``[retention]``: days after which finished records are deleted (docs/retention.md)."""

    reports: DaysKept = 90
    commands: DaysKept = 90
    events: Annotated[int, Field(ge=30, le=3650)] = 90


def _no_prefix_clash(statuses: dict[str, str]) -> dict[str, str]:
    """A status takes effect with its last key: a longer one with this prefix is unreachable."""
    for first, second in permutations(statuses, 2):
        if second.startswith(first):
            raise ValueError(
                f"must not have {quoted(second)} beside {quoted(first)}: "
                f"{first} takes effect at once, so {second} cannot be entered"
            )
    return statuses


class FeatureCodesTable(Table):
    """``[feature_codes]``. Statuses in the file replace all of these defaults.

    :param staff_number: whether housekeeping enters a staff number after a status: the number of
        digits, or "#" for any length, ended by #; empty: no
    """

    housekeeping: Extension = "777"
    minibar: Extension = "778"
    staff_number: StaffNumber = ""
    housekeeping_statuses: Annotated[
        dict[StatusCode, HousekeepingStatus],
        Field(min_length=1),
        AfterValidator(_no_prefix_clash),
    ] = {"*00": "dirty", "*01": "clean", "*02": "inspected"}


class WakeUpCallsTable(Table):
    """``[wake_up_calls]``. ``repeat_interval``, ``snooze_minutes`` and ``vip_backup_after`` in
    minutes, the rest in seconds.

    :param desk_call_repeat: 0: the desk is called once only
    :param snooze_key: empty: no snooze
    :param vip_backup_after: 0: no backup call by the PBX
    """

    prompt: Prompt = ""
    repeats: Annotated[int, Field(ge=1, le=3)] = 2
    repeat_interval: Annotated[int, Field(ge=1, le=60)] = 5
    fallback_prompt: Prompt = "wakeup"
    fallback_after: Annotated[int, Field(ge=0, le=3600)] = 120
    desk_extension: OptionalExtension = ""
    desk_prompt: Prompt = "wakeup_missed"
    desk_call_repeat: Annotated[int, Field(ge=0, le=3600)] = 120
    confirm_ivr: OptionalExtension = ""
    confirm_key: PhoneKey = "1"
    confirm_calls: Annotated[int, Field(ge=1, le=5)] = 2
    confirm_repeat: Annotated[int, Field(ge=10, le=3600)] = 60
    snooze_key: OptionalPhoneKey = ""
    snooze_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    snoozes: Annotated[int, Field(ge=0, le=10)] = 2
    vip_by_person: bool = False
    vip_backup_after: Annotated[int, Field(ge=0, le=60)] = 0


class ClassOfServiceTable(Table):
    """``[[classes_of_service]]``. ``tariff`` ``None``: the first tariff.

    :param allowance_minutes, allowance_amount: free calls of one stay; at most one of the two
    :param credit_limit: what a guest may owe; ``None``: any amount
    """

    name: Name
    voicemail: bool = True
    outbound_routes: list[RouteName] = []
    tariff: Name | None = None
    allowance_minutes: Annotated[int, Field(ge=1, le=100_000)] | None = None
    allowance_amount: PriceInParts | None = None
    default: bool = False
    credit_limit: PriceInParts | None = None
    confirm_wake_up_calls: bool = False


class RoomTable(Table):
    """``[[rooms]]``. The first of ``extensions`` is the main phone."""

    number: RoomNumber
    floor: ShortLabel = ""
    type: Label = ""
    extensions: Annotated[list[Extension], Field(min_length=1)]


class ProductTable(Table):
    """``[[minibar_products]]``. ``code`` is text: leading zeros count."""

    code: ProductCode
    name: LongName
    price: PriceInParts


class RateTable(Table):
    """``[[tariffs.rates]]``. ``start`` and ``end`` (``from`` and ``to``) in minutes of the day."""

    prefix: NumberPrefix
    description: LongLabel = ""
    connection_fee: PriceInParts = Decimal(0)
    price_per_minute: PriceInParts
    initial_increment: Seconds = 60
    increment: Annotated[int, Field(ge=1, le=86_400)] = 6
    free_seconds: Seconds = 0
    days: Days = ALWAYS.days
    start: BandStart = Field(default=ALWAYS.start, alias="from")
    end: BandEnd = Field(default=ALWAYS.end, alias="to")


class TariffTable(Table):
    """``[[tariffs]]``. ``effective_from`` is naive, in hotel local time.

    :param trunks: calls over these use this tariff, regardless of the caller's class
    """

    name: Name
    effective_from: PropertyTime
    strip_prefixes: list[DialledDigits] = []
    surcharge: Surcharge = Decimal(0)
    trunks: list[Name] = []
    rates: list[RateTable] = []
