"""Money, names and counts as a plan's sentences have them. Decides nothing and never looks anything up."""

from collections.abc import Sequence
from decimal import Decimal

from xbtfx_tui.domain.intents import opens
from xbtfx_tui.domain.money_text import NOT_KNOWN, signed_money_text
from xbtfx_tui.domain.order_text import intent_words, lots_words
from xbtfx_tui.domain.pip_size import in_pips, pips_text, points_text
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.read_states import NeverRead, unread_sentence
from xbtfx_tui.domain.store_events import PositionClosed, Reading
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.unreadable_rows import unread_words
from xbtfx_tui.store.store import Store

_NAME = 32
_LISTED = 5


def name(symbol: str) -> str:
    """A symbol's name, safe to show."""
    return plain(symbol, _NAME)


def currency_of(store: Store) -> str | None:
    """The account's currency, safe to show; None where the API did not name it."""
    return plain(store.account.currency or "", 10) or None if store.account is not None else None


def at_stop_words(pips: Decimal | None, result: Decimal | None, currency: str | None) -> str:
    """What a stop comes to: `30.0 pips, -30.00 USD`, without what is not known; empty where nothing is."""
    known = []
    if pips is not None:
        known.append(in_pips(pips_text(pips)))
    if result is not None:
        known.append(signed_money_text(result, currency))
    return ", ".join(known)


def spread_words(bid: Decimal, ask: Decimal, point: Decimal, cost: str | None) -> str:
    """What an order pays to the spread: `3 points (0.30 USD)`; without `cost`, an amount with its currency,
    where that is not known. Points are always known where there is a price."""
    points = points_text((ask - bid) / point)
    return points if cost is None else f"{points} ({cost})"


def percent(figure: Decimal | None) -> str:
    return NOT_KNOWN if figure is None else f"{figure:z,.2f}%"


def exact(store: Store, symbol: str, price: Decimal) -> str:
    """A price with the symbol's digits where it has no more than those, else as it is."""
    source = store.specs.get(symbol) or store.symbols.get(symbol)
    if source is None:
        return f"{price:f}"
    at_digits = f"{price:.{source.digits}f}"
    return at_digits if Decimal(at_digits) == price else f"{price:f}"


def held_words(position: Position) -> str:
    """`buy 0.50 EURUSD, ticket 184729`."""
    what = f"{position.side.value} {lots_words(position.volume)} {name(position.symbol)}"
    return f"{what}, ticket {position.ticket}"


def many(count: int, one: str) -> str:
    """`1 position`, `3 positions`."""
    return f"{count} {one}" if count == 1 else f"{count} {one}s"


def open_words(store: Store) -> str:
    """What there is, as a sentence: `Open are 184729 EURUSD +46.50 USD and 2 more.`"""
    currency = currency_of(store)
    held = sorted(store.positions.values(), key=lambda position: (position.symbol, position.ticket))
    if not held:
        return nothing_words(store)
    shown = [
        f"{p.ticket} {name(p.symbol)} {signed_money_text(store.live_profit(p), currency)}"
        for p in held[:_LISTED]
    ]
    return f"Open: {listed(shown, len(held) - len(shown))}."


def nothing_words(store: Store) -> str:
    """That no position is known; that none is open only where the list was read, and in full."""
    if (unread := store.unread(Reading.POSITIONS)) or lacks_positions(store):
        return positions_not_known(store)[0] if not unread else f"Of what is open, {unread_words(unread)}."
    if (coming := coming_words(store)) is not None:
        return f"No position is listed, but what became of {coming} is not known yet."
    return "Nothing is open."


def coming_words(store: Store) -> str | None:
    """The orders which may have opened what no list shows yet, as a clause; None where there is none."""
    open_records = (record for record in store.intents.values() if record.state.is_open)
    coming = [plain(intent_words(one.intent), 100) for one in open_records if opens(one.intent)]
    return listed(coming[:_LISTED], max(0, len(coming) - _LISTED)) or None


def lacks_positions(store: Store) -> bool:
    """Whether what is open is not known: never read in this run, or an empty list that can't be right."""
    return isinstance(store.read_state(Reading.POSITIONS), NeverRead) or is_empty_in_doubt(store)


def is_empty_in_doubt(store: Store) -> bool:
    """Whether no position is listed though the account's figures, read since, have margin in use. Right after
    an end that the stream told, they may be of before it."""
    account, received, asked = store.account, store.account_received, store.positions_asked
    if store.positions or store.unread(Reading.POSITIONS) or account is None or account.margin <= 0:
        return False
    if received is None or asked is None or received.monotonic < asked.monotonic:
        return False
    ends = (at.monotonic for at, event in store.account_events if isinstance(event, PositionClosed))
    return received.monotonic - max(ends, default=float("-inf")) >= _FIGURES_LAG


EMPTY_IN_DOUBT = "No position is listed, but the account has margin in use: the list may lack some."
_FIGURES_LAG = 5.0
"""Seconds by which the account's figures may be behind an end."""


def positions_not_known(store: Store) -> tuple[str, ...]:
    """What is not certain of the positions shown, a sentence each: not read, in doubt, not to be read."""
    sentence = unread_sentence("The positions are", store.read_state(Reading.POSITIONS))
    sentences = [] if sentence is None else [plain(sentence)]
    if is_empty_in_doubt(store):
        sentences.append(EMPTY_IN_DOUBT)
    if unread := store.unread(Reading.POSITIONS):
        sentences.append(f"Of the positions {unread_words(unread)}: in no sum.")
    if (coming := coming_words(store)) is not None:
        sentences.append(f"What became of {coming} is not known yet: in no sum.")
    doubts = {ticket: store.doubt_of(ticket) for ticket in store.positions}
    in_doubt = [f"{ticket} ({why})" for ticket, why in sorted(doubts.items()) if why is not None]
    if in_doubt:
        named = listed(in_doubt[:_LISTED], max(0, len(in_doubt) - _LISTED))
        sentences.append(f"In doubt, and counted all the same: {named}.")
    return tuple(sentences)


def listed(items: Sequence[str], more: int = 0) -> str:
    """`a, b and c`, or `a, b and 3 more`."""
    parts = [*items, f"{more} more"] if more else list(items)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
