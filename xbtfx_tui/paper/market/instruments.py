"""The paper exchange's instruments: what each one is and how it moves. Facts only, no live prices.

Eight come first that a paper account leans on: the first watchlist, and what coin accounts convert through.
"""

import random
from collections.abc import Iterator
from decimal import Decimal
from enum import Enum

import msgspec

from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.paper.market import instruments_table as table
from xbtfx_tui.paper.market import market_hours

MIN_INSTRUMENTS = 8
MAX_INSTRUMENTS = 1_000

_ESSENTIAL = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD", "ETHUSD", "XRPUSD")
_WEDNESDAY, _FRIDAY = 3, 5
_FOREX_LOT = Decimal(100_000)
_STOCK_GAP = 0.6


class Category(Enum):
    """The kind of market; the value is its folder in the broker's tree."""

    FOREX = "Forex"
    METALS = "CFD\\Metals"
    INDICES = "CFD\\Indices"
    ENERGIES = "CFD\\Energies"
    CRYPTO = "CFD\\Crypto"
    STOCKS = "CFD\\Stocks"


class CrossLegs(msgspec.Struct, frozen=True):
    """What a cross is made of: first / second where `divides`, else first x second (symbol names)."""

    first: str
    second: str
    divides: bool

    def price(self, first: float, second: float) -> float:
        return first / second if self.divides else first * second


class Instrument(msgspec.Struct, frozen=True):
    """A symbol and its temper.

    `price` is the mid it starts at, `spread` is typical and in points, `daily_volatility` a fraction of the
    price (0.005 = half a per cent), `gap` the mean seconds between ticks at the market's ordinary pace.
    The spec's sessions are the real ones; bid, ask and tick_value are left to whoever knows the account.
    """

    spec: SymbolSpec
    category: Category
    price: Decimal
    spread: float
    daily_volatility: float
    gap: float
    legs: CrossLegs | None = None

    @property
    def name(self) -> str:
        return self.spec.name


def _spec(
    name: str,
    description: str,
    folder: str,
    currencies: tuple[str, str],
    digits: int,
    *,
    contract_size: Decimal,
    volumes: tuple[str, str, str],
    spread: float,
    swaps: tuple[str, str],
    triple: int,
    margin: str | None,
    sessions: market_hours.Spans,
    stops_level: int,
) -> SymbolSpec:
    """Margin currency is the base for forex (no margin rate given) and the profit currency for CFDs."""
    point = Decimal(1).scaleb(-digits)
    base, profit = currencies
    rate = None if margin is None else Decimal(margin)
    return SymbolSpec(
        name=name,
        digits=digits,
        point=point,
        contract_size=contract_size,
        description=description,
        path=f"{folder}\\{name}",
        currency_base=base,
        currency_profit=profit,
        currency_margin=base if rate is None else profit,
        calc_mode="Forex" if rate is None else "CFD",
        spread_points=max(1, round(spread)),
        stops_level=stops_level,
        volume_min=Decimal(volumes[0]),
        volume_max=Decimal(volumes[1]),
        volume_step=Decimal(volumes[2]),
        tick_size=point,
        swap_mode="points",
        swap_long=Decimal(swaps[0]),
        swap_short=Decimal(swaps[1]),
        swap_3day=triple,
        margin_initial=Decimal(0),
        margin_maintenance=Decimal(0),
        margin_long=rate,
        margin_short=rate,
        margin_hedged=contract_size,
        trade_sessions=sessions,
        quote_sessions=sessions,
    )


def _forex(row: table.ForexRow, folder: str) -> Instrument:
    spec = _spec(
        row.name,
        row.description,
        f"{Category.FOREX.value}\\{folder}",
        (row.name[:3], row.name[3:]),
        row.digits,
        contract_size=_FOREX_LOT,
        volumes=("0.01", "100", "0.01"),
        spread=row.spread,
        swaps=(row.swap_long, row.swap_short),
        triple=_WEDNESDAY,
        margin=None,
        sessions=market_hours.FOREX,
        stops_level=row.stops_level,
    )
    return Instrument(spec, Category.FOREX, Decimal(row.price), row.spread, row.volatility / 100, row.gap)


def _cfd(row: table.CfdRow, category: Category) -> Instrument:
    spec = _spec(
        row.name,
        row.description,
        category.value,
        (row.base, row.profit),
        row.digits,
        contract_size=Decimal(row.contract_size),
        volumes=row.volumes,
        spread=row.spread,
        swaps=(row.swap_long, row.swap_short),
        triple=_WEDNESDAY if category is Category.METALS else _FRIDAY,
        margin=row.margin,
        sessions=row.sessions,
        stops_level=row.stops_level,
    )
    return Instrument(spec, category, Decimal(row.price), row.spread, row.volatility / 100, row.gap)


def _stock(name: str, description: str, price: str, spread: float, volatility: float) -> Instrument:
    row = table.CfdRow(
        name, description, name, "USD", 2, price, spread, volatility, _STOCK_GAP, "1", ("1", "10000", "1"),
        "0.05", str(round(float(price) * -0.018, 1)), str(round(float(price) * -0.006, 1)),
        market_hours.NEW_YORK, 10,
    )  # fmt: skip
    return _cfd(row, Category.STOCKS)


def _legs_of(name: str, known: dict[str, Instrument]) -> CrossLegs:
    base, profit = name[:3], name[3:]
    if base + "USD" in known:
        divides = profit + "USD" in known
        return CrossLegs(base + "USD", profit + "USD" if divides else "USD" + profit, divides)
    return CrossLegs("USD" + profit, "USD" + base, divides=True)


def _cross(row: table.CrossRow, folder: str, category: Category, known: dict[str, Instrument]) -> Instrument:
    """What is traded (lot, volumes, margin, sessions) is as with its first leg."""
    legs = _legs_of(row.name, known)
    first, second = known[legs.first], known[legs.second]
    leg = first.spec
    spec = _spec(
        row.name,
        row.description,
        folder,
        (row.name[:3], row.name[3:]),
        row.digits,
        contract_size=leg.contract_size,
        volumes=(str(leg.volume_min), str(leg.volume_max), str(leg.volume_step)),
        spread=row.spread,
        swaps=(row.swap_long, row.swap_short),
        triple=leg.swap_3day or _WEDNESDAY,
        margin=None if leg.margin_long is None else str(leg.margin_long),
        sessions=leg.trade_sessions or market_hours.ALWAYS_OPEN,
        stops_level=0,
    )
    exact = first.price / second.price if legs.divides else first.price * second.price
    volatility = (first.daily_volatility**2 + second.daily_volatility**2) ** 0.5
    return Instrument(spec, category, exact.quantize(spec.point), row.spread, volatility, row.gap, legs)


def _real() -> tuple[Instrument, ...]:
    known: dict[str, Instrument] = {}

    def add(instrument: Instrument) -> None:
        known[instrument.name] = instrument

    for row in table.MAJORS:
        add(_forex(row, "Majors"))
    for row in table.MINORS:
        add(_forex(row, "Minors"))
    for cross in table.FOREX_CROSSES:
        add(_cross(cross, f"{Category.FOREX.value}\\Crosses", Category.FOREX, known))
    for cfds, category in (
        (table.METALS, Category.METALS),
        (table.INDICES, Category.INDICES),
        (table.ENERGIES, Category.ENERGIES),
        (table.CRYPTO, Category.CRYPTO),
    ):
        for cfd in cfds:
            add(_cfd(cfd, category))
    for crosses, category in (
        (table.METAL_CROSSES, Category.METALS),
        (table.CRYPTO_CROSSES, Category.CRYPTO),
    ):
        for cross in crosses:
            add(_cross(cross, category.value, category, known))
    for stock in table.STOCKS:
        add(_stock(*stock))
    first = [known.pop(name) for name in _ESSENTIAL]
    return (*first, *known.values())


INSTRUMENTS: tuple[Instrument, ...] = _real()
"""The real ones. A cross always comes after its legs."""


_ONSETS = "BCDFGHKLMNPRSTVW"
_VOWELS = "AEIOU"
_TRADES = (
    "Holdings",
    "Energy",
    "Pharma",
    "Systems",
    "Foods",
    "Logistics",
    "Materials",
    "Financial",
    "Robotics",
)


def _synthetic(taken: frozenset[str]) -> Iterator[Instrument]:
    """Stocks that don't exist, for load: always the same ones in the same order."""
    chance = random.Random("synthetic stocks")
    names = [a + v + b + w for a in _ONSETS for v in _VOWELS for b in _ONSETS for w in _VOWELS]
    chance.shuffle(names)
    for name in names:
        if name in taken:
            continue
        price = min(max(chance.lognormvariate(4.0, 0.9), 3.0), 900.0)
        spread = max(1, round(price * 0.02 * chance.uniform(0.5, 2.5)))
        description = f"{name.capitalize()} {chance.choice(_TRADES)} Inc."
        yield _stock(name, description, f"{price:.2f}", spread, round(chance.uniform(1.0, 4.0), 2))


def build_instruments(count: int) -> tuple[Instrument, ...]:
    """The first `count` instruments: the real ones, then synthetic stocks.

    Raises ValueError, with a sentence, for a count that can't be served.
    """
    if not MIN_INSTRUMENTS <= count <= MAX_INSTRUMENTS:
        raise ValueError(
            f"The paper exchange has {MIN_INSTRUMENTS} to {MAX_INSTRUMENTS:,} symbols, not {count:,}."
        )
    chosen = list(INSTRUMENTS[:count])
    more = _synthetic(frozenset(instrument.name for instrument in INSTRUMENTS))
    chosen.extend(next(more) for _ in range(count - len(chosen)))
    return tuple(chosen)
