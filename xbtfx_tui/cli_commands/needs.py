"""What must be known of an account before a command can be planned without a screen, and whether its prices
still hold. Only reads the store."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from xbtfx_tui.cli_commands.asking import sends_orders
from xbtfx_tui.commands.command import (
    AllPositions,
    Breakeven,
    BreakevenFrom,
    ByProfit,
    Close,
    CloseBy,
    Command,
    Losers,
    OfSymbols,
    OneTicket,
    Open,
    RemoveStop,
    Reverse,
    SetStop,
    ShowExposure,
    ShowMargin,
    ShowProfit,
    SymbolPattern,
    Target,
    Winners,
)
from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.events import Reading
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.read_states import NeverRead
from xbtfx_tui.domain.sessions import closed_now
from xbtfx_tui.planning.market import Market, market_now
from xbtfx_tui.planning.plan import Plan
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.words import name
from xbtfx_tui.store.quotes import Fresh
from xbtfx_tui.store.store import Store

_SHOWN = 5
MUCH_FURTHER = Decimal("1.1")
"""How many times the distance that was shown an sl may lie away once the yes is there."""


def may_go_blind(commands: Sequence[Command]) -> bool:
    """Whether they only close, so that they are planned by what is known where the rest can't be read: no
    list that fails keeps anyone in."""
    return bool(commands) and all(isinstance(command, Close) for command in commands)


def symbols_of(command: Command, store: Store) -> frozenset[str]:
    """The symbols whose spec and price a command needs, as far as the positions that are known tell."""
    match command:
        case Open(symbol=symbol):
            return frozenset({symbol})
        case Close(target=target) | BreakevenFrom(target=target):
            return _of_target(target, store)
        case (
            Reverse(ticket=ticket)
            | Breakeven(ticket=ticket)
            | SetStop(ticket=ticket)
            | RemoveStop(ticket=ticket)
        ):
            return _of_tickets((ticket,), store)
        case CloseBy(ticket=ticket, other=other):
            return _of_tickets((ticket, other), store)
        case ShowMargin() | ShowExposure():
            return _of_pattern(None, store)
        case _:
            return frozenset()


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
    return frozenset(command.period for command in commands if isinstance(command, ShowProfit))


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
        "today's deals": needs_day and HistoryPeriod.TODAY not in store.history,
    }
    lacking = [what for what, is_missing in first.items() if is_missing]
    if lacking:
        return tuple(lacking)
    lacking += [
        f"the deals of {period.value.replace('_', ' ')}"
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


def moved_since(confirmed: Plan, view: PlanView) -> str | None:
    """That an opening order risks much more at the price of now than at the one of its question; None where
    none does."""
    for step in confirmed.steps:
        match step.intent:
            case OpenIntent(symbol=symbol, side=side, price=price, sl=Decimal() as sl):
                market = market_now(view, symbol)
                if not isinstance(market, Market):
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
