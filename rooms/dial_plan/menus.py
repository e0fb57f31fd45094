"""Translates the table to expressions and variables of Asterisk, for one property."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from rooms.dial_plan.table import DIGIT, HOUSEKEEPING, MINIBAR, NONE, STAR, Row
from rooms.models import Property
from rooms.models.property import HousekeepingStatus

#: The maximum length of a staff number that is ended by "#".
LONGEST_STAFF_NUMBER: Final = 8

# Prompts of the PBX manual (L6128-L6144, L6203-L6214), except Asterisk's pbx-invalid, and
# staff_number, which the hotel records itself. The last prompt of a list is always present.
_WRONG: Final = "pbx-invalid"
_STATUS_PROMPTS: Final = {
    HousekeepingStatus.CLEAN.value: "cleaned",
    HousekeepingStatus.DIRTY.value: "uncleaned",
}

_ONE_MORE: Final = "length=$[${length} + 1]"
_ONE_SILENCE: Final = "silences=$[${silences} + 1]"

_TIMES: Final[dict[str, tuple[str, ...]]] = {
    "2nd time running": ("${silences} = 2",),
    "4th time running": ("${silences} >= 4",),
}

Assignments = Mapping[tuple[str, str], tuple[str, ...]]


class Case(NamedTuple):
    """What happens if one of the conditions holds; without conditions: in any case.

    :ivar name: for the comment above it
    """

    conditions: tuple[str, ...]
    row: Row
    spoken: str
    name: str = ""


@dataclass(frozen=True)
class Menu:
    """The part of the dial plan for one feature code.

    :ivar taken: assignments before the conditions, by state and key
    :ivar begun: assignments after the previous entry was sent to the hotel
    :ivar told: word of the table -> what is sent to the hotel after the code
    :ivar again: the variable with a "#" for each time the same was sent earlier in the call. An
        identical report would count as a repetition of the earlier one, and ``*01``, ``*02``,
        ``*01`` would leave the room at ``*02``.
    """

    code: str
    context: str
    rows: tuple[Row, ...]
    when: Mapping[str, tuple[str, ...]]
    taken: Assignments
    begun: Assignments
    told: Mapping[str, str]
    again: str
    prompts: Mapping[str, str]
    statuses: Mapping[str, str]
    ruled_out: frozenset[str]

    def cases(self, rows: tuple[Row, ...]) -> Iterator[Case]:
        """The rows of one state and key in order, up to the first without a condition."""
        for row in rows:
            if row.when in self.ruled_out:
                continue
            if row.when.startswith("a status"):
                for keys, status in self.statuses.items():
                    prompt = _STATUS_PROMPTS.get(status, "success")
                    yield Case((f'"${{entry}}" = "{keys}"',), row, prompt, f"{keys}: {status}")
                continue
            conditions = self.when[row.when]
            yield Case(conditions, row, self.prompts[row.spoken])
            if not conditions:
                return


def status_menu(property_: Property) -> Menu:
    """The menu of the housekeeping code: statuses, and staff numbers if they are asked for."""
    return choice_menu(
        property_.housekeeping_code,
        "hotelpbx-status",
        property_.housekeeping_statuses,
        prompt="roomstatus",
        staff_number=property_.staff_number,
    )


def choice_menu(
    code: str, context: str, choices: Mapping[str, str], *, prompt: str, staff_number: str = ""
) -> Menu:
    """A menu in which one of ``choices`` is keyed in after the code, such as ``*01``.

    :param context: in the dial plan; each menu has its own
    :param choices: keys (``*`` and digits) and their meaning
    :param prompt: asks for a choice
    :param staff_number: whether a staff number follows, as in the property's field
    """
    statuses = {
        keys: status
        for keys, status in sorted(choices.items())
        if not _is_unreachable(keys, choices)
    }
    wanted = staff_number
    ruled_out = {"a status" if wanted else "a status, staff number wanted"}
    if wanted != "#":
        ruled_out.add("of any length")
    longest = max((len(keys) - 1 for keys in statuses), default=1)
    new_entry = ("entry=*", "keyed=star", "length=0")
    return Menu(
        code=code,
        context=context,
        rows=HOUSEKEEPING,
        when={
            "": (),
            "of any length": (),
            "only `*` before": ('"${entry}" = "*"',),
            "as long as the longest status": (f"${{length}} >= {longest}",),
            "number full": (f"${{length}} >= {_digits_of_a_staff_number(wanted)}",),
            **_TIMES,
        },
        taken={
            ("status", DIGIT): ("entry=${key}", "keyed=${key}", "length=1"),
            ("entry", DIGIT): ("entry=${entry}${key}", "keyed=${keyed}${key}", _ONE_MORE),
            ("staff", DIGIT): ("number=${key}", "length=1"),
            ("number", DIGIT): ("number=${number}${key}", _ONE_MORE),
            **{(state, NONE): (_ONE_SILENCE,) for state in ("status", "staff")},
        },
        begun={(state, STAR): new_entry for state in ("status", "entry", "staff", "number")},
        told={"entry": "${entry}", "entry, number": "${entry}*${number}"},
        again="told${keyed}",
        prompts={
            "": "",
            "status?": prompt,
            "wrong status": f"{_WRONG}&{prompt}",
            "done": "${done}",
            "staff?": "staff_number",
            "wrong staff": f"{_WRONG}&staff_number",
        },
        statuses=statuses,
        ruled_out=frozenset(ruled_out),
    )


def minibar_menu(property_: Property) -> Menu:
    """The menu of the minibar code: products and quantities."""
    new_product = ("product=", "spelled=", "length=0")
    product_key = ("product=${product}${key}", "spelled=${spelled}&digits/${key}", _ONE_MORE)
    quantity_key = ("quantity=${quantity}${key}", "counted=${counted}&digits/${key}", _ONE_MORE)
    first_product_key = ("product=${key}", "spelled=&digits/${key}", "length=1")
    first_quantity_key = ("quantity=${key}", "counted=&digits/${key}", "length=1")
    return Menu(
        code=property_.minibar_code,
        context="hotelpbx-minibar",
        rows=MINIBAR,
        when={
            "": (),
            "`1`": ('"${key}" = "1"',),
            "no digit before": ("${length} = 0",),
            "9 digits": ("${length} >= 9",),
            "more than 9 digits": ("${length} > 9",),
            "more than 2 digits": ("${length} > 2",),
            "quantity 0": ('"${quantity}" = "0"', '"${quantity}" = "00"'),
            **_TIMES,
        },
        taken={
            ("product", DIGIT): first_product_key,
            ("code", DIGIT): product_key,
            ("quantity", DIGIT): first_quantity_key,
            ("count", DIGIT): quantity_key,
            ("one go", DIGIT): product_key,
            ("amount", DIGIT): quantity_key,
            **{(state, NONE): (_ONE_SILENCE,) for state in ("product", "quantity", "confirm")},
        },
        begun={
            ("product", STAR): new_product,
            ("one go", STAR): ("quantity=", "counted=", "length=0"),
            ("amount", STAR): new_product,
        },
        told={"product": "*${product}", "sale": "*${product}*${quantity}"},
        again="told${product}x${quantity}",
        prompts={
            "": "",
            "product?": "product_id",
            "wrong product": f"{_WRONG}&product_id",
            "quantity?": "product_num",
            "wrong quantity": f"{_WRONG}&product_num",
            "read back": "product_idc${spelled}&product_numc${counted}&confirm",
            "confirm?": "confirm",
            "wrong answer": f"{_WRONG}&confirm",
            "sold": "success&product_id",
        },
        statuses={},
        ruled_out=frozenset(),
    )


def _is_unreachable(keys: str, statuses: Mapping[str, str]) -> bool:
    """Whether a shorter status is a prefix of it, and is set at once."""
    return any(keys != other and keys.startswith(other) for other in statuses)


def _digits_of_a_staff_number(wanted: str) -> int:
    return int(wanted) if wanted.isdigit() else LONGEST_STAFF_NUMBER


#: What a phone does after a feature code, by the name of the code.
MENUS: Final[Mapping[str, Callable[[Property], Menu]]] = {
    "housekeeping": status_menu,
    "minibar": minibar_menu,
}
