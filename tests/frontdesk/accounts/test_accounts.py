"""Logins: made, invited, reset, changed, taken away, and by whom."""

from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client

from frontdesk.accounts import staff as service
from frontdesk.models import StaffMember
from hotelpbx.refusals import Refusal
from rooms.audit import Actor
from rooms.models import AuditEntry, Property
from tests import house
from tests.frontdesk.hotel_settings.test_settings import HOME, change, faults
from tests.frontdesk.people import PASSWORD, Browser, staff
from tests.support.threads import begin, until_somebody_waits

pytestmark = pytest.mark.django_db

NEW = "a-better-one-88"


@pytest.fixture
def other(hotel: Property, tmp_path: Path) -> Property:
    """The hotel next door, with its manager Olga."""
    found = house.build(tmp_path, code="OTHER")
    staff(found, "olga", "manager")
    return found


def signed_in(name: str, password: str, **where: Any) -> Browser:
    client = Browser(**where)
    client.post("/sign-in/", {"username": name, "password": password})
    return client


def acts(hotel: Property, *names: str) -> list[tuple[str, str]]:
    """Who did what of the history of a hotel, the first first."""
    rows = AuditEntry.objects.filter(property=hotel, action__in=names).order_by("pk")
    return list(rows.values_list("actor", "action"))


# --- whose login ------------------------------------------------------------------------------


def test_a_name_of_another_hotel_is_not_taken(
    hotel: Property, other: Property, max_: Client
) -> None:
    """Max may not have Olga work at his hotel without her consent, nor give her a password."""
    User.objects.create_superuser("root", password=PASSWORD)
    User.objects.create_user("unused", password=PASSWORD)
    for name in ("olga", "root", "unused"):
        for password in ("taken-over-99", ""):
            body = {"username": name, "role": "clerk", "password": password}
            assert max_.post(f"{HOME}staff/add/", body).status_code == 422
        assert not hotel.staff.filter(user__username=name).exists()
        assert Client().login(username=name, password=PASSWORD)
    assert not AuditEntry.objects.filter(property=hotel, action="staff login").exists()


def test_who_is_invited_works_here_when_she_has_accepted(
    hotel: Property, other: Property, max_: Client
) -> None:
    olga = signed_in("olga", PASSWORD)
    assert max_.post(f"{HOME}staff/add/", {"username": "olga", "role": "clerk", "invite": "on"})
    member = hotel.staff.get(user__username="olga")
    assert olga.get("/GRAND/").status_code == 404
    page = olga.get("/")
    assert "Grand Hotel invites you" in page.content.decode()
    assert olga.post(f"/account/invitations/{member.pk}/", {"answer": "accept"}).status_code == 302
    assert olga.get("/GRAND/").status_code == 200
    assert olga.get("/GRAND/settings/").status_code == 404, "a clerk"
    assert acts(hotel, "invite", "accept invitation") == [
        ("max", "invite"),
        ("olga", "accept invitation"),
    ]
    refused = change(max_, f"{HOME}staff/{member.pk}/", password="taken-over-99")
    assert "works elsewhere" in str(faults(refused))
    assert Client().login(username="olga", password=PASSWORD)


@pytest.mark.parametrize("how", ["decline", "withdraw"])
def test_an_invitation_that_is_declined_or_withdrawn_is_gone(
    hotel: Property, other: Property, max_: Client, how: str
) -> None:
    olga = signed_in("olga", PASSWORD)
    max_.post(f"{HOME}staff/add/", {"username": "olga", "role": "manager", "invite": "on"})
    member = hotel.staff.get(user__username="olga")
    if how == "decline":
        olga.post(f"/account/invitations/{member.pk}/", {"answer": "decline"})
    else:
        max_.post(f"{HOME}staff/{member.pk}/remove/")
    assert not hotel.staff.filter(user__username="olga").exists()
    assert olga.post(f"/account/invitations/{member.pk}/", {"answer": "accept"}).status_code == 404
    assert olga.get("/GRAND/").status_code == 404
    assert olga.get("/OTHER/").status_code == 200


def test_an_invitation_is_answered_by_nobody_else(
    hotel: Property, other: Property, max_: Client
) -> None:
    max_.post(f"{HOME}staff/add/", {"username": "olga", "role": "clerk", "invite": "on"})
    member = hotel.staff.get(user__username="olga")
    assert max_.post(f"/account/invitations/{member.pk}/", {"answer": "accept"}).status_code == 404
    assert hotel.staff.get(user__username="olga").pending
    unknown = {"username": "nobody", "role": "clerk", "invite": "on"}
    assert "No one on this server" in str(faults(max_.post(f"{HOME}staff/add/", unknown)))


def test_a_login_that_works_in_two_hotels_since_ever_goes_on(
    hotel: Property, other: Property
) -> None:
    StaffMember.objects.create(user=User.objects.get(username="olga"), property=hotel, role="clerk")
    olga = signed_in("olga", PASSWORD)
    assert (olga.get("/GRAND/").status_code, olga.get("/OTHER/").status_code) == (200, 200)


# --- passwords --------------------------------------------------------------------------------


def test_a_reset_signs_out_and_a_password_of_ones_own_is_chosen(
    hotel: Property, max_: Client
) -> None:
    before = staff(hotel, "clara", "clerk")
    member = hotel.staff.get(user__username="clara")
    assert change(max_, f"{HOME}staff/{member.pk}/", password="given-by-max-1").status_code == 302
    assert before.get("/GRAND/").status_code == 302, "signed out"
    clara = signed_in("clara", "given-by-max-1")
    for path in ("/GRAND/", "/GRAND/strip/", "/", "/account/"):
        assert clara.get(path)["Location"] == "/account/password/", path
    own = {"current": "given-by-max-1", "password": NEW, "again": NEW}
    assert clara.post("/account/password/", own).status_code == 302
    assert clara.get("/GRAND/").status_code == 200
    assert Client().login(username="clara", password=NEW)
    told = str(list(AuditEntry.objects.values_list("before", "after")))
    assert "given-by-max-1" not in told
    assert NEW not in told
    assert ("clara", "change own password") in acts(hotel, "change own password")


def test_a_new_login_chooses_a_password_of_its_own(hotel: Property, max_: Client) -> None:
    body = {"username": "anna", "role": "clerk", "password": "given-by-max-1"}
    assert max_.post(f"{HOME}staff/add/", body).status_code == 302
    assert signed_in("anna", "given-by-max-1").get("/GRAND/")["Location"] == "/account/password/"


@pytest.mark.parametrize(
    ("values", "field", "told"),
    [
        ({"current": "guess"}, "current", "not your current password"),
        ({"again": "something-else-1"}, "again", "do not match"),
        ({"password": "short", "again": "short"}, "password", "too short"),
        ({"password": PASSWORD, "again": PASSWORD}, "password", "must differ"),
        ({"password": "clara", "again": "clara"}, "password", "too similar"),
    ],
)
def test_a_password_that_will_not_do_is_told(
    clara: Client, values: dict[str, str], field: str, told: str
) -> None:
    body = {"current": PASSWORD, "password": NEW, "again": NEW, **values}
    found = faults(clara.post("/account/password/", body))
    assert list(found) == [field]
    assert told in found[field]
    assert Client().login(username="clara", password=PASSWORD)


def test_ones_own_password_is_not_changed_without_the_present_one(
    hotel: Property, max_: Client
) -> None:
    me = hotel.staff.get(user__username="max")
    refused = change(max_, f"{HOME}staff/{me.pk}/", password=NEW)
    assert "on your account page" in str(faults(refused))
    assert Client().login(username="max", password=PASSWORD)


# --- roles ------------------------------------------------------------------------------------


def test_the_last_manager_stays(hotel: Property, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks: the page, another hotel's operator, the command line."""
    monkeypatch.setenv("HOTELPBX_STAFF_PASSWORD", NEW)
    staff(hotel, "max", "manager")
    member = hotel.staff.get(user__username="max")
    User.objects.create_superuser("root", password=PASSWORD)
    root = signed_in("root", PASSWORD)
    assert "last manager" in root.post(f"{HOME}staff/{member.pk}/remove/").content.decode()
    assert "last manager" in str(faults(change(root, f"{HOME}staff/{member.pk}/", role="clerk")))
    with pytest.raises(CommandError, match="last manager"):
        call_command("create_staff", "GRAND", "max", "--role", "clerk")
    invited = User.objects.create_user("olga", password=PASSWORD)
    StaffMember.objects.create(user=invited, property=hotel, role="manager", pending=True)
    gone = User.objects.create_user("gone", password=PASSWORD, is_active=False)
    StaffMember.objects.create(user=gone, property=hotel, role="manager")
    with pytest.raises(Refusal, match="last manager"):
        service.remove_member(member, actor=Actor.system())
    staff(hotel, "mary", "manager")
    service.remove_member(member, actor=Actor("user", "mary"))
    assert [each.user.username for each in hotel.staff.filter(pending=False)] == ["gone", "mary"]


@pytest.mark.django_db(transaction=True)
def test_two_managers_do_not_take_each_other_away(open_hotel: Property) -> None:
    """At the same moment: the second one waits, and finds that he is the last."""
    for name in ("max", "mary"):
        staff(open_hotel, name, "manager")
    max_, mary = (open_hotel.staff.get(user__username=name) for name in ("max", "mary"))
    with transaction.atomic():
        service.remove_member(mary, actor=Actor("user", "max"))
        other = begin(lambda: service.remove_member(max_, actor=Actor("user", "mary")))
        until_somebody_waits()
    with pytest.raises(Refusal, match="last manager"):
        other.result(timeout=60)
    assert [each.user.username for each in open_hotel.staff.all()] == ["max"]


def test_who_was_taken_away_is_signed_out_and_his_name_is_free(
    hotel: Property, max_: Client
) -> None:
    clara = staff(hotel, "clara", "clerk")
    member = hotel.staff.get(user__username="clara")
    max_.post(f"{HOME}staff/{member.pk}/remove/")
    assert clara.get("/GRAND/").status_code == 302
    body = {"username": "clara", "role": "housekeeping", "password": NEW}
    assert max_.post(f"{HOME}staff/add/", body).status_code == 302
    assert ("max", "take login away") in acts(hotel, "take login away")


# --- the command ------------------------------------------------------------------------------


def create_staff(folder: Path, *arguments: str) -> None:
    path = folder / "password"
    path.write_text(f"{NEW}\n")
    call_command("create_staff", *arguments, "--password-file", str(path))


def test_the_command_takes_nobodys_login(hotel: Property, other: Property, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="olga works at another property"):
        create_staff(tmp_path, "GRAND", "olga")
    assert Client().login(username="olga", password=PASSWORD)
    create_staff(tmp_path, "GRAND", "olga", "--role", "manager", "--shared")
    assert Client().login(username="olga", password=PASSWORD), "her own one stays"
    assert signed_in("olga", PASSWORD).get("/GRAND/settings/").status_code == 200


def test_the_command_makes_a_login_and_changes_it(hotel: Property, tmp_path: Path) -> None:
    create_staff(tmp_path, "GRAND", "anna")
    assert signed_in("anna", NEW).get("/GRAND/").status_code == 200, "nothing to be changed first"
    create_staff(tmp_path, "GRAND", "anna", "--role", "manager")
    assert hotel.staff.get(user__username="anna").role == "manager"


def test_the_command_reads_the_password_as_every_variable(
    hotel: Property, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "word").write_text(f"{NEW}\n")
    monkeypatch.delenv("HOTELPBX_STAFF_PASSWORD", raising=False)
    monkeypatch.setenv("HOTELPBX_STAFF_PASSWORD_FILE", str(tmp_path / "word"))
    call_command("create_staff", "GRAND", "anna")
    assert Client().login(username="anna", password=NEW)
