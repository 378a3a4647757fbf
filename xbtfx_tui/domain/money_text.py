"""Amounts of money as they are written everywhere: at their currency's decimals, zero without a sign.

Pure; never decides what an amount is, and never cleans a currency's name.
"""

from decimal import Decimal

from xbtfx_tui.domain.accounts import money_decimals

NOT_KNOWN = "not known"


def amount_text(amount: Decimal, currency: str | None, *, is_grouped: bool = True) -> str:
    """`1,082.21`: at its currency's decimals, or as it was given while that is not known; without the
    currency's name. `is_grouped` False leaves the thousands together, for who reads it by a program."""
    decimals = money_decimals(amount, currency)
    return f"{amount:z,.{decimals}f}" if is_grouped else f"{amount:z.{decimals}f}"


def signed_amount_text(amount: Decimal, currency: str | None, *, is_grouped: bool = True) -> str:
    """`+12.40`: a gain has its sign, too, so that it needs no colour; what rounds to zero has none."""
    text = amount_text(amount, currency, is_grouped=is_grouped)
    return f"+{text}" if amount > 0 and text.strip("0.,") else text


def money_text(amount: Decimal | None, currency: str | None) -> str:
    """`1,082.21 USD`; `not known` without an amount."""
    return NOT_KNOWN if amount is None else f"{amount_text(amount, currency)} {currency or ''}".rstrip()


def signed_money_text(amount: Decimal | None, currency: str | None) -> str:
    """`+12.40 USD`; `not known` without an amount."""
    return (
        NOT_KNOWN if amount is None else f"{signed_amount_text(amount, currency)} {currency or ''}".rstrip()
    )
