"""The pages of reports and of the minibars to refill: who sees them, what they say."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from billing import refill
from billing.analytics import SUBJECTS
from billing.ledger import posting
from rooms.models import AuditEntry, Property, Stay
from tests import house
from tests.billing.analytics import samples
from tests.frontdesk.people import staff
from tests.house import CLERK, at

pytestmark = pytest.mark.django_db

NOON = at("2026-05-04 04:00:00")  # in Shanghai
MAY = "since=2026-05-01&until=2026-05-31"


@pytest.fixture(autouse=True)
def alice(hotel: Property) -> Stay:
    """Alice Smith, in room 201, with something of everything in May."""
    stay = house.check_in(hotel, "Smith")
    call = samples.call(stay, NOON, call_to="=1+1")
    samples.charge(stay, "1.70", NOON, "call", call=call)
    samples.minibar(stay, "0012", 2, NOON)
    samples.charge(stay, "1234.00", NOON + timedelta(days=1))
    return stay


def page(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status
    return answer.content.decode()


@pytest.mark.parametrize(
    "path", ["/GRAND/reports/", "/GRAND/reports/calls.csv", "/GRAND/reports/charges.csv"]
)
def test_reports_are_for_managers(clara: Client, rosa: Client, path: str) -> None:
    for client in (clara, rosa):
        assert client.get(path).status_code == 404
    assert Client().get(path).status_code == 302


@pytest.mark.parametrize(
    ("of", "by"), [(of, by) for of, subject in SUBJECTS.items() for by in subject.by]
)
def test_every_report_has_a_page(max_: Client, of: str, by: str) -> None:
    shown = page(max_, f"/GRAND/reports/?of={of}&by={by}&{MAY}")
    assert SUBJECTS[of].title in shown
    assert ("<svg" in shown) is (by == "day")
    assert "style=" not in shown


def test_figures_are_written_for_people(max_: Client) -> None:
    shown = page(max_, f"/GRAND/reports/?{MAY}")
    assert "1,234.00" in shown
    assert "1,251.70" in shown
    assert "0:02:00" in page(max_, f"/GRAND/reports/?of=calls&{MAY}")


def test_the_chart_says_what_it_shows(max_: Client) -> None:
    shown = page(max_, f"/GRAND/reports/?{MAY}")
    assert 'role="img" aria-labelledby="chart-title chart-desc"' in shown
    assert "Calls and minibar and other by day; the most, 1,234.00 CNY, on 2026-05-05." in shown
    assert "<title>2026-05-04: 17.70 CNY</title>" in shown
    assert shown.count('<rect class="piece') == 3
    empty = page(max_, "/GRAND/reports/?since=2026-04-01&until=2026-04-02")
    assert "<svg" not in empty


def test_without_days_the_last_thirty_are_shown(hotel: Property, alice: Stay, max_: Client) -> None:
    posting.charge_other(alice, house.yuan("7.77"), "Tea", actor=CLERK)
    shown = page(max_, "/GRAND/reports/")
    today = hotel.local_now().date()
    assert f'value="{today - timedelta(days=29):%Y-%m-%d}"' in shown
    assert shown.count("7.77") > 1
    assert "1,234.00" not in shown


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("since=2026-05-04&until=2026-05-03", "The last day is before the first."),
        ("since=2024-01-01&until=2026-05-03", "A report covers 366 days at most."),
        ("since=yesterday", "Enter a valid date."),
        ("since=9999-12-31&until=9999-12-31", "A report ends in"),
        ("since=0001-01-01&until=0001-01-01", "A report begins in"),
    ],
)
def test_days_that_cannot_be_are_told(max_: Client, query: str, reason: str) -> None:
    assert reason in page(max_, f"/GRAND/reports/?{query}", 422)
    assert reason in page(max_, f"/GRAND/reports/charges.csv?{query}", 422)


@pytest.mark.parametrize("query", ["of=nothing&by=nothing", "of=revenue&by=destination"])
def test_what_does_not_exist_is_the_first_that_does(max_: Client, query: str) -> None:
    assert "<svg" in page(max_, f"/GRAND/reports/?{query}&{MAY}")


def test_a_file_comes_in_pieces_and_is_in_the_audit_trail(max_: Client) -> None:
    answer: Any = max_.get(f"/GRAND/reports/calls.csv?{MAY}")
    assert answer.streaming
    assert answer["Content-Type"].startswith("text/csv; charset=utf-8")
    assert answer["Content-Disposition"] == (
        'attachment; filename="GRAND-calls-2026-05-01-2026-05-31.csv"'
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["to"], row["charged"]) == ("'=1+1", "1.70")
    entry = AuditEntry.objects.get(action="export")
    assert (entry.actor, entry.subject) == ("max", "report:calls")
    assert entry.after == {"since": "2026-05-01", "until": "2026-05-31"}


def test_a_file_that_does_not_exist_is_not_found(max_: Client) -> None:
    assert max_.get("/GRAND/reports/guests.csv").status_code == 404


def test_a_housekeeper_refills_a_room_and_ticks_it(
    hotel: Property,
    alice: Stay,
    rosa: Client,
) -> None:
    water = hotel.minibar_products.get(code="0012")
    posting.charge_minibar(alice, water, 2, actor=CLERK)
    shown = page(rosa, "/GRAND/minibar/")
    assert shown.count("<strong>2 ×</strong> Water") == 2  # to take along, and for room 201
    (shelf,) = refill.rooms_to_refill(hotel)
    answer = rosa.post("/GRAND/minibar/201/", {"marks": " ".join(shelf.marks)}, follow=True)
    assert "Room 201 is refilled." in answer.content.decode()
    assert "All minibars are full." in answer.content.decode()
    assert AuditEntry.objects.get(action="refill minibar").actor == "rosa"
    assert "Minibars to refill" in page(rosa, "/GRAND/housekeeping/")


def test_a_room_of_another_hotel_cannot_be_ticked(rosa: Client) -> None:
    assert rosa.post("/GRAND/minibar/999/", {"marks": "c1"}).status_code == 404
    assert rosa.get("/GRAND/minibar/201/").status_code == 405


def test_ticks_that_nobody_could_have_made_do_nothing(hotel: Property, alice: Stay) -> None:
    posting.charge_minibar(alice, hotel.minibar_products.get(code="0012"), 1, actor=CLERK)
    assert staff(hotel, "mia", "housekeeping").post(
        "/GRAND/minibar/201/", {"marks": "c-1 e99999999999999999999 ² ."}
    ).status_code == 302  # fmt: skip
    assert refill.rooms_to_refill(hotel)[0].lines == [("Water", 1)]
