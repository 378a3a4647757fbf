"""What the verbs that only show come to: results, margin, exposure, help. Nothing is changed by any."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from xbtfx_tui.commands.command_types import Help, ShowProfit
from xbtfx_tui.commands.grammar import VERBS, verb_help
from xbtfx_tui.domain.account_currency import known_words
from xbtfx_tui.domain.history_totals import ResultSum, history_sums
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.partial_history import NOTHING_MISSING, missing_words
from xbtfx_tui.domain.positions import Deal, HistoryPeriod
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.unreadable_rows import unread_words
from xbtfx_tui.orders.store_views import is_netting
from xbtfx_tui.planning.exposure_report import (
    LEVELS_NOTE,
    ReportTable,
    exposure_report,
    margin_report,
    not_of_now,
)
from xbtfx_tui.planning.plan_text import currency_of, many, name, positions_not_known
from xbtfx_tui.planning.plan_types import NeedsHistory, PlanRefusal, Sheet
from xbtfx_tui.planning.ports import PlanView

_DAYS = {
    HistoryPeriod.TODAY: 0,
    HistoryPeriod.LAST_3_DAYS: 3,
    HistoryPeriod.LAST_WEEK: 7,
    HistoryPeriod.LAST_MONTH: 30,
    HistoryPeriod.LAST_3_MONTHS: 90,
    HistoryPeriod.LAST_6_MONTHS: 180,
}
_HEADS = f"{'symbol':<10}{'closing deals':>14}{'lots':>10}{'profit':>20}{'won':>6}"


# --- results ---


def profit_sheet(command: ShowProfit, view: PlanView) -> Sheet | NeedsHistory:
    """What the period realised, by symbol and in all."""
    period = command.period
    words = period.words
    title = f"Realised {words if period is not HistoryPeriod.ALL else 'in all'}"
    deals = view.store.history.get(period)
    if deals is None:
        return NeedsHistory(period, f"the deals of {words}")
    sums, currency = history_sums(deals), currency_of(view.store)
    rows = [*((name(symbol), one) for symbol, one in sums.by_symbol), ("in all", sums.total)]
    lines = [_HEADS, *(_result_line(of, one, currency) for of, one in rows)]
    if not sums.by_symbol:
        lines = ["Nothing was closed."]
    if sums.opening:
        lines.append(
            f"The deals that opened came to {signed_money_text(sums.opening, currency)}: in no sum above."
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
    profit = signed_money_text(one.profit, currency)
    return f"{of:<10}{one.deals:>14}{lots_words(one.lots):>10}{profit:>20}{rate:>6}"


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


def margin_sheet(view: PlanView) -> Sheet | PlanRefusal:
    """The account's margin, and how far the margin call and the stop-out are."""
    report = margin_report(view.store)
    if isinstance(report, str):
        return PlanRefusal(report)
    figures = (
        ("equity", report.equity),
        ("margin", report.margin),
        ("free", report.free),
        ("level", report.level),
    )
    words = (
        report.call,
        None if report.stop_out is None else f"Stop-out: {report.stop_out}",
        LEVELS_NOTE,
        not_of_now(view.store),
        *positions_not_known(view.store),
    )
    rows = [f"{label:<8}{figure:>20}" for label, figure in figures]
    return Sheet("Margin", (*rows, *filter(None, words)))


def exposure_sheet(view: PlanView) -> Sheet:
    """What is net held, by symbol and by currency, each with its value."""
    report = exposure_report(view.store)
    lines = [line for table in report.tables for line in _table_lines(table)]
    words = (not_of_now(view.store) if lines else None, report.nothing, *report.missing, *report.doubts)
    return Sheet("Net exposure", (*lines, *filter(None, words)))


def _table_lines(table: ReportTable) -> Iterable[str]:
    for first, *others in (table.heads, *table.rows):
        figures = zip(others, table.widths[1:], strict=True)
        yield f"{first:<{table.widths[0]}}{''.join(f'{text:>{width}}' for text, width in figures)}"


# --- the account's currency ---


def currency_sheet(view: PlanView) -> Sheet | PlanRefusal:
    """What the account is in, and how that is known."""
    if view.store.account is None:
        return PlanRefusal("The account has not been read yet; wait a moment.")
    return Sheet("The account's currency", (known_words(view.store.currency),))


# --- help ---


def help_sheet(command: Help, view: PlanView) -> Sheet | PlanRefusal:
    """The verbs there are, or what one does; what a netting account lacks is said."""
    if command.verb is None:
        width = max(len(verb.name) for verb in VERBS)
        return Sheet("Commands", tuple(f"{verb.name:<{width}}  {verb.does}" for verb in VERBS))
    words = verb_help(command.verb)
    if words is None:
        return PlanRefusal(f'There is no verb "{plain(command.verb, 20)}": help lists them.')
    lines = tuple(words.splitlines())
    if command.verb == "closeby" and is_netting(view.store):
        lines = (*lines, "This account nets: it has no opposite positions to close by.")
    return Sheet(f"Help on {plain(command.verb, 20)}", lines)
