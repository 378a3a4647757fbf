"""What keeps an order from being sent, decided before the journal: pure rules over what is on screen.

Never sends, never asks the server, never reads a clock: everything that a rule looks at is in its `View`.
"""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an order: a whole sentence, with what to do about it.

    `blocks` False is a warning: the order may still be sent. `about` names the field it belongs to: volume,
    sl, tp, comment, symbol, ticket, market or trading.
    """

    sentence: str
    blocks: bool
    about: str | None


@dataclass(frozen=True, slots=True)
class Limits:
    """The trader's own caps; None is no cap. They hold orders that open, never those that close.

    `lots_per_order` and `lots_per_symbol` in lots; `orders_per_minute` counts every order of the last 60 s;
    `loss_per_day` is a positive amount in the account's currency, of today's closed and floating result.
    """

    lots_per_order: Decimal | None = None
    lots_per_symbol: Decimal | None = None
    orders_per_minute: int | None = None
    loss_per_day: Decimal | None = None
