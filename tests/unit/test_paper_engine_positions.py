"""What trades make of positions on the paper account, in both margin modes, and what the account tells."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.paper_engine_accounts import PaperTrader, done
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import Keep, MoveTo, Remove
from xbtfx_tui.domain.positions import DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    DealDone,
    PositionClosed,
    PositionOpened,
    PositionUpdated,
)
from xbtfx_tui.paper.account.account_config import NettingStops
from xbtfx_tui.paper.account.command_results import (
    Cause,
    Closed,
    HalfReversedResult,
    RefusalCode,
    ReversedResult,
    TradeRefusal,
)
from xbtfx_tui.paper.account.trade_requests import (
    CloseAllRequest,
    CloseByRequest,
    CloseSymbolRequest,
    ModifyRequest,
    ReverseRequest,
    TradeRequest,
)


def last_deal(trader: PaperTrader) -> tuple[DealEntry | None, Side, Decimal, Decimal, int | None]:
    deal = trader.engine.deals()[-1]
    return deal.entry, deal.side, deal.volume, deal.profit, deal.position


# --- hedging ---------------------------------------------------------------------------------------------


def test_hedging_keeps_every_trade_apart_under_its_orders_ticket() -> None:
    trader = PaperTrader()
    first, second = trader.buy("EURUSD", "0.10"), trader.sell("EURUSD", "0.10")
    assert trader.tickets == [first, second]
    assert [deal.order for deal in trader.engine.deals()] == [first, second]


def test_a_part_close_keeps_the_ticket() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10")
    trader.engine.take_events()
    # 0.04 of it at a spread of 0.00010: -0.40.
    assert trader.close(ticket, "0.04") == Decimal("-0.40")
    assert trader.position(ticket).volume == Decimal("0.06")
    assert trader.engine.account().margin == Decimal("64.80")  # 108.00 x 0.06 / 0.10
    assert last_deal(trader) == (DealEntry.OUT, Side.SELL, Decimal("0.04"), Decimal("-0.40"), ticket)
    deal, update = trader.engine.take_events()
    assert isinstance(deal, DealDone)
    assert update == PositionUpdated(ticket, Decimal("-0.60"), Decimal("1.08000"), Decimal("0.06"))


def test_a_full_close_tells_what_was_realised() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10")
    opened = trader.engine.take_events()
    assert opened[1] == PositionOpened(ticket, "EURUSD", Side.BUY, Decimal("0.10"), Decimal("1.08010"))
    trader.close(ticket, "0.10")
    assert trader.engine.take_events()[1] == PositionClosed(ticket, "EURUSD", Decimal("-1.00"))
    assert trader.engine.take_events() == []


def test_close_by_shrinks_the_larger_and_saves_the_spread() -> None:
    # Long 0.30 at 1.08010 by short 0.20 at 1.08110: 0.00100 x 20,000 = 20.00, whatever the market is now.
    trader = PaperTrader()
    long = trader.buy("EURUSD", "0.30")
    trader.tick("EURUSD", "1.08110", "1.08120")
    short = trader.sell("EURUSD", "0.20")
    trader.tick("EURUSD", "1.05000", "1.05010")
    closed = done(trader.engine.close_by(CloseByRequest("by", long, short), trader.now))
    assert trader.tickets == [long]
    assert trader.position(long).volume == Decimal("0.10")
    assert [deal.profit for deal in closed.deals] == [Decimal("20.00"), Decimal(0)]
    assert {deal.entry for deal in closed.deals} == {DealEntry.OUT_BY}
    assert [deal.position for deal in closed.deals] == [long, short]
    assert trader.balance == Decimal("10020.00")
    assert [run.cause for run in trader.engine.executions_of("by")] == [Cause.CLOSE_BY]


def test_close_by_of_equals_leaves_nothing() -> None:
    trader = PaperTrader()
    long, short = trader.buy("EURUSD", "0.10"), trader.sell("EURUSD", "0.10")
    done(trader.engine.close_by(CloseByRequest("by", short, long), trader.now))
    assert trader.tickets == []
    assert trader.balance == Decimal("9999.00")  # the spread, paid once


def test_close_by_realises_the_swap_of_both() -> None:
    # Wednesday's triple night: the long pays 3 x 6.50 a lot, the short gets 3 x 2.10.
    trader = PaperTrader()
    long, short = trader.buy("EURUSD", "1.00"), trader.sell("EURUSD", "1.00")
    trader.wait(timedelta(days=1))
    closed = done(trader.engine.close_by(CloseByRequest("by", long, short), trader.now))
    assert [deal.profit for deal in closed.deals] == [Decimal("-10.00") + Decimal("-19.50"), Decimal("6.30")]


def test_reverse_closes_and_opens_the_opposite() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10", sl="1.07000")
    reversed_ = done(trader.engine.reverse(ReverseRequest("turn", ticket), trader.now))
    assert isinstance(reversed_, ReversedResult)
    (held,) = trader.engine.positions()
    assert (held.side, held.volume, held.sl) == (Side.SELL, Decimal("0.10"), None)
    assert reversed_.open.position == held.ticket != ticket
    (run,) = trader.engine.executions_of("turn")
    assert run.deals == (reversed_.close.deal.ticket, reversed_.open.deal.ticket)


def test_a_reverse_whose_opening_is_refused_is_left_half_done() -> None:
    # 1,080.05 of margin on 1,085: after a loss of 10.00 the opposite no longer has its margin.
    trader = PaperTrader(balance="1085")
    ticket = trader.buy("EURUSD", "1.00")
    half = trader.engine.reverse(ReverseRequest("turn", ticket), trader.now)
    assert isinstance(half, HalfReversedResult)
    assert half.refusal.retcode == 10019
    assert trader.tickets == []
    (run,) = trader.engine.executions_of("turn")
    assert run.deals == (half.close.deal.ticket,)


def test_the_second_half_of_a_reverse_can_be_refused_at_will() -> None:
    trader = PaperTrader()
    no = TradeRefusal(RefusalCode.REJECTED, "no", 10006)
    ticket = trader.buy("EURUSD", "0.10")
    half = trader.engine.reverse(ReverseRequest("turn", ticket), trader.now, refuse_open=no)
    assert isinstance(half, HalfReversedResult)
    assert half.refusal is no
    assert trader.tickets == []


def test_bulk_closes_say_what_became_of_every_ticket() -> None:
    trader = PaperTrader()
    euro, index, other = (
        trader.buy("EURUSD", "0.10"),
        trader.buy("NDXUSD", "1"),
        trader.sell("EURUSD", "0.10"),
    )
    closed = done(trader.engine.close_symbol(CloseSymbolRequest("s", "EURUSD"), trader.now))
    assert [line.ticket for line in closed.lines] == [euro, other]
    assert (closed.closed, closed.failed, closed.total_profit) == (2, 0, Decimal("-2.00"))

    euro = trader.buy("EURUSD", "0.10")
    trader.shut.add("NDXUSD")
    closed = done(trader.engine.close_all(CloseAllRequest("a"), trader.now))
    assert [(line.ticket, isinstance(line.outcome, Closed)) for line in closed.lines] == [
        (index, False),
        (euro, True),
    ]
    assert trader.tickets == [index]
    assert len(trader.engine.executions_of("a")) == 1


def test_modify_sets_keeps_and_removes() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10", sl="1.07000", tp="1.09000")
    trader.engine.take_events()
    done(trader.engine.modify(ModifyRequest("m", ticket, MoveTo(Decimal("1.07500")), Keep()), trader.now))
    held = trader.position(ticket)
    assert (held.sl, held.tp) == (Decimal("1.07500"), Decimal("1.09000"))
    assert trader.engine.take_events() == [
        PositionUpdated(ticket, sl=Decimal("1.07500"), tp=Decimal("1.09000"))
    ]
    done(trader.engine.modify(ModifyRequest("m", ticket, Remove(), MoveTo(Decimal(0))), trader.now))
    held = trader.position(ticket)
    assert (held.sl, held.tp) == (None, None)
    assert trader.engine.executions[-1].cause is Cause.MODIFY


# --- netting ---------------------------------------------------------------------------------------------


def netting() -> PaperTrader:
    return PaperTrader(mode=MarginMode.NETTING)


def test_netting_adds_at_the_weighted_average() -> None:
    # 0.10 at 1.08010 and 0.20 at 1.08110: (0.10 x 1.08010 + 0.20 x 1.08110) / 0.30 = 1.080766666..,
    # kept to four decimals beyond the symbol's five.
    trader = netting()
    ticket = trader.buy("EURUSD", "0.10")
    trader.tick("EURUSD", "1.08100", "1.08110")
    assert trader.buy("EURUSD", "0.20") == ticket
    held = trader.position(ticket)
    assert (held.volume, held.price_open) == (Decimal("0.30"), Decimal("1.080766667"))
    assert held.profit == Decimal("7.00")  # 0.000233333 x 30,000: the first's 9.00, less 2.00 of spread
    assert last_deal(trader)[0] is DealEntry.IN
    # 100 EUR at 1.08005 and 200 EUR at 1.08105: 108.005 and 216.21, each to the even cent.
    assert trader.engine.account().margin == Decimal("324.21")


def test_netting_an_equal_opposite_closes() -> None:
    trader = netting()
    ticket = trader.buy("EURUSD", "0.10")
    assert trader.sell("EURUSD", "0.10") == 0
    assert trader.tickets == []
    assert last_deal(trader) == (DealEntry.OUT, Side.SELL, Decimal("0.10"), Decimal("-1.00"), ticket)


def test_netting_a_smaller_opposite_reduces_and_leaves_the_stops() -> None:
    trader = netting()
    ticket = trader.buy("EURUSD", "0.10", sl="1.07000")
    assert trader.sell("EURUSD", "0.04", sl="1.09000") == ticket
    held = trader.position(ticket)
    assert (held.side, held.volume, held.sl) == (Side.BUY, Decimal("0.06"), Decimal("1.07000"))


def test_netting_a_larger_opposite_flips() -> None:
    # Buy 0.10, sell 0.15 = sell 0.05, under the ticket of the order that turned it.
    trader = netting()
    ticket = trader.buy("EURUSD", "0.10", sl="1.07000")
    trader.engine.take_events()
    turned = trader.sell("EURUSD", "0.15", tp="1.06000")
    held = trader.position(turned)
    assert trader.tickets == [turned] != [ticket]
    assert (held.side, held.volume, held.price_open) == (Side.SELL, Decimal("0.05"), Decimal("1.08000"))
    assert (held.sl, held.tp) == (None, Decimal("1.06000"))
    assert last_deal(trader) == (DealEntry.IN_OUT, Side.SELL, Decimal("0.15"), Decimal("-1.00"), ticket)
    told = trader.engine.take_events()[1:]
    assert told == [
        PositionClosed(ticket, "EURUSD", Decimal("-1.00")),
        PositionOpened(turned, "EURUSD", Side.SELL, Decimal("0.05"), Decimal("1.08000")),
    ]
    # The deals that follow still name the position by its first ticket.
    trader.close(turned)
    assert last_deal(trader)[4] == ticket


@pytest.mark.parametrize(
    ("netting_stops", "brings", "sl", "tp"),
    [
        (NettingStops.KEEP, None, "1.07000", "1.09000"),
        (NettingStops.KEEP, "1.07500", "1.07500", "1.09000"),
        (NettingStops.WIPE, None, None, None),
        (NettingStops.WIPE, "1.07500", "1.07500", None),
    ],
)
def test_netting_an_addition_brings_its_own_stops_and_keeps_or_wipes_the_others(
    netting_stops: NettingStops, brings: str | None, sl: str | None, tp: str | None
) -> None:
    trader = PaperTrader(mode=MarginMode.NETTING, netting_stops=netting_stops)
    ticket = trader.buy("EURUSD", "0.10", sl="1.07000", tp="1.09000")
    trader.engine.take_events()
    trader.buy("EURUSD", "0.10", sl=brings)
    held = trader.position(ticket)
    assert (held.sl, held.tp) == (sl and Decimal(sl), tp and Decimal(tp))
    updates = [event for event in trader.engine.take_events() if isinstance(event, PositionUpdated)]
    assert [(update.sl, update.tp) for update in updates] == [(Decimal(sl or 0), Decimal(tp or 0))]


def test_netting_a_position_larger_than_an_order_may_be_can_still_be_closed() -> None:
    trader = PaperTrader(mode=MarginMode.NETTING, balance="1000000")
    trader.buy("EURUSD", "50")
    ticket = trader.buy("EURUSD", "20")
    trader.close(ticket)
    assert trader.tickets == []


def test_netting_flip_needs_margin_for_what_is_left_only() -> None:
    trader = PaperTrader(mode=MarginMode.NETTING, balance="1100")
    trader.buy("EURUSD", "1.00")
    trader.sell("EURUSD", "1.50")
    assert trader.engine.account().margin == Decimal(
        "540.02"
    )  # 500 EUR at 1.08005: 540.025, to the even cent


def test_netting_reverse_turns_the_position_round() -> None:
    trader = netting()
    ticket = trader.buy("EURUSD", "0.10")
    assert isinstance(trader.engine.reverse(ReverseRequest("turn", ticket), trader.now), ReversedResult)
    (held,) = trader.engine.positions()
    assert (held.side, held.volume) == (Side.SELL, Decimal("0.10"))


# --- what is asked ---------------------------------------------------------------------------------------


def test_deals_are_found_by_their_time() -> None:
    trader = PaperTrader()
    start = trader.now
    ticket = trader.buy("EURUSD", "0.10")
    trader.now = trader.now.replace(hour=13)
    trader.close(ticket)
    assert len(trader.engine.deals()) == 2
    assert [deal.entry for deal in trader.engine.deals(start, trader.now)] == [DealEntry.IN]
    assert [deal.entry for deal in trader.engine.deals(trader.now)] == [DealEntry.OUT]


def test_positions_can_be_asked_of_one_symbol() -> None:
    trader = PaperTrader()
    trader.buy("NDXUSD", "1")
    ticket = trader.buy("EURUSD", "0.10")
    assert [held.ticket for held in trader.engine.positions("EURUSD")] == [ticket]
    assert trader.engine.positions("GBPUSD") == ()


def test_a_position_that_is_gone_moves_no_more() -> None:
    trader = PaperTrader()
    ticket, other = trader.buy("EURUSD", "0.10"), trader.buy("EURUSD", "0.10")
    trader.tick("EURUSD", "1.08100", "1.08110")
    trader.close(ticket)
    assert [move.ticket for move in trader.engine.take_moves()] == [other]


def test_a_tick_that_can_not_be_is_passed_over() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10")
    trader.tick("EURUSD", "0", "1.08010")
    trader.tick("EURUSD", "1.09", "1.08")
    trader.tick("NOSUCH", "1", "2")
    assert trader.position(ticket).price_current == Decimal("1.08000")
    assert trader.engine.quote("NOSUCH") is None


def test_tickets_of_orders_and_deals_are_never_the_same() -> None:
    trader = PaperTrader()
    done(trader.engine.trade(TradeRequest("a", "EURUSD", Side.BUY, Decimal("0.10")), trader.now))
    (deal,) = trader.engine.deals()
    assert deal.ticket != deal.order
