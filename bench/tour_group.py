"""Benchmark: a tour group of 200 rooms, checked in and out through the real worker.

Prints how long its phone work took against the least that the PBX allows:
requests × latency ÷ parallel requests, each taken from the same run.

    python bench/tour_group.py [--rooms 200] [--latency 0.2] [--parallel 4]
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(CHECKOUT))

from hotelpbx import embedded  # noqa: E402
from hotelpbx.processes.running import Supervisor, free_port, read_procfile, wait_until  # noqa: E402

Measure = Callable[[argparse.Namespace, str], None]


def main() -> None:
    options = options_of(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        environ = environment()
        embedded.provide(os.environ, throw_away=True)
        try:
            run(options, {**os.environ, **environ}, Path(folder), _measure)
        finally:
            embedded.release()


def options_of(words: str | None) -> argparse.Namespace:
    """The parsed command-line options."""
    parser = argparse.ArgumentParser(description=(words or "").partition("\n")[0])
    parser.add_argument("--rooms", type=int, default=200)
    parser.add_argument("--latency", type=float, default=0.2, help="seconds the PBX takes")
    parser.add_argument("--parallel", type=int, default=4, help="requests at a time")
    return parser.parse_args()


def environment() -> dict[str, str]:
    """An environment independent of the machine's."""
    for name in ("DATABASE_URL", "REDIS_URL", "DATABASE_URL_FILE", "REDIS_URL_FILE"):
        os.environ.pop(name, None)
    os.environ.update(SECRET_KEY="for this run only, and long enough", DEBUG="off")
    os.environ["DJANGO_SETTINGS_MODULE"] = "hotelpbx.settings"
    return {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


def run(
    options: argparse.Namespace, environ: dict[str, str], folder: Path, measure: Measure
) -> None:
    """Start a simulated PBX, worker and beat, and measure."""
    port = free_port()
    last = 1000 + options.rooms
    simulator = (
        f"{sys.executable} -m pbx.simulator --port {port} --extensions 1001-{last} --routes local=9"
    )
    procfile = read_procfile(CHECKOUT / "Procfile")
    commands = {
        "pbx": simulator,
        "worker": procfile["worker"].replace("INFO", "WARNING"),
        "beat": procfile["beat"].replace("INFO", "WARNING"),
    }
    environ["DATABASE_URL"], environ["REDIS_URL"] = (
        os.environ["DATABASE_URL"],
        os.environ["REDIS_URL"],
    )

    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with Supervisor(commands, environ, folder, cwd=CHECKOUT):
        measure(options, f"http://127.0.0.1:{port}")


def ready(options: argparse.Namespace, url: str) -> tuple[Any, list[Any], float]:
    """Create the hotel with a reserved stay per room; returns them and the PBX's latency in s."""
    import requests

    wait_until(lambda: _answers(url), 60, "the simulated PBX")
    hotel, stays = _create_hotel(options, url)
    wait_until(lambda: _link_is_up(hotel), 60, "the link")
    fault = {"kind": "delay", "value": str(options.latency), "times": 0}
    requests.post(f"{url}/_sim/fault", json=fault, timeout=10).raise_for_status()
    latency = _latency(url)
    print(f"{options.rooms} rooms, {options.parallel} requests at a time, {latency:.3f} s each")
    return hotel, stays, latency


def _measure(options: argparse.Namespace, url: str) -> None:
    from rooms.audit import Actor
    from rooms.stays.lifecycle import check_in, check_out

    hotel, stays, latency = ready(options, url)
    actor = Actor.system("bench")
    for act, name in ((check_in, "check-in"), (check_out, "check-out")):
        before, began = requests_so_far(hotel), time.monotonic()
        for stay in stays:
            act(stay, actor=actor)
        booked = time.monotonic() - began
        wait_until(nothing_waits, 600, f"the phone work of the {name}")
        took = time.monotonic() - began
        count = requests_so_far(hotel) - before
        least = count * latency / options.parallel
        print(
            f"{name}: books changed in {booked:.1f} s, phones done in {took:.1f} s; "
            f"{count} requests need {least:.1f} s: ratio {took / least:.2f}"
        )


def _create_hotel(options: argparse.Namespace, url: str) -> tuple[Any, list[Any]]:
    """A hotel with one phone in each room, and a stay reserved for each."""
    from hotelpbx.clock import now
    from pbx.models import Pbx
    from rooms.models import ClassOfService, Guest, Phone, Property, Room, Stay

    pbx = Pbx.objects.create(
        name="main",
        url=url,
        username="api",
        password="secret",
        timezone="Asia/Shanghai",
        parallel_requests=options.parallel,
    )
    hotel = Property.objects.create(
        code="B", name="Bench", timezone="Asia/Shanghai", currency="CNY", pbx=pbx
    )
    service = ClassOfService.objects.create(
        property=hotel, name="standard", outbound_routes=["local"], is_default=True
    )
    stays = []
    for number in range(1001, 1001 + options.rooms):
        room = Room.objects.create(property=hotel, number=str(number))
        Phone.objects.create(property=hotel, room=room, extension=str(number))
        stay = Stay.objects.create(
            property=hotel,
            reference=f"T{number}",
            room=room,
            class_of_service=service,
            arrival=now().date(),
            departure=now().date(),
            created_at=now(),
        )
        Guest.objects.create(stay=stay, first_name="Tour", last_name=f"Guest{number}", position=0)
        stays.append(stay)
    return hotel, stays


def _answers(url: str) -> bool:
    import requests

    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


def _latency(url: str) -> float:
    """The median duration of ten requests to the PBX, in seconds."""
    import requests

    took = []
    for _ in range(10):
        began = time.monotonic()
        requests.post(f"{url}/api/v1.1.0/deviceinfo/query", json={}, timeout=30)
        took.append(time.monotonic() - began)
    return statistics.median(took)


def _link_is_up(hotel: Any) -> bool:
    from pbx.models import PbxLink

    return PbxLink.objects.filter(pbx=hotel.pbx, state="up").exists()


def nothing_waits() -> bool:
    """Whether no phone command is waiting."""
    from pbx.models import Command

    return not Command.objects.filter(state__in=["waiting", "in_flight"]).exists()


def requests_so_far(hotel: Any) -> int:
    """The number of requests to the hotel's PBX so far."""
    from django.db.models import Sum

    from pbx.models import Traffic

    found = Traffic.objects.filter(pbx=hotel.pbx).aggregate(total=Sum("requests"))
    return int(found["total"] or 0)


if __name__ == "__main__":
    main()
