"""`xbtfx-tui positions|account|history`: what is held, owned and done, read once. They send no order."""

import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.cli_commands.account_options import account_options, settings_and_key
from xbtfx_tui.cli_commands.table_output import (
    NOTHING,
    aligned,
    exact,
    iso,
    money,
    price,
    print_json,
    print_lines,
    signed_money,
)

if TYPE_CHECKING:
    from xbtfx_tui.cli_commands.account_reads import AccountFigures, Dealt, HeldRead
    from xbtfx_tui.domain.history_totals import ResultSum
    from xbtfx_tui.domain.partial_history import PartsSoFar
    from xbtfx_tui.domain.positions import Deal, HistoryPeriod, Position
    from xbtfx_tui.domain.unreadable_rows import UnreadRow
    from xbtfx_tui.ui.screen_times import ScreenTimes

FINE, _NOT_ALL_READ = 0, 1
_COUNT_SYMBOLS = 1


@click.command("positions", short_help="List the open positions.")
@click.argument("symbol", required=False)
@account_options
def positions(
    symbol: str | None,
    profile: str | None,
    config: Path | None,
    base_url: str | None,
    ws_url: str | None,
    currency: str | None,
    as_json: bool,
) -> int:
    """List the open positions, all or those of SYMBOL, which may be a pattern ("EUR*").

    \b
    JSON: {positions: [{ticket, symbol, side, volume, price_open, price_current, sl, tp, profit, swap}],
    count, profit, swap, currency, unread: [{ticket, symbol, why}], doubt}; volume in lots, money in the
    account's currency, figures as text. unread are positions whose rows can't be read: they are in no sum.
    doubt is a sentence where the list may lack some, else null.

    Exit codes: 0 good, 1 failed, not every row could be read or the list may lack some, 2 wrong use, wrong
    settings or a SYMBOL that the account does not have.
    """
    settings, key = settings_and_key(profile, config, base_url, ws_url, currency)
    from xbtfx_tui.cli_commands.account_reads import read_positions, run_read
    from xbtfx_tui.cli_commands.symbol_argument import symbol_filter
    from xbtfx_tui.planning.plan_text import EMPTY_IN_DOUBT

    held = run_read(settings, key, read_positions)
    seen = _symbols_seen(held.positions, held.unread)
    meant = symbol_filter(symbol, held.symbols, seen)
    chosen = [one for one in held.positions if meant.takes(one.symbol)]
    doubt = EMPTY_IN_DOUBT if held.is_empty_in_doubt else None
    if as_json:
        values = _positions_json(chosen, held.account.currency) | _unread_json(held.unread)
        print_json(values | {"doubt": doubt})
    elif doubt is None:
        print_lines(_position_lines(chosen, held, symbol))
    return _said_of(held.unread, *filter(None, (meant.doubt, doubt)))


@click.command("account", short_help="Show the account's figures.")
@account_options
def account(
    profile: str | None,
    config: Path | None,
    base_url: str | None,
    ws_url: str | None,
    currency: str | None,
    as_json: bool,
) -> int:
    """Show balance, equity, profit, margin, free margin and level, and what the key may do.

    \b
    JSON: {login, currency, balance, equity, profit, margin, margin_free, margin_level, leverage, margin_mode,
    tier, permissions, server}; money and level (in percent) as text, null where there is none.

    Exit codes: 0 good, 1 failed, 2 wrong use or wrong settings.
    """
    settings, key = settings_and_key(profile, config, base_url, ws_url, currency)
    from xbtfx_tui.cli_commands.account_reads import read_account, run_read

    found = run_read(settings, key, read_account)
    if as_json:
        print_json(_account_json(found))
    else:
        print_lines(_account_lines(found))
    return FINE


@click.command("history", short_help="List the deals of a period and what they came to.")
@click.argument("period", required=False, default="today")
@click.argument("symbol", required=False)
@account_options
def history(
    period: str,
    symbol: str | None,
    profile: str | None,
    config: Path | None,
    base_url: str | None,
    ws_url: str | None,
    currency: str | None,
    as_json: bool,
) -> int:
    """List the deals of a PERIOD, oldest first, all or those of SYMBOL, and what they came to.

    PERIOD is today by the server (the default), last_3_days, last_week, last_month, last_3_months,
    last_6_months or all. SYMBOL may be a pattern ("EUR*"). The sums count what closed something. Times are
    UTC, or by the clock that the config names (times); JSON is in UTC.

    \b
    JSON: {period, currency, deals: [{ticket, time, symbol, side, entry, volume, price, profit, order,
    position}], sums: [{symbol, deals, lots, profit, win_rate}], total: {deals, lots, profit, win_rate},
    unread: [{ticket, symbol, why}], missing_days, asked_back_to}; unread are deals whose rows can't be read,
    missing_days have more deals than one answer may hold: they are in no sum. A long history is read in
    parts, back to the day asked_back_to (null: all of the period).

    Exit codes: 0 good, 1 failed or not every row could be read, 2 wrong use, wrong settings or a SYMBOL
    that the account does not have.
    """
    chosen_period = read_period(period)
    settings, key = settings_and_key(profile, config, base_url, ws_url, currency)
    from xbtfx_tui.cli_commands.account_reads import read_deals, run_read
    from xbtfx_tui.cli_commands.shell_times import times_in
    from xbtfx_tui.cli_commands.symbol_argument import symbol_filter
    from xbtfx_tui.domain.partial_history import missing_words

    dealt = run_read(settings, key, lambda client: read_deals(client, chosen_period, _tell_part))
    meant = symbol_filter(symbol, dealt.symbols, _symbols_seen(dealt.deals, dealt.unread))
    deals = [deal for deal in dealt.deals if meant.takes(deal.symbol)]
    if as_json:
        missing = {
            "missing_days": [day.isoformat() for day in dealt.missing.days],
            "asked_back_to": dealt.missing.asked_back_to and dealt.missing.asked_back_to.isoformat(),
        }
        values = _history_json(deals, chosen_period, dealt.account.currency)
        print_json(values | _unread_json(dealt.unread) | missing)
    else:
        print_lines(_history_lines(deals, chosen_period, dealt, symbol, times_in(settings.times)))
    if dealt.missing:
        click.echo(f"xbtfx-tui: {missing_words(dealt.missing)}", err=True)
    return _said_of(dealt.unread, meant.doubt) or (_NOT_ALL_READ if dealt.missing.days else FINE)


def _tell_part(so_far: "PartsSoFar") -> None:
    """How far a long history has come, for whoever waits at a terminal."""
    if sys.stderr.isatty():
        back_to = so_far.back_to.isoformat()
        click.echo(f"xbtfx-tui: {so_far.deals:,} deals read, back to {back_to} ...", err=True)


def read_period(text: str) -> "HistoryPeriod":
    """The period of that name. Raises click.UsageError with those there are."""
    from xbtfx_tui.domain.positions import HistoryPeriod
    from xbtfx_tui.domain.text_sanitizer import plain

    try:
        return HistoryPeriod(text.strip().lower().replace("-", "_"))
    except ValueError:
        names = ", ".join(one.value for one in HistoryPeriod)
        raise click.UsageError(
            f'"{plain(text, 40)}" is no period: it is one of {names}, before a symbol: '
            "xbtfx-tui history last_week EURUSD."
        ) from None


def _symbols_seen(
    rows: "Sequence[Position] | Sequence[Deal]", unread: "Sequence[UnreadRow]"
) -> frozenset[str]:
    """The symbols that the account has or had, as its rows show, be they in its list or not."""
    return frozenset(row.symbol for row in rows) | {row.symbol for row in unread if row.symbol is not None}


def _said_of(unread: "Sequence[UnreadRow]", *doubts: str) -> int:
    """Say beside the list, on stderr, what is missing in it, and what is not known of it; the exit code."""
    from xbtfx_tui.domain.unreadable_rows import unread_words

    sentences = [f"{unread_words(unread)}."] if unread else []
    sentences += filter(None, doubts)
    for sentence in sentences:
        click.echo(f"xbtfx-tui: {sentence}", err=True)
    return _NOT_ALL_READ if sentences else FINE


def _unread_json(unread: "Sequence[UnreadRow]") -> dict[str, object]:
    return {"unread": [{"ticket": row.ticket, "symbol": row.symbol, "why": row.why} for row in unread]}


# --- positions ---


def _position_lines(chosen: "Sequence[Position]", held: "HeldRead", symbol: str | None) -> list[str]:
    from xbtfx_tui.domain.money_text import signed_money_text
    from xbtfx_tui.domain.order_text import lots_words
    from xbtfx_tui.domain.text_sanitizer import plain

    if not chosen:
        none = f"No position of {plain(symbol, 40)} is open" if symbol else "No position is open"
        return [f"{none} among the rows that can be read." if held.unread else f"{none}."]
    currency = held.account.currency
    rows = []
    for one in chosen:
        row = held.symbols.get(one.symbol)
        digits = None if row is None else row.digits
        prices = [price(value, digits) for value in (one.price_open, one.price_current, one.sl, one.tp)]
        rows.append(
            [
                str(one.ticket),
                plain(one.symbol, 40),
                one.side.value,
                lots_words(one.volume),
                *prices,
                signed_money(one.swap, currency),
                signed_money(one.profit, currency),
            ]
        )
    count = "1 position" if len(chosen) == 1 else f"{len(chosen)} positions"
    total = signed_money_text(sum((one.profit for one in chosen), Decimal(0)), currency)
    swap = signed_money_text(sum((one.swap for one in chosen), Decimal(0)), currency)
    head = "ticket <symbol <side lots open now sl tp swap profit"
    return [*aligned(head, rows), "", f"{count}, profit {total}, swap {swap}."]


def _positions_json(chosen: "Sequence[Position]", currency: str | None) -> dict[str, object]:
    return {
        "positions": [
            {
                "ticket": one.ticket,
                "symbol": one.symbol,
                "side": one.side.value,
                "volume": exact(one.volume),
                "price_open": exact(one.price_open),
                "price_current": exact(one.price_current),
                "sl": exact(one.sl),
                "tp": exact(one.tp),
                "profit": exact(one.profit),
                "swap": exact(one.swap),
            }
            for one in chosen
        ],
        "count": len(chosen),
        "profit": exact(sum((one.profit for one in chosen), Decimal(0))),
        "swap": exact(sum((one.swap for one in chosen), Decimal(0))),
        "currency": currency,
    }


# --- account ---


def _account_lines(found: "AccountFigures") -> list[str]:
    from xbtfx_tui.domain.text_sanitizer import plain

    figures, currency = found.account, found.account.currency
    name = f" {currency}" if currency else ""
    level = NOTHING if figures.margin_level is None else f"{figures.margin_level:z.2f}%"
    may = " and ".join(sorted(one.value for one in found.key.permissions)) or "nothing"
    server = plain(figures.server or found.key.server or "", 60)
    rows = [
        ("login", str(figures.login) + (f" at {server}" if server else "")),
        ("balance", money(figures.balance, currency) + name),
        ("equity", money(figures.equity, currency) + name),
        ("profit", signed_money(figures.profit, currency) + name),
        ("margin", money(figures.margin, currency) + name),
        ("free", money(figures.margin_free, currency) + name),
        ("level", level),
        ("leverage", "not known" if figures.leverage is None else f"1:{figures.leverage}"),
        ("mode", figures.margin_mode.value),
        ("key may", may),
    ]
    return [f"{name:<8}  {value}" for name, value in rows]


def _account_json(found: "AccountFigures") -> dict[str, object]:
    figures = found.account
    return {
        "login": figures.login,
        "currency": figures.currency,
        "balance": exact(figures.balance),
        "equity": exact(figures.equity),
        "profit": exact(figures.profit),
        "margin": exact(figures.margin),
        "margin_free": exact(figures.margin_free),
        "margin_level": exact(figures.margin_level),
        "leverage": figures.leverage,
        "margin_mode": figures.margin_mode.value,
        "tier": found.key.tier,
        "permissions": sorted(one.value for one in found.key.permissions),
        "server": figures.server or found.key.server,
    }


# --- history ---


def _history_lines(
    deals: "Sequence[Deal]", period: "HistoryPeriod", dealt: "Dealt", symbol: str | None, times: "ScreenTimes"
) -> list[str]:
    from xbtfx_tui.domain.history_totals import history_sums
    from xbtfx_tui.domain.order_text import lots_words
    from xbtfx_tui.domain.text_sanitizer import plain

    when = period.words
    if not deals:
        none = f"No deal of {plain(symbol, 40)} in {when}" if symbol else f"No deal in {when}"
        return [f"{none} among the rows that can be read." if dealt.unread else f"{none}."]
    currency = dealt.account.currency
    rows = []
    for deal in deals:
        row = dealt.symbols.get(deal.symbol)
        rows.append(
            [
                NOTHING if deal.time is None else times.dated(times.of_server(deal.time)),
                str(deal.ticket),
                plain(deal.symbol, 40),
                deal.side.value,
                deal.entry.value if deal.entry else NOTHING,
                lots_words(deal.volume),
                price(deal.price, None if row is None else row.digits),
                signed_money(deal.profit, currency),
                NOTHING if deal.position is None else str(deal.position),
            ]
        )
    sums = history_sums(deals)
    summed = [_sum_row(plain(name, 40), one, currency) for name, one in sums.by_symbol]
    if len(summed) > _COUNT_SYMBOLS:
        summed.append(_sum_row("total", sums.total, currency))
    closed = ["", *aligned("<closed deals lots profit won", summed)] if summed else []
    opening = signed_money(sums.opening, currency)
    opened = ["", f"The deals that opened came to {opening}: in no sum above."] if sums.opening else []
    unclear = ["", f"Deals of an unknown kind, in no sum: {sums.unclear}."] if sums.unclear else []
    head = f"<time({times.word}) ticket <symbol <side <entry lots price profit position"
    return [*aligned(head, rows), *closed, *opened, *unclear]


def _sum_row(name: str, one: "ResultSum", currency: str | None) -> list[str]:
    from xbtfx_tui.domain.order_text import lots_words

    won = NOTHING if one.win_rate is None else f"{one.win_rate:.0f}%"
    return [name, str(one.deals), lots_words(one.lots), signed_money(one.profit, currency), won]


def _history_json(
    deals: "Sequence[Deal]", period: "HistoryPeriod", currency: str | None
) -> dict[str, object]:
    from xbtfx_tui.domain.history_totals import history_sums

    sums = history_sums(deals)
    return {
        "period": period.value,
        "currency": currency,
        "deals": [
            {
                "ticket": deal.ticket,
                "time": iso(deal.time),
                "symbol": deal.symbol,
                "side": deal.side.value,
                "entry": deal.entry.value if deal.entry else None,
                "volume": exact(deal.volume),
                "price": exact(deal.price),
                "profit": exact(deal.profit),
                "order": deal.order,
                "position": deal.position,
            }
            for deal in deals
        ],
        "sums": [{"symbol": name, **_sum_json(one)} for name, one in sums.by_symbol],
        "total": _sum_json(sums.total),
        "opening": exact(sums.opening),
    }


def _sum_json(one: "ResultSum") -> dict[str, object]:
    rate = None if one.win_rate is None else f"{one.win_rate:.2f}"
    return {"deals": one.deals, "lots": exact(one.lots), "profit": exact(one.profit), "win_rate": rate}
