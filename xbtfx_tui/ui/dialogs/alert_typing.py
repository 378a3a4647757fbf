"""What is typed for a new alert, by the command line's own grammar: what it means, or what is wrong with it.

It sets nothing.
"""

import msgspec

from xbtfx_tui.commands.command import (
    AlertOnFeed,
    AlertOnMargin,
    AlertOnPrice,
    AlertOnProfit,
    AlertOnSpread,
    Command,
)
from xbtfx_tui.commands.grammar import Mistake, parse
from xbtfx_tui.commands.kinds import name_text
from xbtfx_tui.commands.known import Known
from xbtfx_tui.domain.alerts import (
    Condition,
    Direction,
    MarginLevelAlert,
    PriceAlert,
    ProfitAlert,
    Refused,
    SpreadAlert,
    condition_words,
)
from xbtfx_tui.store.quotes import Stale
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui.format import age, money_named, percent, price
from xbtfx_tui.ui.lookup import currency_of, digits_of, point_of
from xbtfx_tui.ui.ports import Backend

VERB = "alert"
OF_THE_SYMBOL = "> 1.0900 or < 1.0700 is a price, spread > 20 is in points."
OF_ANYTHING = "Others in full: GBPUSD > 1.2700, margin < 300%, 184729 profit > 50, feed."


class Meant(msgspec.Struct, frozen=True):
    """What is waited for, in `words`; `refusal` is why it can't be set as things stand, None = it can."""

    condition: Condition
    words: str
    refusal: str | None


class Wrong(msgspec.Struct, frozen=True):
    """What is wrong, as a sentence; `is_unfinished` where it is only that there is more to type."""

    sentence: str
    is_unfinished: bool = False


def meaning(text: str, symbol: str | None, backend: Backend) -> Meant | Wrong:
    """What this text comes to: behind `alert SYMBOL`, else behind `alert` alone. Any text will do."""
    if not text.strip():
        return Wrong(OF_ANYTHING if symbol is None else f"{OF_THE_SYMBOL} {OF_ANYTHING}", is_unfinished=True)
    command, length = _read(text, symbol, backend.store)
    match command:
        case Mistake(start, _, sentence, example):
            return Wrong(f"{sentence} Like: {example}", is_unfinished=start >= length)
        case AlertOnPrice() | AlertOnSpread() | AlertOnProfit() | AlertOnMargin() | AlertOnFeed():
            condition = backend.alerts.condition_of(command)
        case _:
            return Wrong(f"Alerts are removed in the list, with del. Here: {OF_THE_SYMBOL}")
    if isinstance(condition, Refused):
        return Wrong(condition.sentence)
    words = f"{condition_words(condition)}.{_now(condition, backend)}"
    return Meant(condition, words, backend.alerts.refusal(condition))


def _read(text: str, symbol: str | None, store: Store) -> tuple[Command | Mistake, int]:
    """The command or the mistake, and how long the whole text is that its places are of."""
    known = Known({*store.symbols, *(position.symbol for position in store.positions.values())})
    whole = f"{VERB} {text}"
    alone = parse(whole, known)
    if symbol is None:
        return alone, len(whole)
    of_symbol = f"{VERB} {name_text(symbol)} {text}"
    behind = parse(of_symbol, known)
    if not isinstance(behind, Mistake):
        return behind, len(of_symbol)
    # Where both are wrong, the words are those of the reading that was begun.
    is_of_symbol = text.lstrip()[:1] in "<>=" or "spread".startswith(text.split()[0].lower())
    if isinstance(alone, Mistake) and is_of_symbol:
        return behind, len(of_symbol)
    return alone, len(whole)


def _now(condition: Condition, backend: Backend) -> str:
    """What it stands at, or stood at last, as a sentence; empty where that is not known."""
    store = backend.store
    match condition:
        case PriceAlert(symbol, direction):
            if (slot := store.slot(symbol)) is None:
                return ""
            is_bid = direction is Direction.ABOVE
            now = price(slot.quote.bid if is_bid else slot.quote.ask, digits_of(store, symbol))
            return f" The {'bid' if is_bid else 'ask'} {_as_of(symbol, now, backend)}"
        case SpreadAlert(symbol):
            slot, point = store.slot(symbol), point_of(store, symbol)
            if slot is None or point is None:
                return ""
            points = round((slot.quote.ask - slot.quote.bid) / float(point))
            return f" It {_as_of(symbol, str(points), backend)}"
        case ProfitAlert(ticket):
            if (position := store.positions.get(ticket)) is None:
                return ""
            profit = money_named(store.live_profit(position), currency_of(store))
            return f" It {_as_of(position.symbol, profit, backend)}"
        case MarginLevelAlert():
            account = store.live_account()
            level = account.margin_level if account is not None else None
            return "" if level is None else f" It is {percent(level)} now."
        case _:
            return ""


def _as_of(symbol: str, figure: str, backend: Backend) -> str:
    """A figure of a symbol's last quote, and how old that is where it can't be judged any more."""
    match backend.store.freshness(symbol, backend.clock.now()):
        case Stale(seconds):
            return f"was {figure} {age(seconds)} ago; it is judged at the next price."
        case _:
            return f"is {figure} now."
