"""The PBX's error numbers and their exceptions."""

import pickle

import pytest

from pbx import errors
from pbx.errors import MEANINGS, PbxError, error_for

# The whole list of the manual (L6554-L6618) and the handling each number calls for.
NUMBERS = {
    errors.Rejected: (
        "10002 10003 10004 10007 10009 10010 10011 10012 10013 10014 10016 10018 10019 10020 "
        "10024 10026 10028 10030 10031 10032 10033 20000 20007 20009 20014 20016 20018 "
        "20019"
    ),
    errors.PromptMissing: "10023",
    errors.ExtensionMissing: "10006",
    errors.ExtensionRefused: "10017",
    errors.AlarmMissing: "10021",
    errors.AlarmExists: "10022",
    errors.NoCallRecords: "20021",
    errors.Busy: "10008 10015 10027 10029",
    errors.TooFrequent: "10025",
    errors.HeartbeatRefused: "20011",
    errors.LinkExpired: "20012 20017 20020",
    errors.ServerFault: "20010 30001",
    errors.Unreachable: "30003",
    errors.TokenInvalid: "20004 20005 20006",
    errors.LoginLocked: "20002",
    errors.LoginRefused: "20003",
    errors.Misconfigured: "20001 20008 20013 20015",
}
EXPECTED = {number: kind for kind, numbers in NUMBERS.items() for number in numbers.split()}


def test_every_number_of_the_manual_has_a_meaning() -> None:
    assert len(EXPECTED) == 55
    assert set(MEANINGS) == set(EXPECTED)


@pytest.mark.parametrize(("number", "kind"), EXPECTED.items())
def test_a_number_becomes_its_class_and_a_sentence_with_the_number(
    number: str, kind: type[PbxError]
) -> None:
    fault = error_for(number)
    assert type(fault) is kind
    assert fault.errno == number
    assert str(fault).endswith(f"(PBX error {number})")
    assert len(str(fault).split()) > 6


def test_every_kind_of_error_is_one_of_the_four_ways_to_go_on() -> None:
    ways = (errors.TryLater, errors.TokenInvalid, errors.Rejected, errors.Misconfigured)
    kinds = [
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, PbxError) and kind is not PbxError
    ]
    assert len(kinds) > len(ways)
    for kind in kinds:
        assert sum(issubclass(kind, way) for way in ways) == 1, kind


def test_an_unknown_number_needs_a_person_and_is_named() -> None:
    fault = error_for("10099")
    assert type(fault) is errors.Rejected
    assert fault.errno == "10099"
    assert "10099" in str(fault)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_refusal_without_a_number_needs_a_person(nothing: str | None) -> None:
    fault = error_for(nothing)
    assert type(fault) is errors.Rejected
    assert fault.errno is None


@pytest.mark.parametrize(
    ("number", "unknown"),
    [
        ("20010", True),  # handed on or not: nobody knows
        ("30001", True),
        ("30003", False),
        ("10025", False),
        ("10006", False),
        ("20004", False),
        ("20003", False),
    ],
)
def test_only_doubtful_numbers_leave_the_outcome_unknown(number: str, unknown: bool) -> None:
    assert error_for(number).outcome_unknown is unknown


def test_an_error_survives_the_way_to_another_process() -> None:
    fault = pickle.loads(pickle.dumps(error_for("10022")))  # noqa: S301 (our own bytes)
    assert type(fault) is errors.AlarmExists
    assert fault.errno == "10022"
    assert str(fault) == str(error_for("10022"))
