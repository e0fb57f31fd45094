"""Checks of the internal numbers: room phones, desk, IVR, feature codes."""

from collections.abc import Iterator
from typing import Final

from configuration.doctor.context import Context
from configuration.doctor.findings import Finding, fault, listed, ok, warning
from configuration.doctor.patterns import DialPattern, patterns_in
from configuration.doctor.prefix_clashes import prefix_clashes
from rooms.feature_codes.registry import codes_of
from rooms.models import Phone, Property
from wakeups.models import WakeUpCall, WakeUpSettings

#: No phone can be reached there (L661-L670); the manual's ExtensionStatus says "unregistered".
_AWAY: Final = frozenset({"unavailable", "unregistered", "fxsnoport", "malfunction"})


def extensions(context: Context) -> Iterator[Finding]:
    """Each room's extensions exist on the PBX and have a registered phone."""
    context.extensions = context.client.extensions.list()
    status = {each.number: each.status for each in context.extensions}
    phones = list(
        Phone.objects.filter(property=context.property)
        .select_related("room")
        .order_by("room__order", "room__number", "position")
    )
    missing = [phone for phone in phones if phone.extension not in status]
    away = [phone for phone in phones if status.get(phone.extension) in _AWAY]
    if missing:
        yield fault(
            "extensions",
            f"Not on the PBX: {listed(map(_where, missing))}.",
            "Create them on the PBX, or correct the extensions of the rooms.",
        )
    if away:
        yield warning(
            "extensions",
            f"No phone is registered at {listed(map(_where, away))}.",
            "Check cable, power and the phone's registration.",
        )
    if phones and not missing and not away:
        yield ok("extensions", f"All {len(phones)} exist and have a registered phone.")


def room_phones(context: Context) -> Iterator[Finding]:
    """Every room has a phone, and no phone has a number with another meaning."""
    rooms = context.property.rooms
    silent = list(rooms.filter(phones=None).values_list("number", flat=True))
    if not rooms.exists():
        yield warning("rooms", "The hotel has no rooms.", "Load its hotel file.")
    if silent:
        yield warning(
            "rooms",
            f"Without a phone: {listed(silent)}.",
            "Give them extensions if there are phones: otherwise nothing there is rung or charged.",
        )
    meanings = dict(_reserved_meanings(context))
    taken = [
        f"{phone.extension} of room {phone.room} is {meanings[phone.extension]}"
        for phone in Phone.objects.filter(property=context.property, extension__in=meanings)
        .select_related("room")
        .order_by("room__order", "room__number", "position")
    ]
    if taken:
        yield fault("rooms", f"Numbers used twice: {listed(taken)}.", "Give each its own number.")
    if rooms.exists() and not silent and not taken:
        yield ok("rooms", "Each has a phone, and no phone has a number with another meaning.")


def wake_up_numbers(context: Context) -> Iterator[Finding]:
    """The desk's extension and the IVR of the wake-up calls exist."""
    wanted = context.wake_up_settings or WakeUpSettings()
    no_desk = wanted.desk_extension and wanted.desk_extension not in context.extension_numbers
    no_menu = wanted.confirm_ivr and wanted.confirm_ivr not in context.client.ivrs.numbers()
    if no_desk:
        yield fault(
            "wake-up calls",
            f"The desk's extension {wanted.desk_extension} is not on the PBX: "
            "nobody is told by phone when a guest does not wake up.",
            "Correct wake_up_calls.desk_extension, or leave it empty.",
        )
    if no_menu:
        yield fault(
            "wake-up calls",
            f"The IVR {wanted.confirm_ivr} is not on the PBX: confirmed calls are impossible.",
            "Create it on the PBX, or correct wake_up_calls.confirm_ivr.",
        )
    unmet = _keys_without_a_menu(context.property, wanted)
    if unmet:
        yield warning(
            "wake-up calls",
            f"{unmet} to press a key, and no IVR asks for it: the desk wakes them in person.",
            "Set wake_up_calls.confirm_ivr, or do not ask for a key.",
        )
    if not no_desk and not no_menu and not unmet:
        told = [number for number in (wanted.desk_extension, wanted.confirm_ivr) if number]
        yield ok("wake-up calls", f"On the PBX: {listed(told) or 'nothing is needed'}.")


def _keys_without_a_menu(property_: Property, wanted: WakeUpSettings) -> str:
    """Who must press a key although no IVR asks for it; empty: nobody."""
    if wanted.confirm_ivr and wanted.confirm_key:
        return ""
    of_class = property_.classes_of_service.filter(confirm_wake_up_calls=True)
    if names := list(of_class.values_list("name", flat=True)):
        return f"Guests of class {listed(names)} are"
    calls = property_.wake_up_calls.filter(status__in=WakeUpCall.OPEN, confirm=True).count()
    return f"The guests of waiting calls ({calls}) are" if calls else ""


def reserved_numbers(context: Context) -> Iterator[Finding]:
    """Feature codes and emergency numbers are neither an extension nor an outside number."""
    property_ = context.property
    codes = _codes(property_)
    dialed = [*codes, *property_.emergency_numbers]
    if phones := [number for number in dialed if number in context.extension_numbers]:
        yield fault(
            "codes",
            f"Ordinary extensions of the PBX: {listed(phones)}. Dialing them rings a phone.",
            "Give the extensions other numbers, or choose other codes.",
        )
    swallowed = [
        f"{code} by {name} ({pattern})"
        for code in codes
        for name, pattern in _patterns(context)
        if pattern.accepts(code)
    ]
    if swallowed:
        yield warning(
            "codes",
            f"An outbound route may send a code outside: {listed(swallowed)}.",
            "Narrow the route's dial pattern, or choose other codes.",
        )
    alike = list(prefix_clashes(context))
    yield from alike
    if not phones and not swallowed and not alike:
        yield ok("codes", f"{listed(codes)}: neither an extension nor an outside number.")


def _codes(property_: Property) -> list[str]:
    return list(codes_of(property_).values())


def _patterns(context: Context) -> Iterator[tuple[str, DialPattern]]:
    """Every pattern that can be parsed; the others are a finding of the routes."""
    for route in context.routes or ():
        for text in patterns_in(route.pattern):
            try:
                yield route.name, DialPattern.parse(text)
            except ValueError:
                continue


def _reserved_meanings(context: Context) -> Iterator[tuple[str, str]]:
    property_ = context.property
    for name, code in codes_of(property_).items():
        yield code, f"the {name} code"
    for number in property_.emergency_numbers:
        yield number, "an emergency number"
    if wanted := context.wake_up_settings:
        yield wanted.desk_extension, "the desk's extension"
        yield wanted.confirm_ivr, "the IVR of wake-up calls"


def _where(phone: Phone) -> str:
    return f"{phone.extension} (room {phone.room})"
