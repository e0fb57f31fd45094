"""Every report in the PBX's manuals, posted to the receiver as printed.

The files in ``tests/recorded`` are the examples byte for byte. Some are malformed, some come
from older or newer firmware, and some are no reports at all: none may raise, each ends where
the table says.
"""

from pathlib import Path
from typing import Final

import pytest
from django.test import Client, override_settings

from billing.models import Call, Charge, MinibarEntry
from pbx.models import Report
from pbx.reports.processing import process_reports
from rooms.models import Occupancy, Phone, Property
from tests import house

pytestmark = pytest.mark.django_db

RECORDED: Final = Path(__file__).parents[2] / "recorded"

NOBODY = "Nobody needs this kind of report."
NO_WAKE_UP = "about no wake-up call"

# file: (state, words of the reason). Room 203 has the phones of the manual's examples.
TABLE: Final[dict[str, tuple[str, str]]] = {
    "report-alert-inbound.json": ("ignored", NOBODY),
    "report-alert-internal.json": ("ignored", NOBODY),
    "report-alert-outbound.json": ("ignored", NOBODY),
    "report-answer-inbound.json": ("ignored", NO_WAKE_UP),
    "report-answer-internal.json": ("ignored", NO_WAKE_UP),
    "report-answered-internal.json": ("ignored", "No outside call"),
    "report-answered-outbound.json": ("ignored", "An ordinary outside call"),
    "report-bootup.json": ("processed", "has started"),
    "report-bye-internal-1.json": ("ignored", NO_WAKE_UP),
    "report-bye-internal-2.json": ("ignored", NO_WAKE_UP),
    "report-bye-outbound-1.json": ("ignored", NO_WAKE_UP),
    "report-bye-outbound-2.json": ("ignored", NO_WAKE_UP),
    "report-callfailed.json": ("ignored", NO_WAKE_UP),
    "report-configchange-extension.json": ("ignored", NOBODY),
    "report-dtmf-inbound-digit-0.json": ("ignored", "not a code of the hotel"),
    "report-dtmf-inbound-digit-1.json": ("ignored", "not a code of the hotel"),
    "report-dtmf-inbound-digit-2.json": ("ignored", "not a code of the hotel"),
    "report-dtmf-inbound-digit-3.json": ("ignored", "not a code of the hotel"),
    "report-dtmf-inbound-infos.json": ("ignored", "not a code of the hotel"),
    "report-dtmf-ivr-single.json": ("ignored", "not a code of the hotel"),
    "report-dtmf-minibar.json": ("processed", "2 × Cola in 203 is charged"),
    "report-dtmf-remote-ivr.json": ("ignored", "not a code of the hotel"),
    "report-dtmf-roomstatus.json": ("processed", "Room 203 is clean"),
    "report-extensionstatus.json": ("processed", "1006 is registered"),
    "report-incoming.json": ("ignored", NOBODY),
    "report-invite.json": ("ignored", NOBODY),
    "report-newcdr-inbound.json": ("processed", "inbound call"),
    "report-newcdr-internal.json": ("processed", "internal call"),
    # 9283737733: the outside-line 9 goes, and no rate begins with 2.
    "report-newcdr-outbound.json": ("processed", "outbound call of stay R-Smith: unrated"),
    "report-playpromptend-extension.json": ("ignored", NO_WAKE_UP),
    "report-playpromptend-ivr-extension.json": ("ignored", NO_WAKE_UP),
    "report-playpromptend-ivr-inbound.malformed.txt": ("parked", "Unreadable"),
    "report-playpromptend-ivr-inbound.repaired.json": ("ignored", NO_WAKE_UP),
    "report-playpromptend-ivr-outbound.json": ("ignored", NO_WAKE_UP),
    "report-playpromptend-outbound.json": ("ignored", NO_WAKE_UP),
    "report-ring-inbound.json": ("ignored", "No outside call"),
    "report-ring-internal.json": ("ignored", "No outside call"),
    "report-ring-outbound.json": ("ignored", "An ordinary outside call"),
    "report-satisfaction.json": ("ignored", NOBODY),
    "report-tranfer-forward.json": ("processed", "0 waiting legs"),
    "report-tranfer-inbound.json": ("processed", "0 waiting legs"),
    "report-tranfer-internal.json": ("processed", "0 waiting legs"),
    "legacy-v1.0.1-report-answered-duplicate-ext.txt": ("ignored", "No outside call"),
    "legacy-v1.0.1-report-bye-duplicate-ext.txt": ("ignored", NO_WAKE_UP),
    "legacy-v1.0.1-report-callfailed-dnd.json": ("ignored", NO_WAKE_UP),
    "legacy-v1.0.1-report-callfailed-no-party.json": ("ignored", NO_WAKE_UP),
    "legacy-v1.0.1-report-configchange-trunk.json": ("ignored", NOBODY),
    "legacy-v1.0.1-report-dtmf-outbound.json": ("ignored", "not a code of the hotel"),
    "legacy-v1.0.1-report-newcdr-internal.json": ("processed", "internal call"),
    "legacy-v1.0.1-report-newcdr-outbound.json": ("processed", "outbound call"),
    "legacy-v1.0.1-report-ring-duplicate-ext.txt": ("ignored", "No outside call"),
    "legacy-v1.0.1-report-tranfer-inbound.json": ("processed", "0 waiting legs"),
    # Not reports: requests and answers of older and newer interfaces.
    "legacy-v1.0.1-wakeupcall-delete-request.json": ("parked", "Unreadable"),
    "legacy-v1.0.1-wakeupcall-query-response.malformed.txt": ("parked", "Unreadable"),
    "legacy-v1.0.1-wakeupcall-update-request.json": ("parked", "Unreadable"),
    "v2-report-newcdr.json": ("processed", "internal call"),
    "v2-wakeupcall-query-response.json": ("parked", "Unreadable"),
}


@pytest.fixture
def manual_hotel(hotel: Property) -> Property:
    """Room 203 with the manual's phones, and Alice Smith in it for ten years."""
    room = house.room(hotel, "203")
    for position, extension in enumerate(("203", "1000", "1001", "1002", "1005", "1006", "1023")):
        Phone.objects.create(property=hotel, room=room, extension=extension, position=position + 1)
    house.check_in(hotel, "Smith", number="203")
    Occupancy.objects.update(since=house.at("2017-01-01 00:00:00"))
    return hotel


def deliver(hotel: Property, name: str) -> Report:
    assert hotel.pbx is not None
    with override_settings(ROOT_URLCONF="hotelpbx.receiver_urls", MIDDLEWARE=[]):
        answer = Client().post(
            f"/reports/{hotel.pbx.report_secret}/",
            (RECORDED / name).read_bytes(),
            content_type="application/json",
        )
    assert answer.status_code == 200
    process_reports(hotel.pbx)
    report = Report.objects.order_by("pk").last()
    assert report is not None
    return report


def test_the_table_knows_every_recorded_report() -> None:
    names = {
        path.name
        for path in RECORDED.iterdir()
        if path.name.startswith(("report-", "legacy-", "v2-"))
    }
    assert names == set(TABLE)


@pytest.mark.parametrize("name", TABLE)
def test_a_recorded_report_ends_where_the_table_says(manual_hotel: Property, name: str) -> None:
    state, words = TABLE[name]
    report = deliver(manual_hotel, name)
    assert (report.state, words in report.reason) == (state, True), report.reason


def test_all_of_them_twice_have_their_effect_once(manual_hotel: Property) -> None:
    for _ in range(2):
        for name in TABLE:
            deliver(manual_hotel, name)
    assert Call.objects.count() == 6
    assert MinibarEntry.objects.count() == 1
    assert [charge.type for charge in Charge.objects.all()] == ["minibar"]
    assert not Report.objects.filter(state="received").exists()
