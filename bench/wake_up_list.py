"""A list of 200 equal wake-up calls, booked as a job and placed by the real worker.

Prints how many requests to the PBX they took and how long, compared with one request to set each
alarm and one to look up its id: requests × latency ÷ parallel requests, from the same run.

    python bench/wake_up_list.py [--rooms 200] [--latency 0.2] [--parallel 4]
"""

import argparse
import os
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench import tour_group
from hotelpbx import embedded
from hotelpbx.processes.running import wait_until


def main() -> None:
    options = tour_group.options_of(__doc__)
    with tempfile.TemporaryDirectory() as folder:
        environ = tour_group.environment()
        embedded.provide(os.environ, throw_away=True)
        try:
            tour_group.run(options, {**os.environ, **environ}, Path(folder), _measure)
        finally:
            embedded.release()


def _measure(options: argparse.Namespace, url: str) -> None:
    from rooms.audit import Actor
    from rooms.operations.jobs import run
    from wakeups.booking import bulk
    from wakeups.booking.requests import WakeUpRequest

    hotel, stays, latency = tour_group.ready(options, url)
    actor = Actor.system("bench")
    _move_in(stays)
    due = hotel.local_now() + timedelta(hours=6)
    wake_up = WakeUpRequest(date=due.date(), time=due.time().replace(second=0, microsecond=0))
    wanted = [bulk.RequestedCall(stay.reference, "", wake_up) for stay in stays]
    began = time.monotonic()
    run(bulk.create_job(hotel, wanted, actor=actor))
    booked = time.monotonic() - began
    wait_until(_all_placed, 600, "the alarms")
    took, count = time.monotonic() - began, _requests_about_alarms(url)
    singly = 2 * len(stays)
    least = singly * latency / options.parallel
    print(
        f"{len(stays)} calls: booked in {booked:.1f} s, on the PBX in {took:.1f} s with "
        f"{count} requests; one by one {singly} requests, {least:.1f} s: "
        f"ratio of requests {count / singly:.3f}, of time {took / least:.2f}"
    )


def _move_in(stays: list[Any]) -> None:
    """All guests are in house, without commands for their phones that would come first."""
    from hotelpbx.clock import now
    from rooms.models import Occupancy, Room, Stay

    Stay.objects.update(status=Stay.Status.IN_HOUSE, checked_in_at=now())
    Room.objects.update(occupancy_status="occupied")
    Occupancy.objects.bulk_create(
        Occupancy(stay=stay, room=stay.room, since=now()) for stay in stays
    )


def _requests_about_alarms(url: str) -> int:
    import requests

    seen = requests.get(f"{url}/_sim/state", timeout=30).json()["requests"]
    return sum(1 for entry in seen if entry["path"].startswith("wakeupcall/"))


def _all_placed() -> bool:
    from wakeups.models import Occurrence

    left: Any = Occurrence.objects.exclude(state=Occurrence.State.PLACED)
    return not left.exists()


if __name__ == "__main__":
    main()
