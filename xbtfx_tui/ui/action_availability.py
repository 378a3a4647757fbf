"""Why an action does not work now: a sentence for each that may be asked, None where it works. Pure."""

from collections.abc import Callable

import msgspec

from xbtfx_tui.domain.close_by_pairs import opposites
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.store_events import (
    Reading,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.orders.store_views import is_netting
from xbtfx_tui.planning.plan_text import lacks_positions
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.figure_format import clean
from xbtfx_tui.ui.key_targets import (
    KeyTarget,
    NoTarget,
    OrderTarget,
    PositionTarget,
    RuleTarget,
    UnreadTarget,
)


class Situation(msgspec.Struct, frozen=True):
    """What the keys act on now: `symbol`, None = nothing is selected, and `target` of the pane that has them.

    `doubts` is how many orders there are that are unknown, long on their way or not done in full, and
    `doubt_word` what the key line calls them; `just_sent` counts the others on their way. `trails` is whether
    the position has a trailing stop, `no_trails` why none is begun or ended in this terminal, where another
    one keeps them or may, `half_reversed` whether a reverse closed and did not open, and was not made good
    yet.
    """

    store: Store
    symbol: str | None
    target: KeyTarget
    doubts: int = 0
    doubt_word: str = "unknown"
    just_sent: int = 0
    trails: bool = False
    half_reversed: bool = False
    no_trails: str | None = None

    @property
    def position(self) -> Position | None:
        """The position that a letter acts on."""
        return self.target.position if isinstance(self.target, PositionTarget) else None


WhyNot = Callable[[Situation], str | None]


def lists_all(store: Store) -> bool:
    """Whether the list of positions was read, and in full: what it lacks is then known not to be listed."""
    return not lacks_positions(store) and not store.unread(Reading.POSITIONS)


def always(_: Situation) -> str | None:
    return None


def may_trade(now: Situation) -> str | None:
    match now.store.trading:
        case TradingOpen() | TradingCloseOnly():
            return None
        case TradingLocked(reason):
            return f"Trading is locked: {reason}. ctrl+l unlocks it."
        case TradingReadOnly(reason):
            return f"Orders can't be sent: {reason}."


def may_open(now: Situation) -> str | None:
    if now.symbol is None:
        return "No symbol is selected. Press / to find one."
    if isinstance(now.store.trading, TradingCloseOnly):
        return f"Nothing new can be opened: {now.store.trading.reason}. ctrl+l unlocks it."
    return may_trade(now)


def may_close(now: Situation) -> str | None:
    if isinstance(now.target, UnreadTarget):
        return may_trade(now) if now.target.row.ticket is not None else _NAMELESS
    return _of_position(now)


def may_change(now: Situation) -> str | None:
    """What is done to a position that has to be known for it."""
    if isinstance(now.target, UnreadTarget):
        return (
            "This row can't be read: c closes all of it; nothing else can be done to it."
            if (now.target.row.ticket is not None)
            else _NAMELESS
        )
    return _of_position(now)


def _of_position(now: Situation) -> str | None:
    if now.position is not None:
        return may_trade(now)
    if lacks_positions(now.store):
        return "Positions not read yet. X closes all there is, :close TICKET that one."
    match now.target:
        case OrderTarget(order):
            return f"Order {order.ticket} is pending: only its stops can be changed."
        case RuleTarget(rule):
            return f"Order {rule.number} waits here: enter looks, m changes it, del takes it away."
        case NoTarget(str(reason)):
            return reason
        case _:
            return "No position is selected."


_NAMELESS = "This row shows no ticket: X closes it, with everything else."


def may_modify(now: Situation) -> str | None:
    if isinstance(now.target, RuleTarget):
        return None
    return may_trade(now) if isinstance(now.target, OrderTarget) else may_change(now)


def may_trail(now: Situation) -> str | None:
    if now.no_trails is not None:
        return now.no_trails
    return None if now.trails else may_change(now)  # what moves by itself can be turned off always


def may_close_symbol(now: Situation) -> str | None:
    if now.symbol is None:
        return "No symbol is selected. Press / to find one."
    is_held = any(position.symbol == now.symbol for position in now.store.positions.values())
    if is_held or not lists_all(now.store):
        return may_trade(now)
    return f"No position of {clean(now.symbol, 32)} is open."


def may_kill(now: Situation) -> str | None:
    """The kill switch works while trading is locked, too: its own dialog asks for a word."""
    match now.store.trading:
        case TradingReadOnly(reason):
            return f"Orders can't be sent: {reason}."
        case _:
            return None


def may_reverse(now: Situation) -> str | None:
    if isinstance(now.target, RuleTarget):
        return None  # there the key arms it again
    if isinstance(now.store.trading, TradingCloseOnly) and now.position is not None:
        return f"A reverse opens, too: {now.store.trading.reason}. ctrl+l unlocks it."
    return may_change(now)


def may_close_by(now: Situation) -> str | None:
    if is_netting(now.store):
        return "A netting account has one position a symbol: nothing to close by."
    if (position := now.position) is not None and not opposites(position, now.store.positions.values()):
        return (
            f"No {position.side.opposite.value} of {clean(position.symbol, 32)} is open to close "
            f"ticket {position.ticket} by."
        )
    return may_change(now)


def has_half_reversed(now: Situation) -> str | None:
    return None if now.half_reversed else "No reverse is half done: there is nothing to open anew."


def doubt_word(unknown: int, late: int) -> str:
    """What orders are that want to be looked at, in the top line's words: unknown before what is late."""
    if unknown:
        return "unknown"
    return "left open" if not late else "on its way" if late == 1 else "on their way"


def has_doubt(now: Situation) -> str | None:
    if now.doubts:
        return None
    if now.just_sent:
        orders = "An order has" if now.just_sent == 1 else f"{now.just_sent} orders have"
        return f"{orders} just been sent: the answer is awaited."
    if isinstance(now.store.trading, TradingReadOnly):
        return f"Orders are not followed in this terminal: {now.store.trading.reason}."
    return "No order is on its way or unknown."


def may_lock(now: Situation) -> str | None:
    match now.store.trading:
        case TradingReadOnly(reason):
            return f"There is nothing to unlock: {reason}."
        case _:
            return None


def has_symbol(now: Situation) -> str | None:
    if isinstance(now.target, RuleTarget):
        return None  # there the key takes it away
    return None if now.symbol is not None else "No symbol is selected. Press / to find one."
