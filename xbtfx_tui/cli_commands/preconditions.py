"""What must be known of an account before a command can be planned without a screen, and whether its prices
still hold. Only reads the store."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from xbtfx_tui.commands.command_facts import facts_of, sends_orders
from xbtfx_tui.commands.command_types import (
    AllPositions,
    ByProfit,
    Command,
    Losers,
    OfSymbols,
    OneTicket,
    SymbolPattern,
    Target,
    Winners,
)
from xbtfx_tui.domain.accounts import FIGURES_KEPT_SECONDS
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.read_states import Failing, NeverRead
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.trading_sessions import closed_now
from xbtfx_tui.planning.plan_text import name
from xbtfx_tui.planning.plan_types import Plan
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.priced_symbol import PricedSymbol, market_now
from xbtfx_tui.store.feed_state import FeedConnecting, FeedDown, FeedIdle, FeedLive, FeedRefused
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.store.store import Store

_SHOWN = 5
MUCH_FURTHER = Decimal("1.1")
"""How many times the distance that was shown an sl may lie away once the yes is there."""


def may_go_blind(commands: Sequence[Command]) -> bool:
    """Whether they only close, so that they are planned by what is known where the rest can't be read: no
    list that fails keeps anyone in."""
    return bool(commands) and all(facts_of(command).only_closes for command in commands)


def symbols_of(command: Command, store: Store) -> frozenset[str]:
    """The symbols whose spec and price a command needs, as far as the positions that are known tell."""
    facts = facts_of(command)
    named = frozenset(() if facts.symbol is None else (facts.symbol,))
    return named.union(*(_of_target(target, store) for target in facts.targets))


def _of_target(target: Target, store: Store) -> frozenset[str]:
    match target:
        case OneTicket(ticket=ticket):
            return _of_tickets((ticket,), store)
        case AllPositions():
            return _of_pattern(None, store)
        case Losers(pattern=pattern) | Winners(pattern=pattern) | ByProfit(pattern=pattern):
            return _of_pattern(pattern, store)
        case OfSymbols(pattern=pattern):
            return _of_pattern(pattern, store)


def _of_tickets(tickets: Iterable[int], store: Store) -> frozenset[str]:
    held = (store.positions.get(ticket) or store.orders.get(ticket) for ticket in tickets)
    return frozenset(one.symbol for one in held if one is not None)


def _of_pattern(pattern: SymbolPattern | None, store: Store) -> frozenset[str]:
    names = {position.symbol for position in store.positions.values()}
    return frozenset(name for name in names if pattern is None or pattern.matches(name))


def periods_of(commands: Sequence[Command]) -> frozenset[HistoryPeriod]:
    """The periods whose deals the commands show."""
    periods = (facts_of(command).period for command in commands)
    return frozenset(period for period in periods if period is not None)


def not_fresh(commands: Sequence[Command], store: Store, now: Instant) -> tuple[str, ...]:
    """The symbols of orders whose price can't be traded on now, though their market is not known closed."""
    at = datetime.fromtimestamp(now.wall, UTC)
    wanted = {name for one in commands if sends_orders(one) for name in symbols_of(one, store)}
    return tuple(name for name in sorted(wanted) if _trades(name, store, at) and not _fresh(name, store, now))


def _trades(symbol: str, store: Store, at: datetime) -> bool:
    spec = store.specs.get(symbol)
    return spec is None or closed_now(spec, at) is None


def _fresh(symbol: str, store: Store, now: Instant) -> bool:
    return isinstance(store.freshness(symbol, now), Fresh)


def missing(
    commands: Sequence[Command], store: Store, now: Instant, *, needs_day: bool = False
) -> tuple[str, ...]:
    """What is still waited for, in words; empty once the commands can be planned. `needs_day`: the day's
    result is needed (a limit on the day's loss is set)."""

    def never(reading: Reading) -> bool:
        return isinstance(store.read_state(reading), NeverRead)

    first = {
        "what the key may do": store.key is None,
        "the account": store.account is None,
        "the symbols": not store.symbols,
        "the positions": never(Reading.POSITIONS),
        "the pending orders": never(Reading.ORDERS),
        "today's deals": needs_day
        and not {HistoryPeriod.TODAY, HistoryPeriod.LAST_3_DAYS} <= set(store.history),
    }
    lacking = [what for what, is_missing in first.items() if is_missing]
    if lacking:
        return tuple(lacking)
    lacking += [
        f"the deals of {period.words}"
        for period in sorted(periods_of(commands), key=lambda period: period.value)
        if period not in store.history
    ]
    wanted = frozenset[str]().union(*(symbols_of(command, store) for command in commands))
    unknown = sorted(name for name in wanted if name not in store.specs)
    if unknown:
        return (*lacking, f"the contract of {_listed(unknown)}")
    if stale := not_fresh(commands, store, now):
        lacking.append(f"a fresh price of {_listed(stale)}")
    return tuple(lacking)


def figures_since(store: Store, empty_since: float) -> tuple[str, ...]:
    """That the account's figures are still waited for which can belie an empty list: the server gives those
    of before again for a while. `empty_since` is the monotonic time of the first such list."""
    received = store.account_received
    is_late = received is not None and received.monotonic >= empty_since + FIGURES_KEPT_SECONDS
    if is_late or (store.account is not None and store.account.margin > 0):
        return ()
    return ("the account's figures of after the list of positions, which is empty",)


def why_not_read(store: Store) -> tuple[str, ...]:
    """Why reads of the account fail and no prices come, a sentence for each reason.

    By where they stand now, and not by what the terminal says of it: no pane stands beside these words.
    """
    states = (store.read_state(reading) for reading in Reading)
    whys = [state.why for state in states if isinstance(state, NeverRead | Failing) and state.why]
    match store.feed:
        case FeedDown(reason=reason):
            whys.append(f"The stream of prices is down: {plain(reason).rstrip('.')}.")
        case FeedIdle() | FeedConnecting():
            whys.append("The stream of prices is not connected.")
        case FeedLive() | FeedRefused():
            pass
    return tuple(dict.fromkeys(whys))


def moved_since(confirmed: Plan, view: PlanView) -> str | None:
    """That an opening order risks much more at the price of now than at the one of its question; None where
    none does."""
    for step in confirmed.steps:
        match step.intent:
            case OpenIntent(symbol=symbol, side=side, price=price, sl=Decimal() as sl):
                market = market_now(view, symbol)
                if not isinstance(market, PricedSymbol):
                    continue
                now = market.opening(side)
                if abs(now - sl) > abs(price - sl) * MUCH_FURTHER:
                    return (
                        f"{name(symbol)} went from {price} to {now} while the question stood there: an sl of "
                        f"{sl} risks more than was shown."
                    )
            case _:
                pass
    return None


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(plain(name, 40) for name in names[:_SHOWN])
    more = len(names) - _SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
