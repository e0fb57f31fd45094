"""What the house does with a database that was recorded when its PBX was away, and much waited.

For a process of its own: ``python -m tests.upgrade.going_on < held.json`` with the environment of
the recorded hotel; prints what came of it as JSON.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from tests.upgrade import looking
from tests.upgrade.day import LOOKED_AT
from tests.upgrade.faces import Desk, Form, House, begin, manage

_DIFFERING: Final = """
SELECT e->>'part', e->>'extension', e->>'key' FROM rooms_resync, jsonb_array_elements(differences) e
WHERE reason = 'on_demand' AND e->>'can_repair' = 'true' AND e->>'outcome' = ''
"""
_HERE: Final = Path(__file__).parent


def go_on(house: House, held: dict[str, Any]) -> dict[str, Any]:
    """In the order in which an owner would: first look, then work."""
    house.key = held["key"]
    mia = Desk(held["sessions"]["mia"])
    found: dict[str, Any] = {"answers": looking.answers(house)}
    looking.pages(house, mia)
    assert "wall" in Desk(held["sessions"]["board"]).page("/GRAND/wake-up-calls/?wall=1")
    looking.read_all_rows()
    found["again"] = _sent_again(house, mia, held["sent"])
    found["forms"] = {
        name: _in_vain(Desk(held["sessions"]["mia"]), Form(*form))
        for name, form in sorted(held["open"].items())
    }
    found["hotel file"] = manage("load_hotel", str(_HERE / "grand.toml"), "--dry-run").split()[0]
    found["dial plan"] = looking.dial_plan(manage("dial_plan", "GRAND"))
    _link(house, held)
    _repair(house, mia, held)
    _work(house)
    found["decisions"] = _decide(house)
    _people(house, mia, held)
    house.work()
    found["rows"] = _rows(house)
    after = looking.answers(house)
    found["afterwards"] = {
        name: answer for name, answer in after.items() if answer != found["answers"].get(name)
    }
    looking.read_all_rows()
    return found


def _sent_again(house: House, mia: Desk, sent: list[Any]) -> dict[str, Any]:
    """A form that was sent before the upgrade is sent once more by an impatient hand."""
    query = "SELECT count(*) FROM billing_charge"
    before = house.sql(query)
    answer = mia.post(Form(*sent))
    assert house.sql(query) == before, "It was done twice."
    return {"status": answer.status_code, "replayed": answer.headers.get("Idempotent-Replayed")}


def _in_vain(desk: Desk, form: Form) -> list[Any]:
    """What an open form would do, and where it would lead; it is undone."""
    from django.db import transaction

    with transaction.atomic():
        answer = desk.try_to(form)
        transaction.set_rollback(True)
    return [answer.status_code, answer.headers.get("Location", "")]


def _link(house: House, held: dict[str, Any]) -> None:
    """The PBX answers again; the one that refused the password is not asked with it again."""
    house.task("pbx.tasks.keep_session", 2)
    assert not house.exchange.state()["requests"], "The refused password was tried again."
    house.task("pbx.tasks.keep_session", 1)
    house.task("pbx.tasks.deliver", 1)
    house.exchange.act("key-in", extension="2208", keys="777*01")
    house.listen()
    assert house.reports_to == held["reports_to"], "The PBX was told another address."


def _repair(house: House, mia: Desk, held: dict[str, Any]) -> None:
    """All that a comparison from before the upgrade has found, as a person ticks it."""
    differing = house.sql(_DIFFERING)
    assert differing
    ticked = [f"{part}/{extension}/{key}" for part, extension, key in differing]
    mia.post(_open_form(held, "/repair/").filled({"difference": ticked}))
    assert not house.sql(_DIFFERING), "Not all of it is being repaired."


def _open_form(held: dict[str, Any], last: str) -> Form:
    (form,) = [each for each in held["open"].values() if each[0].endswith(last)]
    return Form(*form)


def _work(house: House) -> None:
    """All that waited is done: commands, reports, a call that was being made, jobs."""
    house.work()
    for name in ("run_jobs", "resync_nightly", "resync_due", "fetch_nightly_records", "prune"):
        house.task(f"rooms.tasks.{name}")
    house.task("events.tasks.number_events")
    for name in ("rate_unrated_calls", "settle_doubtful_calls"):
        house.task(f"billing.tasks.{name}")
    for name in ("rate_unrated", "settle_doubtful"):
        house.task(f"billing.tasks.{name}", 1)
    for name in ("keep_sessions", "sweep_reports", "sweep_commands"):
        house.task(f"pbx.tasks.{name}")
    for at in ("12:00:40", "12:01:05", "12:01:40", "12:04:00"):
        house.go(f"2026-05-04 {at}")
        house.work()


def _decide(house: House) -> list[list[Any]]:
    """One thing of each kind that needs a person, in the first of its ways that is possible."""
    tried: list[list[Any]] = []
    settled = set()
    for item in house.ask("GET", "attention/")["results"]:
        for action in item["actions"] if item["kind"] not in settled else ():
            decision = {"action": action, "reason": "After the upgrade"}
            decision |= {"stay": "HB-1001"} if action == "assign" else {}
            path = f"attention/{item['id']}/resolve/"
            status, answer = house.answer("POST", path, decision)
            tried.append([item["id"], action, status, answer.get("code", "")])
            if status == 200:
                settled.add(item["kind"])
                break
    return tried


def _people(house: House, mia: Desk, held: dict[str, Any]) -> None:
    """At the desk and by program: repair, pay, check out, wake."""
    mia.post(_open_form(held, "/new/save/"))
    house.ask("POST", "stays/HB-1005/payments/", {"amount": "1.00", "method": "cash"})
    for reference in ("HB-1001", "HB-1002"):
        house.ask("POST", f"stays/{reference}/check-out/")
    house.ask("POST", "stays/HB-1004/move/", {"to_room": "201", "accept_dirty": True})
    wish = {"stay": "HB-1015", "date": "2026-05-04", "time": "22:00", "confirm": True}
    house.ask("POST", "wake-up-calls/", wish)
    house.sign_in("clara")


def _rows(house: House) -> dict[str, Any]:
    """What became of what waited."""
    queries = {
        "commands": "SELECT kind, state, count(*) FROM pbx_command GROUP BY 1, 2 ORDER BY 1, 2",
        "reports": "SELECT action, state, count(*) FROM pbx_report GROUP BY 1, 2 ORDER BY 1, 2",
        "calls": "SELECT id, status FROM wakeups_wakeupcall ORDER BY id",
        "occasions": "SELECT id, state FROM wakeups_occasion ORDER BY id",
        "attempts": "SELECT occasion_id, kind, result FROM wakeups_attempt ORDER BY id",
        "evidence": "SELECT id, e->>'what', e->>'callid' FROM wakeups_attempt, "
        "jsonb_array_elements(evidence) WITH ORDINALITY AS kept(e, place) ORDER BY id, place",
        "jobs": "SELECT job_id, reference, state, code FROM rooms_jobitem "
        "ORDER BY job_id, position",
        "resyncs": "SELECT id, reason, state FROM rooms_resync ORDER BY id",
        "audit": "SELECT action, subject FROM rooms_auditentry ORDER BY id",
    }
    return {name: [list(row) for row in house.sql(query)] for name, query in queries.items()}


def main() -> None:
    """Goes on, and tells what came of it."""
    held = json.load(sys.stdin)
    with begin(LOOKED_AT) as house:
        found = go_on(house, held)
    json.dump(found, sys.stdout, ensure_ascii=False, default=str)


if __name__ == "__main__":
    main()
