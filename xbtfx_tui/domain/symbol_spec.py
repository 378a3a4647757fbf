"""What an instrument is: contract, steps, sessions. Facts only: what they come to (pips, grid) is worked out
elsewhere, and prices do not move here."""

import re
from decimal import Decimal
from enum import Enum

import msgspec


class TradeMode(Enum):
    """What the broker allows on a symbol; the values are MetaTrader's SYMBOL_TRADE_MODE numbers."""

    DISABLED = 0
    LONG_ONLY = 1
    SHORT_ONLY = 2
    CLOSE_ONLY = 3
    FULL = 4


class CalcMode(Enum):
    """How profit and margin are counted: MetaTrader's SYMBOL_CALC_MODE; the values are its words."""

    FOREX = "forex"
    FOREX_NO_LEVERAGE = "forexnoleverage"
    FUTURES = "futures"
    CFD = "cfd"
    CFD_INDEX = "cfdindex"
    CFD_LEVERAGE = "cfdleverage"
    EXCHANGE_STOCKS = "exchstocks"
    EXCHANGE_FUTURES = "exchfutures"
    EXCHANGE_FUTURES_FORTS = "exchfuturesforts"
    EXCHANGE_BONDS = "exchbonds"
    COLLATERAL = "servcollateral"


class SessionSpan(msgspec.Struct, frozen=True):
    """One stretch in which a symbol trades or is quoted, in the server's UTC time.

    `day` is 0 for Monday to 6 for Sunday; `open_minute` and `close_minute` are minutes of that day,
    `close_minute` exclusive and 1440 at most.
    """

    day: int
    open_minute: int
    close_minute: int


class SymbolRow(msgspec.Struct, frozen=True):
    """A symbol as GET /v1/symbols lists it: enough to show and to find, not enough to size an order."""

    name: str
    digits: int
    contract_size: Decimal
    point: Decimal
    trade_mode: TradeMode = TradeMode.FULL
    swap_long: Decimal | None = None
    swap_short: Decimal | None = None
    spread_points: int | None = None
    bid: float | None = None
    ask: float | None = None
    description: str = ""
    path: str = ""


class SymbolSpec(msgspec.Struct, frozen=True):
    """A symbol as GET /v1/symbols/:symbol tells it. What the server left out is None.

    `path` is the broker's folder, with backslashes (`CFD\\Indices\\NDXUSD`). `stops_level` is in points,
    0 = free. Volumes are lots. `tick_value` is in the account's currency, for one lot and one tick.
    `freeze_level` is in points, 0 = none: that near the price an order's or a position's stops stand still.
    `tradeable` False is closed now (a weekend, a holiday), not disabled: `trade_mode` says that.
    `margin_long` and `margin_short` are rates (fractions of the notional) where the server gives them.
    """

    name: str
    digits: int
    point: Decimal
    contract_size: Decimal
    description: str = ""
    path: str = ""
    currency_base: str | None = None
    currency_profit: str | None = None
    currency_margin: str | None = None
    trade_mode: TradeMode = TradeMode.FULL
    tradeable: bool = True
    calc_mode: str | None = None
    spread_points: int | None = None
    stops_level: int = 0
    volume_min: Decimal | None = None
    volume_max: Decimal | None = None
    volume_step: Decimal | None = None
    tick_value: Decimal | None = None
    tick_size: Decimal | None = None
    swap_mode: str | None = None
    swap_long: Decimal | None = None
    swap_short: Decimal | None = None
    swap_3day: int | None = None
    margin_initial: Decimal | None = None
    margin_maintenance: Decimal | None = None
    margin_long: Decimal | None = None
    margin_short: Decimal | None = None
    margin_hedged: Decimal | None = None
    bid: float | None = None
    ask: float | None = None
    trade_sessions: tuple[SessionSpan, ...] | None = None
    quote_sessions: tuple[SessionSpan, ...] | None = None
    freeze_level: int = 0

    @property
    def calculation(self) -> CalcMode | None:
        """The calculation mode that `calc_mode` names; None where it names none that is known."""
        word = re.sub(r"[\s_-]+", "", self.calc_mode or "").lower().removeprefix("symbolcalcmode")
        return _CALC_MODES.get(word)


_CALC_MODES = {mode.value: mode for mode in CalcMode}
