"""What the paper account refuses, with the code a trader is told; a refusal changes nothing."""

from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.unit.paper_engine_accounts import SPECS, PaperTrader, done, refused
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.intents import Keep, MoveTo, Remove
from xbtfx_tui.domain.positions import OrderKind
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.symbol_spec import SessionSpan, TradeMode
from xbtfx_tui.domain.trading_sessions import next_open
from xbtfx_tui.paper.account.account_config import EngineConfig
from xbtfx_tui.paper.account.command_results import RefusalCode
from xbtfx_tui.paper.account.trade_requests import (
    AccountRequest,
    CloseAllRequest,
    CloseByRequest,
    CloseRequest,
    CloseSymbolRequest,
    ModifyRequest,
    ReverseRequest,
    TradeRequest,
)

ONE = Decimal("0.10")


def trade(symbol: str = "EURUSD", side: Side = Side.BUY, lots: str = "0.10", **more: object) -> TradeRequest:
    return replace(TradeRequest("key", symbol, side, Decimal(lots)), **more)  # test values


@pytest.mark.parametrize(
    ("order", "code", "retcode"),
    [
        (trade("EURUSX"), RefusalCode.INVALID_SYMBOL, None),
        (trade("eurusd"), RefusalCode.INVALID_SYMBOL, None),
        (trade(lots="0"), RefusalCode.INVALID_VOLUME, 10014),
        (trade(lots="-0.10"), RefusalCode.INVALID_VOLUME, 10014),
        (trade(lots="0.015"), RefusalCode.INVALID_VOLUME, 10014),
        (trade(lots="50.01"), RefusalCode.INVALID_VOLUME, 10014),
        (trade(lots="NaN"), RefusalCode.INVALID_VOLUME, 10014),
        (trade(lots="Infinity"), RefusalCode.INVALID_VOLUME, 10014),
        (trade(comment="x" * 28), RefusalCode.INVALID_REQUEST, None),
        (trade(comment="größer"), RefusalCode.INVALID_REQUEST, None),
        (trade(comment="a\nb"), RefusalCode.INVALID_REQUEST, None),
        # A buy's stops are measured from the bid, 1.08000; a sell's from the ask, 1.08010.
        (trade(sl=Decimal("1.08000")), RefusalCode.REJECTED, 10016),
        (trade(tp=Decimal("1.08000")), RefusalCode.REJECTED, 10016),
        (trade(side=Side.SELL, sl=Decimal("1.08010")), RefusalCode.REJECTED, 10016),
        (trade(side=Side.SELL, tp=Decimal("1.08010")), RefusalCode.REJECTED, 10016),
        (trade(sl=Decimal("1.0750001")), RefusalCode.REJECTED, 10016),
        (trade(sl=Decimal(-1)), RefusalCode.REJECTED, 10016),
        (trade(sl=Decimal("NaN")), RefusalCode.REJECTED, 10016),
        # XAUUSD keeps stops 50 points, 0.50, away from the bid of 2400.00.
        (trade("XAUUSD", sl=Decimal("2399.51")), RefusalCode.REJECTED, 10016),
        # 10 lots of EURUSD take 10,800.50 USD of margin; the account has 10,000.
        (trade(lots="10.00"), RefusalCode.REJECTED, 10019),
    ],
)
def test_an_order_that_can_not_be_executed_is_refused_with_its_code(
    order: TradeRequest, code: RefusalCode, retcode: int | None
) -> None:
    trader = PaperTrader()
    refusal = refused(trader.engine.trade(order, trader.now))
    assert (refusal.code, refusal.retcode, refusal.http_status) == (code, retcode, 400)
    assert trader.engine.check(order, trader.now) == refusal
    assert trader.engine.executions == []
    assert trader.engine.take_events() == []


@pytest.mark.parametrize(
    "order",
    [
        trade(comment="x" * 27),
        trade(sl=Decimal("1.07999"), tp=Decimal("1.08001")),
        trade(sl=Decimal(0), tp=Decimal("0.00")),
        trade("XAUUSD", sl=Decimal("2399.50")),
        trade(lots="9.00"),
    ],
)
def test_an_order_just_inside_the_limits_is_executed(order: TradeRequest) -> None:
    trader = PaperTrader()
    assert trader.engine.check(order, trader.now) is None
    assert trader.engine.executions == [], "a check executes nothing"
    done(trader.engine.trade(order, trader.now))
    assert len(trader.engine.executions_of("key")) == 1


def test_an_order_placed_at_one_price_is_checked_again_at_the_next() -> None:
    trader = PaperTrader()
    order = trade(sl=Decimal("1.07990"))
    assert trader.engine.check(order, trader.now) is None
    trader.tick("EURUSD", "1.07980", "1.07990")
    assert refused(trader.engine.trade(order, trader.now)).retcode == 10016


def test_the_same_request_executed_twice_shows_in_the_ledger() -> None:
    trader = PaperTrader()
    for _ in range(2):
        done(trader.engine.trade(trade(), trader.now))
    assert len(trader.engine.executions_of("key")) == 2


def test_a_symbol_without_a_quote_has_nothing_to_execute_at() -> None:
    trader = PaperTrader(
        specs=[replace(SPECS["EURUSD"], name="NOKSEK", currency_base="NOK", currency_profit="SEK")]
    )
    assert refused(trader.engine.trade(trade("NOKSEK"), trader.now)).retcode == 10021
    # With its own quote, but none that makes dollars of crowns, it still can't be valued.
    trader.tick("NOKSEK", "0.94000", "0.94010")
    assert refused(trader.engine.trade(trade("NOKSEK"), trader.now)).retcode == 10021


def test_a_closed_market_refuses_everything_and_names_the_next_opening() -> None:
    monday = (SessionSpan(0, 0, 1440),)
    trader = PaperTrader(specs=[replace(SPECS["EURUSD"], trade_sessions=monday)])
    ticket = trader.buy("EURUSD", "0.10")
    other = trader.sell("EURUSD", "0.10")
    trader.shut.add("EURUSD")
    commands: list[AccountRequest] = [
        trade(),
        CloseRequest("key", ticket),
        ModifyRequest("key", ticket, sl=MoveTo(Decimal("1.07000"))),
        CloseByRequest("key", ticket, other),
        ReverseRequest("key", ticket),
    ]
    for command in commands:
        refusal = refused(trader.engine.check(command, trader.now))
        assert (refusal.code, refusal.retcode) == (RefusalCode.MARKET_CLOSED, 10018)
        assert refusal.next_open == next_open(monday, trader.now)
    bulk = done(trader.engine.close_all(CloseAllRequest("key"), trader.now))
    assert (bulk.closed, bulk.failed) == (0, 2)


@pytest.mark.parametrize(
    ("mode", "buy", "sell"),
    [
        (TradeMode.LONG_ONLY, None, 10042),
        (TradeMode.SHORT_ONLY, 10043, None),
        (TradeMode.CLOSE_ONLY, 10044, 10044),
        (TradeMode.DISABLED, 10017, 10017),
    ],
)
def test_a_symbol_takes_only_what_its_trade_mode_allows(
    mode: TradeMode, buy: int | None, sell: int | None
) -> None:
    trader = PaperTrader(specs=[replace(SPECS["EURUSD"], trade_mode=mode)])
    for side, retcode in ((Side.BUY, buy), (Side.SELL, sell)):
        refusal = trader.engine.check(trade(side=side), trader.now)
        assert (refusal and refusal.retcode) == retcode


def test_close_only_lets_a_netting_trade_reduce_but_not_flip() -> None:
    trader = PaperTrader(mode=MarginMode.NETTING)
    trader.buy("EURUSD", "0.10")
    specs = dict(trader.engine.state.specs)
    trader.engine.state.specs = specs | {"EURUSD": replace(SPECS["EURUSD"], trade_mode=TradeMode.CLOSE_ONLY)}
    assert refused(trader.engine.trade(trade(side=Side.SELL, lots="0.11"), trader.now)).retcode == 10044
    done(trader.engine.trade(trade(side=Side.SELL, lots="0.10"), trader.now))
    assert trader.tickets == []


def test_the_limit_of_positions_counts_what_is_open() -> None:
    trader = PaperTrader(max_positions=2)
    first = trader.buy("EURUSD", "0.01")
    trader.buy("NDXUSD", "0.01")
    assert refused(trader.engine.trade(trade(), trader.now)).retcode == 10040
    trader.close(first)
    done(trader.engine.trade(trade(), trader.now))


def test_netting_may_add_to_a_position_at_the_limit() -> None:
    trader = PaperTrader(mode=MarginMode.NETTING, max_positions=1)
    trader.buy("EURUSD", "0.01")
    trader.buy("EURUSD", "0.01")
    assert refused(trader.engine.trade(trade("NDXUSD"), trader.now)).retcode == 10040


def test_a_hedge_that_takes_no_margin_needs_no_free_money() -> None:
    trader = PaperTrader(balance="1090")
    trader.buy("EURUSD", "1.00")  # 1,080.05 of margin
    assert refused(trader.engine.trade(trade(), trader.now)).retcode == 10019
    done(trader.engine.trade(trade(side=Side.SELL, lots="1.00"), trader.now))
    assert refused(trader.engine.trade(trade(side=Side.SELL), trader.now)).retcode == 10019


def test_a_floating_loss_is_not_money_for_a_margin() -> None:
    # 9,000 USD of margin used, 10,000 of balance; a loss of 149,400 JPY / 154.864 = 964.72 leaves 35.28.
    trader = PaperTrader()
    trader.buy("USDJPY", "9.00")
    trader.tick("USDJPY", "154.854", "154.874")
    assert refused(trader.engine.trade(trade("USDJPY", lots="0.10"), trader.now)).retcode == 10019
    done(trader.engine.trade(trade("USDJPY", lots="0.03"), trader.now))


@pytest.mark.parametrize(
    "command",
    [
        CloseRequest("key", 1),
        ReverseRequest("key", 1),
        ModifyRequest("key", 1, sl=Remove()),
        CloseByRequest("key", 1, 2),
    ],
)
def test_an_unknown_ticket_is_not_found(command: AccountRequest) -> None:
    trader = PaperTrader()
    refusal = refused(trader.engine.check(command, trader.now))
    assert (refusal.code, refusal.retcode, refusal.http_status) == (
        RefusalCode.POSITION_NOT_FOUND,
        10036,
        404,
    )


@pytest.mark.parametrize(
    ("lots", "retcode"), [("0.11", 10038), ("0", 10014), ("0.005", 10014), ("-0.1", 10014), ("NaN", 10014)]
)
def test_a_close_of_a_volume_that_is_not_there_is_refused(lots: str, retcode: int) -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10")
    close = CloseRequest("key", ticket, Decimal(lots))
    assert refused(trader.engine.close(close, trader.now)).retcode == retcode


def test_a_modify_must_change_something() -> None:
    trader = PaperTrader()
    ticket = trader.buy("EURUSD", "0.10", sl="1.07000")

    def modified(**stops: object) -> int | None:
        command = replace(ModifyRequest("key", ticket), **stops)  # test values
        return refused(trader.engine.modify(command, trader.now)).retcode

    assert (
        refused(trader.engine.modify(ModifyRequest("key", ticket), trader.now)).code.value
        == "invalid_request"
    )
    assert modified(sl=MoveTo(Decimal("1.0700"))) == 10025
    assert modified(tp=Remove()) == 10025
    assert modified(sl=MoveTo(Decimal("1.08001"))) == 10016
    assert modified(sl=Keep(), tp=MoveTo(Decimal("1.07999"))) == 10016


def test_an_unchanged_stop_is_not_judged_again() -> None:
    trader = PaperTrader()
    ticket = trader.buy("XAUUSD", "0.01", sl="2399.00")
    trader.tick("XAUUSD", "2399.10", "2399.40")  # the sl is now nearer than 0.50
    done(trader.engine.modify(ModifyRequest("key", ticket, tp=MoveTo(Decimal(2500))), trader.now))


def test_close_by_needs_a_hedging_account_and_an_opposite() -> None:
    netting = PaperTrader(mode=MarginMode.NETTING)
    ticket = netting.buy("EURUSD", "0.10")
    refusal = refused(netting.engine.close_by(CloseByRequest("key", ticket, ticket), netting.now))
    assert refusal.code is RefusalCode.INVALID_REQUEST

    trader = PaperTrader()
    long, twin, index = trader.buy("EURUSD", "0.1"), trader.buy("EURUSD", "0.1"), trader.sell("NDXUSD", "1")
    for by, retcode in ((long, None), (twin, 10013), (index, 10013)):
        refusal = refused(trader.engine.close_by(CloseByRequest("key", long, by), trader.now))
        assert refusal.retcode == retcode


def test_a_bulk_close_of_an_unknown_symbol_is_refused() -> None:
    trader = PaperTrader()
    refusal = refused(trader.engine.close_symbol(CloseSymbolRequest("key", "EURUSX"), trader.now))
    assert refusal.code is RefusalCode.INVALID_SYMBOL


@pytest.mark.parametrize(
    ("kind", "price", "limit", "right"),
    [
        (OrderKind.BUY_LIMIT, "1.08000", None, True),
        (OrderKind.BUY_LIMIT, "1.08010", None, False),
        (OrderKind.SELL_LIMIT, "1.08000", None, False),
        (OrderKind.BUY_STOP, "1.08011", None, True),
        (OrderKind.SELL_STOP, "1.08000", None, False),
        (OrderKind.BUY_STOP, "1.08100", "1.08000", False),
        (OrderKind.BUY_STOP_LIMIT, "1.08100", None, False),
        (OrderKind.BUY_STOP_LIMIT, "1.08100", "1.08050", True),
        (OrderKind.BUY_STOP_LIMIT, "1.08100", "1.08100", False),
        (OrderKind.SELL_STOP_LIMIT, "1.07900", "1.07950", True),
    ],
)
def test_a_pending_order_waits_on_the_far_side_of_the_market(
    kind: OrderKind, price: str, limit: str | None, right: bool
) -> None:
    trader = PaperTrader()
    limit_price = Decimal(limit) if limit else None
    order = trader.engine.place_pending(
        kind, "EURUSD", ONE, Decimal(price), trader.now, limit_price=limit_price
    )
    if right:
        assert trader.engine.orders() == (done(order),)
    else:
        assert refused(order).retcode == 10015


@pytest.mark.parametrize(
    ("balance", "currency", "leverage"),
    [("0", "USD", 100), ("NaN", "USD", 100), ("1", "EUR", 1), ("1", "BTC", 0)],
)
def test_an_account_that_can_not_exist_is_said_to_be_so(balance: str, currency: str, leverage: int) -> None:
    with pytest.raises(ValueError, match=r"^The .* must be .*\.$|^The leverage must be"):
        EngineConfig(balance=Decimal(balance), currency=currency, leverage=leverage)
