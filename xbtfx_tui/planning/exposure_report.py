"""What the account stands to lose, in rows and words: the margin, the way to a call, what is net held.

The one place that works these out: the dialog, the strip and the verbs only draw them. It sends nothing.
"""

from decimal import Decimal

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.exposure import (
    MARGIN_CALL_PERCENT,
    STOP_OUT_PERCENT,
    AboveCall,
    Amount,
    AtCall,
    CurrencyExposure,
    MarginDistance,
    NetExposure,
    NoMarginUsed,
    SymbolExposure,
    UnknownAmount,
    distance_to_margin_call,
    distance_words,
    net_exposure,
)
from xbtfx_tui.domain.money_text import NOT_KNOWN, money_text, signed_amount_text
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.read_states import unread_sentence
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.planning.plan_text import currency_of, name, nothing_words, percent, positions_not_known
from xbtfx_tui.store.feed_state import feed_trouble
from xbtfx_tui.store.store import Store

NEAR_PERCENT = Decimal(20)
"""From this share of the equity down the way to a margin call is near."""

LEVELS_NOTE = (
    f"The levels are what the broker publishes, stop-out at {STOP_OUT_PERCENT}%; the API tells neither. "
    "All else standing still."
)


def positions_now(store: Store) -> tuple[Position, ...]:
    """Every position at its latest price."""
    held = store.positions.values()
    return tuple(replace(one, price_current=store.live_price(one)) for one in held)


def distance_now(store: Store, call_percent: Decimal = MARGIN_CALL_PERCENT) -> MarginDistance:
    """How far equity may fall from now until the margin level is `call_percent`."""
    return distance_to_margin_call(
        store.live_account(), positions_now(store), store.specs.get, store.rate, call_percent
    )


def is_near(distance: MarginDistance) -> bool:
    """Whether it wants the eye."""
    match distance:
        case AboveCall(percent=share):
            return share < NEAR_PERCENT
        case AtCall():
            return True
        case NoMarginUsed() | UnknownAmount():
            return False


def not_of_now(store: Store) -> str | None:
    """That prices, and all that is counted by them, are not those of now, as a sentence; None where they
    are."""
    trouble = feed_trouble(store.feed)
    return None if trouble is None else f"Not at prices of now: {trouble}."


# --- margin ---


class MarginReport(msgspec.Struct, frozen=True):
    """The account's figures as texts. `call` is the way to the margin call as a sentence, `stop_out` to the
    stop-out (None without margin in use)."""

    equity: str
    margin: str
    free: str
    level: str
    call: str
    stop_out: str | None
    is_near: bool


def margin_report(store: Store) -> MarginReport | str:
    """The account's margin, and how far the margin call and the stop-out are; or that it was not read."""
    account, currency = store.live_account(), currency_of(store)
    if account is None:
        sentence = unread_sentence("The account is", store.read_state(Reading.ACCOUNT))
        return plain(sentence or "The account is not read yet.")
    call, is_used = distance_now(store), account.margin_level is not None
    stop_out = distance_words(distance_now(store, STOP_OUT_PERCENT), currency)
    return MarginReport(
        money_text(account.equity, currency),
        money_text(account.margin, currency),
        money_text(account.margin_free, currency),
        percent(account.margin_level) if is_used else "no margin used",
        distance_words(call, currency),
        stop_out.replace("margin call", "stop-out") if is_used else None,
        is_near(call),
    )


# --- exposure ---


class ReportTable(msgspec.Struct, frozen=True):
    """Texts in columns, the first to the left and the others to the right; `widths` in cells."""

    widths: tuple[int, ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class ExposureReport(msgspec.Struct, frozen=True):
    """What is net held by symbol and by currency. `tables` are empty where nothing is known to be held;
    `nothing` says so where that is certain. `missing` are sentences on what could not be worked out,
    `doubts` on what is not certain of the positions."""

    tables: tuple[ReportTable, ...]
    nothing: str | None
    missing: tuple[str, ...]
    doubts: tuple[str, ...]


def exposure_report(store: Store) -> ExposureReport:
    """The net exposure at the prices of now, each row with its value."""
    doubts = positions_not_known(store)
    if not store.positions:
        return ExposureReport((), None if doubts else nothing_words(store), (), doubts)
    net, currency = net_exposure(positions_now(store), store.specs.get, store.rate), currency_of(store)
    value = f"value {currency or ''}".rstrip()
    tables = (
        ReportTable(
            (11, 9, 9, 9, 18),
            ("by symbol", "long", "short", "net", value),
            tuple(_symbol_row(one, currency) for one in net.by_symbol),
        ),
        ReportTable(
            (11, 27, 18),
            ("by currency", "amount", value),
            tuple(_currency_row(one, currency) for one in net.by_currency),
        ),
    )
    return ExposureReport(tables, None, _missing(net), doubts)


def _symbol_row(of: SymbolExposure, currency: str | None) -> tuple[str, ...]:
    net = f"{'+' if of.lots > 0 else '-' if of.lots < 0 else ''}{lots_words(abs(of.lots))}"
    return name(of.symbol), lots_words(of.longs), lots_words(of.shorts), net, _value(of.value, currency)


def _currency_row(of: CurrencyExposure, currency: str | None) -> tuple[str, ...]:
    return name(of.currency), signed_amount_text(of.amount, of.currency), _value(of.value, currency)


def _value(value: Amount, currency: str | None) -> str:
    return NOT_KNOWN if isinstance(value, UnknownAmount) else signed_amount_text(value, currency)


def _missing(net: NetExposure) -> tuple[str, ...]:
    """What could not be worked out, each sentence once."""
    values = [*(one.value for one in net.by_symbol), *(one.value for one in net.by_currency)]
    unknown = [value.sentence for value in values if isinstance(value, UnknownAmount)]
    return tuple(dict.fromkeys((*net.missing, *unknown)))
