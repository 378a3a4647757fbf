"""The one rule of profit and swap: a profit is of the price alone, and swap beside it is named. Pure.

So it is of a position, of a part of it and of several, in a table, a ticket or a sentence. The server's own
figures are as it has them: the account's may have the swaps in it, as MetaTrader's has, and then says so.
"""

from decimal import Decimal

from xbtfx_tui.domain.accounts import Account
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


def has_swap_in(account: Account, profits: Decimal, swaps: Decimal) -> bool:
    """Whether the account's profit has the swaps of its positions in it; `profits` are theirs without.

    By the server's own figures of one moment: MetaTrader's equity is the balance with profits and swaps, so
    where balance and profit come to it the profit has the swaps in it. False where there are none, where it
    is the profits alone to the cent, and where it can't be told (a credit).
    """
    beyond = account.equity - account.balance - account.profit
    return bool(swaps) and account.profit != profits and abs(beyond) < abs(swaps) / 2
