"""The one rule of profit and swap: a profit is of the price alone, and swap beside it is named. Pure.

So it is of a position, of a part of it and of several, in a table, a ticket or a sentence. The server's own
figures are as it has them: the account's may have the swaps in it, as MetaTrader's has, and then says so.
"""

from decimal import Decimal

from xbtfx_tui.domain.money_text import amount_text, signed_money_text


def closing_words(profit: Decimal | None, swap: Decimal, currency: str | None) -> str:
    """What closing comes to: `+46.50 USD`, or with a swap `+46.50 USD, swap -0.42 USD`."""
    return f"{signed_money_text(profit, currency)}{swap_clause(swap, currency)}"


def swap_clause(swap: Decimal, currency: str | None) -> str:
    """`, swap -0.42 USD`; empty where there is none to be seen."""
    return f", swap {signed_money_text(swap, currency)}" if is_seen(swap, currency) else ""


def is_seen(amount: Decimal, currency: str | None) -> bool:
    """Whether the amount is other than zero as it is written."""
    return bool(amount_text(amount, currency).strip("-0.,"))


def has_swap_in(account_profit: Decimal, profits: Decimal, swaps: Decimal) -> bool:
    """Whether the account's profit is that of its positions with their swaps: nearer to that sum than to the
    profits alone, and near. False where there are no swaps, for then it is the same."""
    without, with_swaps = abs(account_profit - profits), abs(account_profit - profits - swaps)
    return bool(swaps) and with_swaps < without and with_swaps <= abs(swaps) / 2
