"""What the verbs that only show come to: results, margin, exposure, help. Nothing is changed by any."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from xbtfx_tui.commands.command import Help, ShowProfit
from xbtfx_tui.commands.grammar import VERBS, verb_help
from xbtfx_tui.domain.account_currency import known_words
from xbtfx_tui.domain.accounts import currency_decimals
from xbtfx_tui.domain.events import Reading
from xbtfx_tui.domain.exposure import (
    STOP_OUT_PERCENT,
    Amount,
    Unknown,
    distance_to_margin_call,
    distance_words,
    net_exposure,
)
from xbtfx_tui.domain.history_parts import NOTHING_MISSING, missing_words
from xbtfx_tui.domain.history_sums import ResultSum, history_sums
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.positions import Deal, HistoryPeriod, Position
from xbtfx_tui.domain.read_states import unread_sentence
from xbtfx_tui.domain.unread_rows import unread_words
from xbtfx_tui.domain.words import lots_words
from xbtfx_tui.orders.views import is_netting
from xbtfx_tui.planning.plan import NeedsHistory, Refusal, Sheet
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.planning.words import (
    currency_of,
    many,
    money,
    name,
    nothing_words,
    percent,
    positions_not_known,
    signed_money,
)
from xbtfx_tui.store.store import Store

_DAYS = {
    HistoryPeriod.TODAY: 0,
    HistoryPeriod.LAST_3_DAYS: 3,
    HistoryPeriod.LAST_WEEK: 7,
    HistoryPeriod.LAST_MONTH: 30,
    HistoryPeriod.LAST_3_MONTHS: 90,
    HistoryPeriod.LAST_6_MONTHS: 180,
}
_HEADS = f"{'symbol':<10}{'deals':>6}{'lots':>10}{'profit':>20}{'won':>6}"


# --- results ---


def profit_sheet(command: ShowProfit, view: PlanView) -> Sheet | NeedsHistory:
    """What the period realised, by symbol and in all."""
    period = command.period
    words = period.value.replace("_", " ")
    title = f"Realised {words if period is not HistoryPeriod.ALL else 'in all'}"
    deals = view.store.history.get(period)
    if deals is None:
        return NeedsHistory(period, f"The deals of {words} are being read; wait a moment.")
    sums, currency = history_sums(deals), currency_of(view.store)
    rows = [*((name(symbol), one) for symbol, one in sums.by_symbol), ("in all", sums.total)]
    lines = [_HEADS, *(_result_line(of, one, currency) for of, one in rows)]
    if not sums.by_symbol:
        lines = ["Nothing was closed."]
    if sums.opening:
        lines.append(
            f"The deals that opened came to {signed_money(sums.opening, currency)}: in no sum above."
        )
    if sums.unclear:
        lines.append(f"{many(sums.unclear, 'deal')} could not be read as opening or closing: in no sum.")
    if unread := view.store.history_book.unread.get(period):
        lines.append(f"Of the deals {unread_words(unread)}: in no sum.")
    if missing := missing_words(view.store.history_book.missing.get(period, NOTHING_MISSING)):
        lines.append(missing)
    if newer := _newer(deals, period, view):
        lines.append(f"{many(newer, 'deal')} since then not in it yet: it is being read again.")
    return Sheet(title, tuple(lines), period)


def _result_line(of: str, one: ResultSum, currency: str | None) -> str:
    rate = f"{one.win_rate:.0f}%" if one.win_rate is not None else "-"
    profit = signed_money(one.profit, currency)
    return f"{of:<10}{one.deals:>6}{lots_words(one.lots):>10}{profit:>20}{rate:>6}"


def _newer(deals: Iterable[Deal], period: HistoryPeriod, view: PlanView) -> int:
    """Deals of the period that the stream told and that were not read yet."""
    read = {deal.ticket for deal in deals}
    today = datetime.fromtimestamp(view.now.wall, UTC).date()
    days = _DAYS.get(period)
    since = None if days is None else today - timedelta(days=days)
    return sum(
        deal.ticket not in read and (since is None or deal.time is None or deal.time.date() >= since)
        for deal in view.store.recent_deals
    )


# --- margin and exposure ---


def margin_sheet(view: PlanView) -> Sheet | Refusal:
    """The account's margin, and how far the margin call and the stop-out are."""
    store, currency = view.store, currency_of(view.store)
    account = store.live_account()
    if account is None:
        state = store.read_state(Reading.ACCOUNT)
        return Refusal(plain(unread_sentence("The account is", state) or "The account is not read yet."))
    held = _live(store)
    call = distance_to_margin_call(account, held, store.specs.get, store.rate)
    out = distance_to_margin_call(account, held, store.specs.get, store.rate, STOP_OUT_PERCENT)
    level = percent(account.margin_level) if account.margin_level is not None else "no margin used"
    rows = (
        ("equity", money(account.equity, currency)),
        ("margin", money(account.margin, currency)),
        ("free", money(account.margin_free, currency)),
        ("level", level),
    )
    lines = [*(f"{label:<8}{figure:>20}" for label, figure in rows), distance_words(call, currency)]
    if account.margin_level is not None:
        lines.append(f"Stop-out: {distance_words(out, currency).replace('margin call', 'stop-out')}")
    lines.append("Levels of call and stop-out as the broker publishes them; the API tells neither.")
    lines += positions_not_known(store)
    return Sheet("Margin", tuple(lines))


def exposure_sheet(view: PlanView) -> Sheet:
    """What is net held, by symbol and by currency, each with its value."""
    store, currency = view.store, currency_of(view.store)
    held = _live(store)
    if not held:
        return Sheet("Net exposure", (nothing_words(store),))
    net = net_exposure(held, store.specs.get, store.rate)
    lines = ["By symbol:"]
    for one in net.by_symbol:
        both = f"  ({lots_words(one.longs)} long, {lots_words(one.shorts)} short)"
        hedged = both if one.longs and one.shorts else ""
        value = _value(one.value, currency)
        lines.append(f"  {name(one.symbol):<10}{_signed_lots(one.lots):>10} lots {value:>24}{hedged}")
    lines.append("By currency:")
    for of in net.by_currency:
        amount = f"{of.amount:+z,.{currency_decimals(of.currency)}f}"
        lines.append(f"  {name(of.currency):<10}{amount:>18}{_value(of.value, currency):>22}")
    values = [*(one.value for one in net.by_symbol), *(of.value for of in net.by_currency)]
    unknown = [value.sentence for value in values if isinstance(value, Unknown)]
    missing = dict.fromkeys((*net.missing, *unknown, *positions_not_known(store)))
    return Sheet("Net exposure", (*lines, *missing))


def _live(store: Store) -> tuple[Position, ...]:
    """The positions at the prices of now."""
    return tuple(
        replace(position, price_current=store.live_price(position), profit=store.live_profit(position))
        for position in store.positions.values()
    )


def _signed_lots(lots: Decimal) -> str:
    sign = "+" if lots > 0 else "-" if lots < 0 else ""
    return f"{sign}{lots_words(abs(lots))}"


def _value(value: Amount, currency: str | None) -> str:
    return "not known" if isinstance(value, Unknown) else signed_money(value, currency)


# --- the account's currency ---


def currency_sheet(view: PlanView) -> Sheet | Refusal:
    """What the account is in, and how that is known."""
    if view.store.account is None:
        return Refusal("The account has not been read yet; wait a moment.")
    return Sheet("The account's currency", (known_words(view.store.currency),))


# --- help ---


def help_sheet(command: Help, view: PlanView) -> Sheet | Refusal:
    """The verbs there are, or what one does; what a netting account lacks is said."""
    if command.verb is None:
        width = max(len(verb.name) for verb in VERBS)
        return Sheet("Commands", tuple(f"{verb.name:<{width}}  {verb.does}" for verb in VERBS))
    words = verb_help(command.verb)
    if words is None:
        return Refusal(f'There is no verb "{plain(command.verb, 20)}": help lists them.')
    lines = tuple(words.splitlines())
    if command.verb == "closeby" and is_netting(view.store):
        lines = (*lines, "This account nets: it has no opposite positions to close by.")
    return Sheet(f"Help on {plain(command.verb, 20)}", lines)
