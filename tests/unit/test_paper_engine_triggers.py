"""What prices set off on the paper account: stops, pending orders, the margin call and the stop-out."""

from decimal import Decimal

import pytest

from tests.unit.paper_engine_accounts import PaperTrader, done
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import MoveTo, Remove
from xbtfx_tui.domain.positions import OrderKind
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import OrderAdded, OrderRemoved
from xbtfx_tui.paper.account.command_results import Cause, MarginCalled, OrderLapsed, StoppedOut
from xbtfx_tui.paper.account.trade_requests import ModifyRequest


@pytest.mark.parametrize(
    ("side", "sl", "tp", "before", "at", "cause", "price"),
    [
        # A long lives by the bid: the ask may pass the level without effect.
        (
            Side.BUY,
            "1.07900",
            None,
            ("1.07901", "1.07911"),
            ("1.07900", "1.07910"),
            Cause.STOP_LOSS,
            "1.07900",
        ),
        (
            Side.BUY,
            None,
            "1.08100",
            ("1.08099", "1.08109"),
            ("1.08100", "1.08110"),
            Cause.TAKE_PROFIT,
            "1.08100",
        ),
        # A short by the ask.
        (
            Side.SELL,
            "1.08100",
            None,
            ("1.08089", "1.08099"),
            ("1.08090", "1.08100"),
            Cause.STOP_LOSS,
            "1.08100",
        ),
        (
            Side.SELL,
            None,
            "1.07900",
            ("1.07891", "1.07901"),
            ("1.07890", "1.07900"),
            Cause.TAKE_PROFIT,
            "1.07900",
        ),
        # A gap fills where the price lands, for better and for worse.
        (
            Side.BUY,
            "1.07900",
            None,
            ("1.07950", "1.07960"),
            ("1.07500", "1.07510"),
            Cause.STOP_LOSS,
            "1.07500",
        ),
        (
            Side.SELL,
            None,
            "1.07900",
            ("1.07950", "1.07960"),
            ("1.07500", "1.07510"),
            Cause.TAKE_PROFIT,
            "1.07510",
        ),
    ],
)
@pytest.mark.parametrize("mode", MarginMode)
def test_stops_close_at_the_sides_own_price(
    mode: MarginMode,
    side: Side,
    sl: str | None,
    tp: str | None,
    before: tuple[str, str],
    at: tuple[str, str],
    cause: Cause,
    price: str,
) -> None:
    trader = PaperTrader(mode=mode)
    ticket = (trader.buy if side is Side.BUY else trader.sell)("EURUSD", "0.10", sl=sl, tp=tp)
    trader.tick("EURUSD", *before)
    assert trader.tickets == [ticket]
    trader.tick("EURUSD", *at)
    assert trader.tickets == []
    assert trader.engine.deals()[-1].price == Decimal(price)
    run = trader.engine.executions[-1]
    assert (run.cause, run.request_id, run.tickets) == (cause, None, (ticket,))


def test_a_shut_market_sets_off_nothing_until_it_opens() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10", sl="1.07900")
    trader.shut.add("EURUSD")
    trader.tick("EURUSD", "1.07000", "1.07010")
    assert trader.tickets == [ticket]
    trader.shut.clear()
    trader.tick("EURUSD", "1.07000", "1.07010")
    assert trader.tickets == []


@pytest.mark.parametrize(
    ("kind", "price", "before", "at", "fill"),
    [
        (OrderKind.BUY_LIMIT, "1.07900", ("1.07891", "1.07901"), ("1.07890", "1.07900"), "1.07900"),
        (OrderKind.BUY_LIMIT, "1.07900", ("1.08000", "1.08010"), ("1.07800", "1.07810"), "1.07810"),
        (OrderKind.SELL_LIMIT, "1.08100", ("1.08099", "1.08109"), ("1.08100", "1.08110"), "1.08100"),
        (OrderKind.BUY_STOP, "1.08100", ("1.08089", "1.08099"), ("1.08090", "1.08100"), "1.08100"),
        (OrderKind.SELL_STOP, "1.07900", ("1.07901", "1.07911"), ("1.07900", "1.07910"), "1.07900"),
        (OrderKind.SELL_STOP, "1.07900", ("1.07901", "1.07911"), ("1.07000", "1.07010"), "1.07000"),
    ],
)
def test_a_pending_order_fills_once_its_price_is_reached(
    kind: OrderKind, price: str, before: tuple[str, str], at: tuple[str, str], fill: str
) -> None:
    trader = PaperTrader()
    order = done(trader.engine.place_pending(kind, "EURUSD", Decimal("0.10"), Decimal(price), trader.now))
    trader.tick("EURUSD", *before)
    assert trader.engine.orders() == (order,)
    assert trader.engine.account().margin == 0
    trader.engine.take_events()
    trader.tick("EURUSD", *at)
    assert trader.engine.orders() == ()
    held = trader.position(order.ticket)
    assert (held.side, held.price_open) == (kind.side, Decimal(fill))
    assert trader.engine.take_events()[0] == OrderRemoved(order.ticket)
    assert trader.engine.executions[-1].cause is Cause.PENDING


def test_a_stop_limit_turns_into_a_limit_and_then_fills() -> None:
    trader = PaperTrader()
    order = done(
        trader.engine.place_pending(
            OrderKind.BUY_STOP_LIMIT,
            "EURUSD",
            Decimal("0.10"),
            Decimal("1.08100"),
            trader.now,
            limit_price=Decimal("1.08050"),
        )
    )
    trader.engine.take_events()
    trader.tick("EURUSD", "1.08090", "1.08100")
    (waiting,) = trader.engine.orders()
    assert (waiting.ticket, waiting.kind) == (order.ticket, OrderKind.BUY_LIMIT)
    assert waiting.price == Decimal("1.08050")
    assert trader.engine.take_events() == [OrderRemoved(order.ticket), OrderAdded(waiting)]
    trader.tick("EURUSD", "1.08040", "1.08050")
    assert trader.tickets == [order.ticket]


def test_the_stops_of_a_pending_order_are_measured_from_its_price_and_go_with_it() -> None:
    trader = PaperTrader()
    order = done(
        trader.engine.place_pending(
            OrderKind.BUY_LIMIT, "EURUSD", Decimal("0.10"), Decimal("1.07000"), trader.now
        )
    )

    def moved(price: str) -> object:
        change = ModifyRequest("m", order.ticket, sl=MoveTo(Decimal(price)))
        return trader.engine.modify(change, trader.now)

    refusal = moved("1.07500")  # below the market, but above the order
    assert getattr(refusal, "retcode", None) == 10016
    done(moved("1.06900"))
    assert trader.engine.orders()[0].sl == Decimal("1.06900")
    trader.tick("EURUSD", "1.06990", "1.07000")
    assert trader.position(order.ticket).sl == Decimal("1.06900")
    done(trader.engine.modify(ModifyRequest("m", order.ticket, sl=Remove()), trader.now))
    assert trader.position(order.ticket).sl is None


def test_a_pending_order_without_the_money_lapses() -> None:
    trader = PaperTrader()
    order = done(
        trader.engine.place_pending(
            OrderKind.BUY_LIMIT, "EURUSD", Decimal(20), Decimal("1.07000"), trader.now
        )
    )
    trader.engine.take_events()
    trader.tick("EURUSD", "1.06000", "1.06010")
    removed, lapsed = trader.engine.take_events()
    assert removed == OrderRemoved(order.ticket)
    assert isinstance(lapsed, OrderLapsed)
    assert lapsed.refusal.retcode == 10019
    assert trader.tickets == []
    assert trader.engine.executions == []


def test_a_pending_order_waits_while_the_market_is_shut() -> None:
    trader = PaperTrader()
    done(
        trader.engine.place_pending(
            OrderKind.BUY_LIMIT, "EURUSD", Decimal("0.10"), Decimal("1.07000"), trader.now
        )
    )
    trader.shut.add("EURUSD")
    trader.tick("EURUSD", "1.06000", "1.06010")
    assert len(trader.engine.orders()) == 1


def test_a_pending_order_beyond_the_limit_of_positions_lapses() -> None:
    trader = PaperTrader(max_positions=1)
    done(
        trader.engine.place_pending(
            OrderKind.BUY_LIMIT, "EURUSD", Decimal("0.10"), Decimal("1.07000"), trader.now
        )
    )
    index = trader.buy("NDXUSD", "1.00")
    trader.engine.take_events()
    trader.tick("EURUSD", "1.06000", "1.06010")
    lapsed = trader.engine.take_events()[-1]
    assert isinstance(lapsed, OrderLapsed)
    assert lapsed.refusal.retcode == 10040
    assert trader.tickets == [index]


def test_the_margin_call_is_said_once_until_the_level_recovers() -> None:
    # 5 lots of USDJPY: 5,000 of margin on 10,000.
    trader = PaperTrader()
    trader.buy("USDJPY", "5.00")

    def calls() -> int:
        return sum(isinstance(event, MarginCalled) for event in trader.engine.take_events())

    trader.tick("USDJPY", "153.500", "153.520")  # -1.52 x 500,000 / 153.51 = -4,950.82: level 100.98 %
    assert calls() == 0
    trader.tick("USDJPY", "153.400", "153.420")  # -1.62 x 500,000 / 153.41 = -5,279.97: level 94.40 %
    assert calls() == 1
    trader.tick("USDJPY", "153.300", "153.320")
    assert calls() == 0
    trader.tick("USDJPY", "155.000", "155.020")
    trader.tick("USDJPY", "153.300", "153.320")
    assert calls() == 1


def test_the_stop_out_closes_the_largest_loss_until_the_level_is_above() -> None:
    # 5 lots of USDJPY (5,000 of margin) and 1 NDXUSD (200.01), with 10,000. At bid 152.50, mid 152.51:
    # -2.52 x 500,000 / 152.51 = -8,261.75; with the index's -1.00, (10,000 - 8,262.75) / 5,200.01 = 33 %.
    trader = PaperTrader()
    index, yen = trader.buy("NDXUSD", "1.00"), trader.buy("USDJPY", "5.00")
    trader.engine.take_events()
    trader.tick("USDJPY", "152.500", "152.520")
    assert trader.tickets == [index]
    assert trader.balance == Decimal("1738.25")
    stopped = [event for event in trader.engine.take_events() if isinstance(event, StoppedOut)]
    assert [event.ticket for event in stopped] == [yen]
    assert [round(event.level, 2) for event in stopped] == [Decimal("33.41")]
    assert trader.engine.executions[-1].cause is Cause.STOP_OUT


def test_a_gap_can_cost_more_than_there_was() -> None:
    trader = PaperTrader()
    trader.buy("USDJPY", "9.00")
    trader.tick("USDJPY", "140.000", "140.020")
    assert trader.tickets == []
    assert trader.engine.account().equity == trader.balance < 0
    assert trader.engine.account().margin == 0


def test_the_stop_out_leaves_what_a_shut_market_can_not_close() -> None:
    trader = PaperTrader()
    index, yen = trader.buy("NDXUSD", "1.00"), trader.buy("USDJPY", "9.00")
    trader.shut.add("USDJPY")
    trader.tick("USDJPY", "140.000", "140.020")
    assert trader.tickets == [yen]
    trader.shut.clear()
    trader.tick("USDJPY", "140.000", "140.020")
    assert trader.tickets == []
    assert index not in trader.tickets


def test_a_conversion_pair_alone_can_bring_the_stop_out() -> None:
    # 0.5 BTC at 60,000 are 30,000 USD. 20 lots of EURUSD take 20,000 EUR x 1.08005 / 60,000 = 0.36 BTC.
    # A loss of 10,200 USD is 0.17 BTC, and 0.34 BTC once a BTC is worth 30,000: level 44 %.
    trader = PaperTrader("BTC")
    ticket = trader.buy("EURUSD", "20.00")
    trader.tick("EURUSD", "1.07500", "1.07510")
    assert trader.tickets == [ticket]
    trader.tick("BTCUSD", "29990.00", "30010.00")
    assert trader.tickets == []
