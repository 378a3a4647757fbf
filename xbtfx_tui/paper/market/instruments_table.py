"""The paper exchange's real instruments as compact rows; `instruments` makes them whole. Data only.

Prices are starts, spreads are points in the busy hours, volatility is per cent a day, gaps are mean seconds
between ticks at a market's ordinary pace (forex: Asian hours), swaps are points a lot a night.
Gaps and spreads of EURUSD, USDJPY and BTCUSD follow recorded ticks.
"""

import msgspec

from xbtfx_tui.paper.market import market_hours


class ForexRow(msgspec.Struct, frozen=True):
    """A pair of its own. Base and quote currency are the name's halves; a lot is 100,000 of the base."""

    name: str
    description: str
    digits: int
    price: str
    spread: float
    volatility: float
    gap: float
    swap_long: str
    swap_short: str
    stops_level: int = 0


class CrossRow(msgspec.Struct, frozen=True):
    """A symbol whose price follows from its two dollar legs."""

    name: str
    description: str
    digits: int
    spread: float
    gap: float
    swap_long: str
    swap_short: str


class CfdRow(msgspec.Struct, frozen=True):
    """Anything else. `volumes` is min, max and step in lots; `margin` a fraction of the notional."""

    name: str
    description: str
    base: str
    profit: str
    digits: int
    price: str
    spread: float
    volatility: float
    gap: float
    contract_size: str
    volumes: tuple[str, str, str]
    margin: str
    swap_long: str
    swap_short: str
    sessions: market_hours.Spans
    stops_level: int = 0


MAJORS = (
    ForexRow("EURUSD", "Euro vs US Dollar", 5, "1.16400", 2.3, 0.45, 2.3, "-8.2", "3.9"),
    ForexRow("GBPUSD", "Great Britain Pound vs US Dollar", 5, "1.33500", 4.2, 0.50, 2.1, "-3.6", "-1.4"),
    ForexRow("USDJPY", "US Dollar vs Japanese Yen", 3, "155.800", 3.3, 0.55, 1.1, "9.4", "-19.8"),
    ForexRow("USDCHF", "US Dollar vs Swiss Franc", 5, "0.80250", 5.0, 0.50, 2.6, "6.1", "-11.7"),
    ForexRow("USDCAD", "US Dollar vs Canadian Dollar", 5, "1.39500", 5.0, 0.38, 2.4, "2.6", "-8.3"),
    ForexRow("AUDUSD", "Australian Dollar vs US Dollar", 5, "0.66100", 3.8, 0.60, 1.8, "-2.4", "-0.9"),
    ForexRow("NZDUSD", "New Zealand Dollar vs US Dollar", 5, "0.57700", 5.5, 0.62, 2.5, "-2.2", "-1.0"),
)

MINORS = (
    ForexRow("USDSEK", "US Dollar vs Swedish Krona", 5, "9.45000", 220, 0.65, 2.8, "-18", "-64", 100),
    ForexRow("USDNOK", "US Dollar vs Norwegian Krone", 5, "10.12000", 260, 0.70, 2.9, "-52", "-38", 100),
    ForexRow("USDDKK", "US Dollar vs Danish Krone", 5, "6.41500", 95, 0.45, 3.4, "14", "-86", 50),
    ForexRow("USDPLN", "US Dollar vs Polish Zloty", 5, "3.64000", 150, 0.65, 4.0, "-42", "-21", 100),
    ForexRow("USDMXN", "US Dollar vs Mexican Peso", 5, "18.35000", 380, 0.70, 3.2, "-310", "95", 200),
    ForexRow("USDZAR", "US Dollar vs South African Rand", 5, "17.15000", 620, 0.85, 3.0, "-265", "84", 200),
    ForexRow("USDTRY", "US Dollar vs Turkish Lira", 5, "42.40000", 3400, 0.40, 6.0, "-8900", "2100", 500),
    ForexRow("USDSGD", "US Dollar vs Singapore Dollar", 5, "1.29800", 16, 0.30, 2.8, "3.2", "-12.6", 20),
    ForexRow("USDHKD", "US Dollar vs Hong Kong Dollar", 5, "7.78200", 28, 0.05, 5.0, "6.5", "-29", 20),
    ForexRow("USDCNH", "US Dollar vs Chinese Renminbi", 5, "7.08500", 36, 0.20, 3.1, "12", "-54", 50),
)

FOREX_CROSSES = (
    CrossRow("EURGBP", "Euro vs Great Britain Pound", 5, 5, 2.9, "-6.1", "1.9"),
    CrossRow("EURJPY", "Euro vs Japanese Yen", 3, 6, 1.6, "4.2", "-14.1"),
    CrossRow("EURCHF", "Euro vs Swiss Franc", 5, 7, 3.2, "1.3", "-6.8"),
    CrossRow("EURAUD", "Euro vs Australian Dollar", 5, 9, 2.3, "-9.8", "3.1"),
    CrossRow("EURCAD", "Euro vs Canadian Dollar", 5, 10, 2.5, "-4.4", "-2.3"),
    CrossRow("EURNZD", "Euro vs New Zealand Dollar", 5, 14, 2.6, "-8.0", "1.2"),
    CrossRow("EURSEK", "Euro vs Swedish Krona", 5, 230, 3.0, "-36", "-41"),
    CrossRow("EURNOK", "Euro vs Norwegian Krone", 5, 290, 3.1, "-88", "-12"),
    CrossRow("GBPJPY", "Great Britain Pound vs Japanese Yen", 3, 10, 1.4, "14.6", "-28.2"),
    CrossRow("GBPCHF", "Great Britain Pound vs Swiss Franc", 5, 12, 2.7, "7.2", "-15.1"),
    CrossRow("GBPAUD", "Great Britain Pound vs Australian Dollar", 5, 13, 2.2, "-2.4", "-4.9"),
    CrossRow("GBPCAD", "Great Britain Pound vs Canadian Dollar", 5, 14, 2.5, "1.7", "-9.2"),
    CrossRow("GBPNZD", "Great Britain Pound vs New Zealand Dollar", 5, 20, 2.4, "-1.8", "-6.6"),
    CrossRow("AUDJPY", "Australian Dollar vs Japanese Yen", 3, 7, 1.6, "5.5", "-11.8"),
    CrossRow("AUDCHF", "Australian Dollar vs Swiss Franc", 5, 8, 3.0, "3.0", "-7.4"),
    CrossRow("AUDCAD", "Australian Dollar vs Canadian Dollar", 5, 8, 2.6, "0.6", "-4.6"),
    CrossRow("AUDNZD", "Australian Dollar vs New Zealand Dollar", 5, 10, 2.8, "-1.9", "-2.7"),
    CrossRow("NZDJPY", "New Zealand Dollar vs Japanese Yen", 3, 9, 2.0, "3.7", "-9.5"),
    CrossRow("NZDCHF", "New Zealand Dollar vs Swiss Franc", 5, 11, 3.3, "2.2", "-6.1"),
    CrossRow("NZDCAD", "New Zealand Dollar vs Canadian Dollar", 5, 11, 3.0, "0.2", "-4.3"),
    CrossRow("CADJPY", "Canadian Dollar vs Japanese Yen", 3, 8, 1.9, "3.8", "-10.9"),
    CrossRow("CADCHF", "Canadian Dollar vs Swiss Franc", 5, 9, 3.2, "2.6", "-7.9"),
    CrossRow("CHFJPY", "Swiss Franc vs Japanese Yen", 3, 11, 1.9, "-6.2", "-4.1"),
)

_METAL = ("0.01", "50", "0.01")
METALS = (
    CfdRow("XAUUSD", "Gold vs US Dollar", "XAU", "USD", 2, "4085.00", 14, 1.0, 0.35, "100", _METAL,
           "0.01", "-58.0", "31.0", market_hours.METALS),
    CfdRow("XAGUSD", "Silver vs US Dollar", "XAG", "USD", 3, "50.600", 18, 1.9, 0.5, "5000", _METAL,
           "0.02", "-7.2", "2.9", market_hours.METALS),
    CfdRow("XPTUSD", "Platinum vs US Dollar", "XPT", "USD", 2, "1548.00", 180, 1.6, 1.2, "100", _METAL,
           "0.05", "-24.0", "-6.0", market_hours.METALS, 20),
    CfdRow("XPDUSD", "Palladium vs US Dollar", "XPD", "USD", 2, "1402.00", 260, 1.9, 1.6, "100", _METAL,
           "0.05", "-22.0", "-7.5", market_hours.METALS, 20),
)  # fmt: skip

METAL_CROSSES = (CrossRow("XAUEUR", "Gold vs Euro", 2, 32, 0.6, "-41.0", "12.0"),)

_INDEX = ("0.1", "250", "0.1")
INDICES = (
    CfdRow("NDXUSD", "US Tech 100 Index", "NDX", "USD", 2, "24950.00", 110, 1.2, 0.4, "1", _INDEX,
           "0.01", "-410.0", "152.0", market_hours.FUTURES),
    CfdRow("SPXUSD", "US 500 Index", "SPX", "USD", 2, "6710.00", 45, 0.9, 0.5, "1", _INDEX,
           "0.01", "-110.0", "41.0", market_hours.FUTURES),
    CfdRow("DJIUSD", "US Wall Street 30 Index", "DJI", "USD", 2, "46920.00", 210, 0.8, 0.5, "1", _INDEX,
           "0.01", "-770.0", "286.0", market_hours.FUTURES),
    CfdRow("RUTUSD", "US Small Cap 2000 Index", "RUT", "USD", 2, "2398.00", 38, 1.3, 0.9, "1", _INDEX,
           "0.02", "-39.0", "14.0", market_hours.FUTURES),
    CfdRow("DE40", "Germany 40 Index", "DE40", "EUR", 2, "23620.00", 120, 0.9, 0.5, "1", _INDEX,
           "0.01", "-285.0", "-36.0", market_hours.EUREX),
    CfdRow("EU50", "Euro 50 Index", "EU50", "EUR", 2, "5580.00", 150, 0.9, 0.8, "1", _INDEX,
           "0.01", "-67.0", "-9.0", market_hours.EUREX),
    CfdRow("FRA40", "France 40 Index", "FRA40", "EUR", 2, "8090.00", 140, 0.9, 0.8, "1", _INDEX,
           "0.01", "-98.0", "-13.0", market_hours.EURONEXT),
    CfdRow("UK100", "United Kingdom 100 Index", "UK100", "GBP", 2, "9610.00", 110, 0.7, 0.8, "1", _INDEX,
           "0.01", "-163.0", "47.0", market_hours.LONDON),
    CfdRow("JP225", "Japan 225 Index", "JP225", "JPY", 1, "49400.0", 80, 1.3, 0.7, "100", _INDEX,
           "0.01", "-42.0", "-15.0", market_hours.FUTURES),
    CfdRow("AUS200", "Australia 200 Index", "AUS200", "AUD", 2, "8560.00", 160, 0.8, 1.0, "1", _INDEX,
           "0.01", "-150.0", "38.0", market_hours.SYDNEY),
    CfdRow("HK50", "Hong Kong 50 Index", "HK50", "HKD", 2, "25700.00", 700, 1.4, 0.9, "10", _INDEX,
           "0.02", "-330.0", "20.0", market_hours.HONG_KONG, 500),
)  # fmt: skip

ENERGIES = (
    CfdRow("XTIUSD", "WTI Crude Oil vs US Dollar", "XTI", "USD", 3, "59.800", 28, 2.1, 0.6, "1000",
           ("0.01", "100", "0.01"), "0.02", "-9.5", "2.2", market_hours.METALS),
    CfdRow("XBRUSD", "Brent Crude Oil vs US Dollar", "XBR", "USD", 3, "63.900", 30, 2.0, 0.7, "1000",
           ("0.01", "100", "0.01"), "0.02", "-9.0", "2.8", market_hours.BRENT),
    CfdRow("XNGUSD", "Natural Gas vs US Dollar", "XNG", "USD", 3, "4.480", 6, 3.6, 1.0, "10000",
           ("0.01", "50", "0.01"), "0.05", "-6.4", "1.1", market_hours.METALS, 10),
)  # fmt: skip

CRYPTO = (
    CfdRow("BTCUSD", "Bitcoin vs US Dollar", "BTC", "USD", 2, "91200.00", 1, 2.6, 0.1, "1",
           ("0.01", "50", "0.01"), "0.02", "-4980.0", "-1660.0", market_hours.ALWAYS_OPEN),
    CfdRow("ETHUSD", "Ethereum vs US Dollar", "ETH", "USD", 2, "3020.00", 1, 3.6, 0.12, "1",
           ("0.01", "500", "0.01"), "0.02", "-165.0", "-55.0", market_hours.ALWAYS_OPEN),
    CfdRow("XRPUSD", "Ripple vs US Dollar", "XRP", "USD", 5, "2.18000", 10, 4.2, 0.3, "1000",
           ("0.01", "500", "0.01"), "0.05", "-12.0", "-4.0", market_hours.ALWAYS_OPEN),
    CfdRow("SOLUSD", "Solana vs US Dollar", "SOL", "USD", 2, "138.00", 1, 4.6, 0.25, "10",
           ("0.01", "1000", "0.01"), "0.05", "-7.6", "-2.5", market_hours.ALWAYS_OPEN),
    CfdRow("ADAUSD", "Cardano vs US Dollar", "ADA", "USD", 5, "0.42500", 10, 4.9, 0.6, "1000",
           ("0.01", "1000", "0.01"), "0.1", "-23.0", "-8.0", market_hours.ALWAYS_OPEN),
    CfdRow("DOGEUSD", "Dogecoin vs US Dollar", "DOGE", "USD", 5, "0.14700", 2, 5.2, 0.5, "10000",
           ("0.01", "500", "0.01"), "0.1", "-8.0", "-3.0", market_hours.ALWAYS_OPEN),
    CfdRow("LTCUSD", "Litecoin vs US Dollar", "LTC", "USD", 2, "84.50", 1, 3.9, 0.7, "10",
           ("0.01", "500", "0.01"), "0.05", "-4.6", "-1.5", market_hours.ALWAYS_OPEN, 10),
    CfdRow("BCHUSD", "Bitcoin Cash vs US Dollar", "BCH", "USD", 2, "535.00", 4, 4.0, 0.9, "1",
           ("0.01", "500", "0.01"), "0.05", "-29.0", "-10.0", market_hours.ALWAYS_OPEN, 20),
    CfdRow("LINKUSD", "Chainlink vs US Dollar", "LINK", "USD", 3, "13.200", 3, 4.8, 0.8, "100",
           ("0.01", "500", "0.01"), "0.1", "-0.7", "-0.2", market_hours.ALWAYS_OPEN),
)  # fmt: skip

CRYPTO_CROSSES = (CrossRow("ETHBTC", "Ethereum vs Bitcoin", 5, 2, 0.5, "-0.2", "-0.1"),)

STOCKS = (
    ("AAPL", "Apple Inc.", "271.50", 2, 1.5),
    ("MSFT", "Microsoft Corporation", "487.00", 6, 1.4),
    ("NVDA", "NVIDIA Corporation", "180.20", 2, 2.6),
    ("TSLA", "Tesla Inc.", "418.00", 5, 3.2),
    ("AMZN", "Amazon.com Inc.", "229.00", 3, 1.8),
    ("GOOGL", "Alphabet Inc. Class A", "318.00", 4, 1.7),
    ("META", "Meta Platforms Inc.", "634.00", 9, 1.9),
    ("NFLX", "Netflix Inc.", "106.20", 2, 1.8),
    ("AMD", "Advanced Micro Devices Inc.", "214.00", 4, 3.0),
    ("JPM", "JPMorgan Chase & Co.", "308.00", 5, 1.3),
    ("KO", "The Coca-Cola Company", "72.60", 1, 0.9),
    ("DIS", "The Walt Disney Company", "104.10", 2, 1.5),
)
"""Name, description, start price, spread in points, volatility in per cent a day."""
