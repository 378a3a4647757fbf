"""From options to a standing exchange: instruments, market, account and its past. Opens no port."""

import random
from datetime import datetime

from xbtfx_tui.paper.account.account_config import EngineConfig
from xbtfx_tui.paper.account.account_engine import Engine
from xbtfx_tui.paper.account.seeded_history import live_past
from xbtfx_tui.paper.exchange_clock import ExchangeClock
from xbtfx_tui.paper.exchange_options import OptionError, SettledOptions
from xbtfx_tui.paper.market.instruments import INSTRUMENTS, build_instruments
from xbtfx_tui.paper.market.market_hours import to_ms
from xbtfx_tui.paper.market.market_past import MarketPast
from xbtfx_tui.paper.market.paper_market import PaperMarket, Tick
from xbtfx_tui.paper.market.tick_replay import Replay, load_ticks
from xbtfx_tui.paper.paper_exchange import Exchange
from xbtfx_tui.paper.ports import MarketPort

_SOONEST_FILL = 0.05
_LATEST_FILL = 0.3


def build_exchange(
    settled: SettledOptions, clock: ExchangeClock, market: MarketPort | None = None
) -> Exchange:
    """The exchange as the options say, at the moment of `clock`; `market` takes the model's place.

    The seed makes the market, the account's past and the 50 to 300 ms that an execution takes.
    Raises OptionError for a replay that can't be played.
    """
    options, now = settled.options, clock.utc()
    if market is None:
        market = build_market(settled, now)
    config = EngineConfig(
        balance=settled.balance,
        currency=options.currency,
        leverage=options.leverage,
        margin_mode=options.margin_mode,
        login=settled.login,
        netting_stops=options.netting_stops,
        commission=options.commission,
    )
    engine = Engine(config, market.specs, market.is_open, now)
    ticks = [market.quote_of(symbol) for symbol in market.specs]
    first = {tick.symbol: _seen_until(now, tick, market) for tick in ticks}
    instruments = market.instruments if isinstance(market, PaperMarket) else {}
    past = MarketPast(settled.seed, market.specs, first, instruments)
    if not options.fresh:
        quotes = {tick.symbol: (tick.bid, tick.ask) for tick in ticks}
        live_past(engine, random.Random(f"past {settled.seed}"), quotes, now, past.bid)
    for tick in ticks:
        engine.on_tick(tick.symbol, tick.bid, tick.ask, now)
    engine.take_events()
    engine.take_moves()
    delays = random.Random(f"fills {settled.seed}")
    return Exchange(market, past, engine, clock, lambda: delays.uniform(_SOONEST_FILL, _LATEST_FILL))


def _seen_until(now: datetime, tick: Tick, market: MarketPort) -> Tick:
    """The quote that a symbol's past ends at: as it is now, or as its market closed."""
    return tick._replace(time_ms=int(to_ms(now))) if market.is_open(tick.symbol, now) else tick


def build_market(settled: SettledOptions, now: datetime) -> PaperMarket:
    """The market alone, with its replays loaded. Raises OptionError with the file's fault as a sentence."""
    options = settled.options
    try:
        instruments = build_instruments(options.symbols) if options.symbols is not None else INSTRUMENTS
        digits = {instrument.spec.name: instrument.spec.digits for instrument in instruments}
        replays = {
            symbol: Replay(load_ticks(path, digits.get(symbol)), options.speed)
            for symbol, path in options.replay.items()
        }
        return PaperMarket(
            instruments, settled.seed, options.hours, start=now, tick_rate=options.tick_rate, replays=replays
        )
    except ValueError as unusable:
        raise OptionError(str(unusable)) from unusable
