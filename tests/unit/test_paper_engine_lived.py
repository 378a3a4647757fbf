"""An account that has lived: a past that a trader would believe, and that adds up."""

import random
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.paper_engine_accounts import DEPOSITS, QUOTES, PaperTrader, market_past
from xbtfx_tui.domain.accounts import MarginMode
from xbtfx_tui.domain.candles import Timeframe
from xbtfx_tui.domain.day_clock import UTC_CLOCK
from xbtfx_tui.domain.positions import Deal, DealEntry
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.paper.account.command_results import Cause
from xbtfx_tui.paper.account.seeded_history import live_past

PRICES = {symbol: (Decimal(bid), Decimal(ask)) for symbol, (bid, ask) in QUOTES.items()}


def lived(currency: str, mode: MarginMode, seed: int, balance: str | None = None) -> PaperTrader:
    trader = PaperTrader(currency, mode, balance=balance)
    live_past(trader.engine, random.Random(seed), PRICES, trader.now, market_past(seed).bid)
    return trader


@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize("mode", MarginMode)
@pytest.mark.parametrize("currency", sorted(DEPOSITS))
def test_the_past_adds_up_in_every_currency_and_mode(currency: str, mode: MarginMode, seed: int) -> None:
    engine = lived(currency, mode, seed).engine
    account, positions, deals = engine.account(), engine.positions(), engine.deals()

    assert len({held.symbol for held in positions}) == len(positions) == 3
    assert any(held.profit < 0 for held in positions)
    assert any(held.sl and held.tp for held in positions)
    assert any(held.sl is None for held in positions)
    assert len(engine.orders()) == 2
    assert len(deals) > 30
    assert account.balance == engine.deposits + sum(deal.profit for deal in deals)
    assert account.equity == account.balance + sum(held.profit + held.swap for held in positions)
    assert account.margin_level is not None
    assert account.margin_level > 200
    assert {run.cause for run in engine.executions} == {Cause.PAST}
    assert engine.take_events() == []
    assert engine.take_moves() == ()


def test_every_deal_has_its_pair_its_hour_and_its_place_in_the_month() -> None:
    trader = lived("USD", MarginMode.NETTING, 3)
    deals, now = trader.engine.deals(), trader.now
    times = [deal.time for deal in deals if deal.time]
    assert times == sorted(times)
    assert now - timedelta(days=31) < times[0] < now - timedelta(days=20)
    assert times[-1] < now
    assert [deal.ticket for deal in deals] == sorted({deal.ticket for deal in deals})

    lives: dict[int | None, list[Deal]] = {}
    for deal in deals:
        lives.setdefault(deal.position, []).append(deal)
    open_now = {held.ticket for held in trader.engine.positions()}
    for position, life in lives.items():
        if position in open_now:
            assert [deal.entry for deal in life] == [DealEntry.IN]
        else:
            assert [deal.entry for deal in life] == [DealEntry.IN, DealEntry.OUT]
            assert life[0].side is life[1].side.opposite


def test_no_two_positions_of_a_symbol_lived_at_once() -> None:
    deals = lived("BTC", MarginMode.NETTING, 5).engine.deals()
    running: dict[str, int | None] = {}
    for deal in deals:
        if deal.entry is DealEntry.IN:
            assert deal.symbol not in running
            running[deal.symbol] = deal.position
        else:
            assert running.pop(deal.symbol) == deal.position


def test_a_position_held_over_nights_has_its_swap() -> None:
    accounts = [lived("USD", MarginMode.HEDGING, seed).engine for seed in range(6)]
    assert any(held.swap for engine in accounts for held in engine.positions())


@pytest.mark.parametrize("balance", ["25", "10000"])
def test_the_past_was_kind_enough_to_go_on_trading(balance: str) -> None:
    for seed in range(40):
        engine = lived("USD", MarginMode.HEDGING, seed, balance).engine
        assert engine.account().balance >= engine.deposits * Decimal("0.9")


def test_prices_of_the_past_are_near_todays() -> None:
    for deal in lived("USD", MarginMode.HEDGING, 2).engine.deals():
        today = PRICES[deal.symbol][0]
        assert abs(deal.price - today) < today / 3


@pytest.mark.parametrize("timeframe", [Timeframe.TEN_SECONDS, Timeframe.FIVE_MINUTES, Timeframe.HOUR])
def test_every_deal_lies_in_its_candle(timeframe: Timeframe) -> None:
    past = market_past(2)
    for deal in lived("USD", MarginMode.HEDGING, 2).engine.deals():
        assert deal.time is not None
        at = int(deal.time.timestamp())
        candle = next(past.candles(deal.symbol, timeframe, at + 1, UTC_CLOCK))
        assert candle.start <= at < candle.end
        bid, ask = PRICES[deal.symbol]
        price = deal.price - (ask - bid) if deal.side is Side.BUY else deal.price
        assert candle.price(candle.low) <= price <= candle.price(candle.high)


def test_one_seed_makes_one_past() -> None:
    first, again, other = (lived("USD", MarginMode.HEDGING, seed).engine.deals() for seed in (4, 4, 5))
    assert first == again != other


def test_an_account_too_small_for_any_lot_has_no_past() -> None:
    trader = lived("USD", MarginMode.HEDGING, 1, balance="0.05")
    assert trader.engine.deals() == ()
    assert trader.engine.orders() == ()


def test_the_first_tick_after_the_past_sets_nothing_off() -> None:
    for seed in range(20):
        trader = lived("USD", MarginMode.HEDGING, seed)
        for symbol, (bid, ask) in QUOTES.items():
            trader.tick(symbol, bid, ask)
        assert trader.engine.take_events() == []
        assert len(trader.tickets) == 3
