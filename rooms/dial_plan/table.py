"""What each key does, state by state: the rows of docs/dial-plan.md (a test compares them)."""

from typing import Final, NamedTuple

STAR: Final = "`*`"
DIGIT: Final = "digit"
#: ``Read`` does not distinguish the two.
NONE: Final = "`#` or nothing"

END: Final = "hang up"


class Row(NamedTuple):
    """What a key does in a state. The first row whose ``when`` holds applies.

    :ivar told: what is sent to the hotel; in parentheses: when the caller hangs up, unless
        another key comes first
    :ivar spoken: the prompt that is played; a key interrupts it and counts
    """

    state: str
    key: str
    when: str
    told: str
    spoken: str
    next: str


def _asked(state: str, prompt: str) -> tuple[Row, ...]:
    """A state that asks for something: without a key it asks once more, then hangs up.

    Every other time it listens without a prompt, because a ``Read`` whose prompt is missing on the
    PBX returns at once.
    """
    return (
        Row(state, NONE, "4th time running", "", "", END),
        Row(state, NONE, "2nd time running", "", prompt, state),
        Row(state, NONE, "", "", "", state),
    )


HOUSEKEEPING: Final = (
    Row("status", STAR, "", "", "", "entry"),
    Row("status", DIGIT, "as long as the longest status", "entry", "wrong status", "status"),
    Row("status", DIGIT, "", "", "", "entry"),
    *_asked("status", "status?"),
    Row("entry", STAR, "only `*` before", "", "", "entry"),
    Row("entry", STAR, "", "entry", "", "entry"),
    Row("entry", DIGIT, "a status, staff number wanted", "(entry)", "staff?", "staff"),
    Row("entry", DIGIT, "a status", "entry", "done", "status"),
    Row("entry", DIGIT, "as long as the longest status", "entry", "wrong status", "status"),
    Row("entry", DIGIT, "", "", "", "entry"),
    Row("entry", NONE, "only `*` before", "", "status?", "status"),
    Row("entry", NONE, "", "entry", "wrong status", "status"),
    Row("staff", STAR, "", "entry", "", "entry"),
    Row("staff", DIGIT, "number full", "entry, number", "done", "status"),
    Row("staff", DIGIT, "", "", "", "number"),
    Row("staff", NONE, "2nd time running", "entry", "done", "status"),
    Row("staff", NONE, "", "", "", "staff"),
    Row("number", STAR, "", "entry", "", "entry"),
    Row("number", DIGIT, "number full", "entry, number", "done", "status"),
    Row("number", DIGIT, "", "", "", "number"),
    Row("number", NONE, "of any length", "entry, number", "done", "status"),
    Row("number", NONE, "", "", "wrong staff", "staff"),
)

MINIBAR: Final = (
    Row("product", STAR, "", "", "", "one go"),
    Row("product", DIGIT, "", "", "", "code"),
    *_asked("product", "product?"),
    Row("code", STAR, "", "", "product?", "product"),
    Row("code", DIGIT, "9 digits", "", "quantity?", "quantity"),
    Row("code", DIGIT, "", "", "", "code"),
    Row("code", NONE, "", "", "quantity?", "quantity"),
    Row("quantity", STAR, "", "", "product?", "product"),
    Row("quantity", DIGIT, "", "", "", "count"),
    *_asked("quantity", "quantity?"),
    Row("count", STAR, "", "", "product?", "product"),
    Row("count", DIGIT, "quantity 0", "sale", "wrong quantity", "quantity"),
    Row("count", DIGIT, "", "", "read back", "confirm"),
    Row("count", NONE, "quantity 0", "sale", "wrong quantity", "quantity"),
    Row("count", NONE, "", "", "read back", "confirm"),
    Row("confirm", STAR, "", "", "product?", "product"),
    Row("confirm", DIGIT, "`1`", "sale", "sold", "product"),
    Row("confirm", DIGIT, "", "", "wrong answer", "confirm"),
    *_asked("confirm", "confirm?"),
    Row("one go", STAR, "no digit before", "", "", "one go"),
    Row("one go", STAR, "", "", "", "amount"),
    Row("one go", DIGIT, "more than 9 digits", "product", "wrong product", "product"),
    Row("one go", DIGIT, "", "", "", "one go"),
    Row("one go", NONE, "no digit before", "", "product?", "product"),
    Row("one go", NONE, "", "", "quantity?", "quantity"),
    Row("amount", STAR, "no digit before", "", "", "one go"),
    Row("amount", STAR, "", "sale", "", "one go"),
    Row("amount", DIGIT, "more than 2 digits", "sale", "wrong product", "product"),
    Row("amount", DIGIT, "quantity 0", "", "", "amount"),
    Row("amount", DIGIT, "", "(sale)", "", "amount"),
    Row("amount", NONE, "no digit before", "", "quantity?", "quantity"),
    Row("amount", NONE, "quantity 0", "sale", "wrong quantity", "quantity"),
    Row("amount", NONE, "", "sale", "sold", "product"),
)
