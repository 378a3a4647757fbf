"""What a first watchlist holds: of the symbols that an account has, those that most traders look at. Pure."""

from collections.abc import Collection, Iterable, Iterator
from itertools import zip_longest

from xbtfx_tui.domain.symbol_categories import category_of

_LOOKED_AT = (
    ("EURUSD",),
    ("GBPUSD",),
    ("USDJPY",),
    ("XAUUSD", "GOLD"),
    ("BTCUSD", "BTCUSDT"),
    ("NDXUSD", "USTEC", "NAS100", "US100", "NDX100", "NDX"),
    ("SPXUSD", "US500", "SPX500", "SPX"),
    ("ETHUSD", "ETHUSDT"),
    ("XTIUSD", "WTIUSD", "USOIL", "WTI"),
    ("AUDUSD",),
    ("USDCAD",),
    ("USDCHF",),
    ("NZDUSD",),
    ("EURJPY",),
    ("GBPJPY",),
    ("EURGBP",),
    ("XAGUSD", "SILVER"),
    ("DJIUSD", "US30", "DJ30", "DJI"),
    ("DAXEUR", "GER40", "DE40", "GER30", "DE30", "DAX"),
    ("XBRUSD", "UKOIL", "BRENT"),
    ("SOLUSD", "XRPUSD"),
)
"""In this order; of several names those of one market, as brokers call it."""
_KINDS = ("Forex", "Indices", "Crypto", "Metals", "Energies", "Stocks")


def default_watchlist(begins: Iterable[str], known: Collection[str], count: int) -> tuple[str, ...]:
    """Those of `begins` that are `known`, in their order, and up to `count` in all of what is looked at most,
    then of each kind of market in turn. A name with a suffix (`EURUSD.m`) is that market, too."""
    found = dict.fromkeys(symbol for symbol in begins if symbol in known)
    for symbol in (*_most_looked_at(known), *_by_kind(known)):
        if len(found) >= count:
            break
        found.setdefault(symbol)
    return tuple(found)


def _most_looked_at(known: Collection[str]) -> Iterator[str]:
    by_length = sorted(known, key=lambda symbol: (len(symbol), symbol))
    for names in _LOOKED_AT:
        found = next((one for name in names for one in by_length if _is_called(one, name)), None)
        if found is not None:
            yield found


def _is_called(symbol: str, name: str) -> bool:
    """Whether it is the name, or the name and a suffix that is no further capital or digit of it."""
    rest = symbol[len(name) :]
    return symbol.startswith(name) and not (rest[:1].isupper() or rest[:1].isdigit())


def _by_kind(known: Collection[str]) -> Iterator[str]:
    kinds: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for symbol in known:
        kinds.setdefault(category_of(symbol), []).append(symbol)
    for row in zip_longest(*kinds.values()):
        yield from (symbol for symbol in row if symbol is not None)
