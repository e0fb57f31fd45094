"""The PBX's list of extensions: read with a check, stored, and read again when outdated."""

from datetime import timedelta

import pytest

from hotelpbx.clock import now
from pbx import extension_list, link
from pbx.models import Extension, Pbx, PbxLink
from pbx.simulator import Simulator
from pbx.simulator.faults import Fault
from tests.pbx.delivery.lanes import requests

pytestmark = pytest.mark.django_db


def look(pbx: Pbx) -> None:
    """A heartbeat that is due."""
    PbxLink.objects.update(heartbeat_at=None)
    link.keep_alive(pbx)


def test_the_first_look_at_the_pbx_reads_its_list(exchange: Simulator, pbx: Pbx) -> None:
    assert extension_list.is_listed(pbx, "2201", now()) is None
    link.keep_alive(pbx)
    assert extension_list.listed_now(pbx) == frozenset(exchange.state.extensions)
    assert extension_list.is_listed(pbx, "2201", now()) is True
    assert extension_list.is_listed(pbx, "9999", now()) is False


def test_it_is_read_again_when_it_is_old_or_wanted_and_not_before(
    exchange: Simulator, pbx: Pbx
) -> None:
    link.keep_alive(pbx)
    number, gone = next(iter(exchange.state.extensions.items()))
    del exchange.state.extensions[number]
    look(pbx)
    assert requests(exchange, "extensionlist/query") == 1

    assert not extension_list.request_refresh(pbx), "it was read just now"
    PbxLink.objects.update(extensions_at=now() - timedelta(minutes=2))
    assert extension_list.request_refresh(pbx)
    look(pbx)
    assert extension_list.is_listed(pbx, number, now()) is False
    assert extension_list.is_listed(pbx, number, now() - timedelta(minutes=1)) is True

    exchange.state.extensions[number] = gone
    PbxLink.objects.update(extensions_at=now() - extension_list.OLDEST - timedelta(seconds=1))
    look(pbx)
    assert extension_list.is_listed(pbx, number, now()) is True


def test_a_pbx_that_shows_no_extensions_leaves_the_list_as_it_was(
    exchange: Simulator, pbx: Pbx
) -> None:
    link.keep_alive(pbx)
    known = extension_list.listed_now(pbx)
    exchange.state.extensions.clear()
    PbxLink.objects.update(extensions_wanted=True)
    look(pbx)
    assert extension_list.listed_now(pbx) == known
    assert Extension.objects.filter(until=None).count() == len(known)


def test_a_pbx_that_refuses_the_list_is_not_down(exchange: Simulator, pbx: Pbx) -> None:
    exchange.faults.add(Fault("errno", "extensionlist/query", "10006"))
    link.keep_alive(pbx)
    assert PbxLink.objects.get(pbx=pbx).state == PbxLink.State.UP


def test_a_new_login_has_it_read_again(exchange: Simulator, pbx: Pbx) -> None:
    link.keep_alive(pbx)
    link.log_in_again(pbx, PbxLink.objects.get(pbx=pbx).token)
    link.keep_alive(pbx)
    assert requests(exchange, "extensionlist/query") == 2
