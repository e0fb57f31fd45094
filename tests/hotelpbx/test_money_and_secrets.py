"""Rounding at the minor unit, and secrets at rest."""

from decimal import Decimal

import pytest
from django.test import override_settings

from hotelpbx.money import minor_digits, round_money
from hotelpbx.secrets import SecretUnreadable, decrypt, encrypt


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [
        ("1.005", "CNY", "1.01"),
        ("1.0049999", "CNY", "1.00"),
        ("0.5", "JPY", "1"),
        ("1.4", "JPY", "1"),
        ("1.0005", "KWD", "1.001"),
        ("-1.005", "CNY", "-1.01"),
        ("2", "EUR", "2.00"),
    ],
)
def test_half_up_at_the_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert str(round_money(Decimal(amount), currency)) == rounded


def test_minor_units() -> None:
    assert [minor_digits(code) for code in ("CNY", "JPY", "KWD", "USD")] == [2, 0, 3, 2]


def test_a_secret_comes_back_and_is_not_readable_meanwhile() -> None:
    stored = encrypt("p4ssword")
    assert "p4ssword" not in stored
    assert decrypt(stored) == "p4ssword"
    assert (encrypt(""), decrypt("")) == ("", "")


def test_with_another_key_it_is_not_readable_at_all() -> None:
    stored = encrypt("p4ssword")
    with override_settings(SECRET_KEY="another"), pytest.raises(SecretUnreadable):
        decrypt(stored)
