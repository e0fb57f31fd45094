"""What nobody would type, and somebody sends."""

from typing import Final

DIGITS: Final = "9" * 5000

# One part of an address, as it is written there.
SEGMENTS: Final = (
    "%00", "a%1F", "%0A", "%C2%85", "%FF%FE", "%ED%A0%80", "%F0%9F%92%A9", "%C2%B2", "9" * 19,
    DIGITS, "x" * 3000, "..%2f..", "%22%27%3Cb%3E", "%25s%257B0%257D", "%20",
)  # fmt: skip

# A value of a form or a query.
VALUES: Final = (
    "", "a\x00b", "\x01\x1f", "a\u0085b", "\u202e\u200b\ufeff", "\ud800",
    "<script>alert(1)</script>", "%s%n{0}", "../../etc/passwd", "x" * 256, "x" * 20_000,
    "💩" * 60, "a\nb\r\nc\td", "[" * 20_000, "-1", "1e1", "1e999999999", "NaN", "Infinity",
    "１２", "²", "٣", "9" * 19, "9" * 40, DIGITS, "0." + DIGITS,
    "0000-00-00", "0001-01-01", "9999-12-31", "10000-01-01", "9999-12-31T23:59",
    "0001-01-01T00:00:00+14:00", "24:00", "99:99",
)  # fmt: skip

# By the kind of the field: what it may well take, so that the service behind it gets it.
LIKELY: Final = {
    "date": ("0001-01-01", "1969-12-31", "2100-12-31", "9999-12-31"),
    "datetime-local": ("0001-01-01T00:00", "2999-12-31T23:59", "9999-12-31T23:59:59+14:00"),
    "time": ("00:00", "23:59", "24:00"),
    "": ("9" * 11, "0.0000001", "²"),
}
