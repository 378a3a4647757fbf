"""Money, names and counts as a plan's sentences have them. Decides nothing and never looks anything up."""

from collections.abc import Sequence
from decimal import Decimal

from xbtfx_tui.domain.accounts import money_decimals
from xbtfx_tui.domain.events import Reading
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.read_states import NeverRead, unread_sentence
from xbtfx_tui.domain.unread_rows import unread_words
from xbtfx_tui.domain.words import lots_words
from xbtfx_tui.store.store import Store

NOT_KNOWN = "not known"
_NAME = 32
_LISTED = 5


def name(symbol: str) -> str:
    """A symbol's name, safe to show."""
    return plain(symbol, _NAME)


def currency_of(store: Store) -> str | None:
    """The account's currency, safe to show; None where the API did not name it."""
    return plain(store.account.currency or "", 10) or None if store.account is not None else None


def money(amount: Decimal | None, currency: str | None) -> str:
    """`1,082.21 USD`; `not known` without an amount."""
    return (
        NOT_KNOWN
        if amount is None
        else f"{amount:z,.{money_decimals(amount, currency)}f} {currency or ''}".rstrip()
    )


def signed_money(amount: Decimal | None, currency: str | None) -> str:
    """`+12.40 USD`; zero has no sign."""
    if amount is None:
        return NOT_KNOWN
    text = f"{amount:+z,.{money_decimals(amount, currency)}f}"
    return f"{text if text.strip('+0.,') else text[1:]} {currency or ''}".rstrip()


def at_stop_words(
    pips: Decimal | None, result: Decimal | None, currency: str | None, *, signed: bool = False
) -> str:
    """What a stop comes to: `30.0 pips, -30.00 USD`, without what is not known; empty where nothing is."""
    known = []
    if pips is not None:
        known.append(f"{pips:+,.1f} pips" if signed else f"{abs(pips):,.1f} pips")
    if result is not None:
        known.append(signed_money(result, currency))
    return ", ".join(known)


def percent(figure: Decimal | None) -> str:
    return NOT_KNOWN if figure is None else f"{figure:,.2f}%"


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
        f"{p.ticket} {name(p.symbol)} {signed_money(store.live_profit(p), currency)}" for p in held[:_LISTED]
    ]
    return f"Open: {listed(shown, len(held) - len(shown))}."


def nothing_words(store: Store) -> str:
    """That no position is known; that none is open only where the list was read, and in full."""
    if (unread := store.unread(Reading.POSITIONS)) or lacks_positions(store):
        return positions_not_known(store)[0] if not unread else f"Of what is open, {unread_words(unread)}."
    return "Nothing is open."


def lacks_positions(store: Store) -> bool:
    """Whether the positions were never read in this run."""
    return isinstance(store.read_state(Reading.POSITIONS), NeverRead)


def positions_not_known(store: Store) -> tuple[str, ...]:
    """What is not certain of the positions shown, a sentence each: not read, in doubt, not to be read."""
    sentence = unread_sentence("The positions are", store.read_state(Reading.POSITIONS))
    sentences = [] if sentence is None else [plain(sentence)]
    if unread := store.unread(Reading.POSITIONS):
        sentences.append(f"Of the positions {unread_words(unread)}: in no sum.")
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
