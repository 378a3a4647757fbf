"""What kind of market a symbol belongs to: by the broker's folder, else by its name. For browsing alone.

The API's list of symbols names no folder, and reading every spec would cost most of a minute's weight: so a
name has to do until the spec was read. Nothing is priced or sent by it.
"""

import re
from functools import lru_cache

from xbtfx_tui.domain.currencies import COINS, METALS, NATIONAL, words_of

OTHERS = "Others"
_GENERAL = frozenset({"cfd", "cfds", "symbols", "retail", "market"})
"""Folders that say nothing of the kind of market; the one inside does."""

_METALS = METALS | words_of("GOLD SILVER COPPER")
_ENERGIES = words_of("XTI XBR XNG WTI BRENT NGAS USOIL UKOIL OIL")
_INDICES = words_of(
    """
    NDX SPX DJI RUT DAX FTSE CAC IBEX STOXX NIKKEI HSI VIX DXY USTEC NAS100 US100 US500 US30 US2000
    GER30 GER40 DE30 DE40 UK100 FRA40 FR40 EU50 EUSTX50 ESP35 IT40 NETH25 SWI20 JP225 JPN225 HK50
    AUS200 AU200 CHINA50 CN50 SPX500 NDX100 DJ30
    """
)
_SUFFIX = re.compile(r"[^A-Za-z0-9].*|[a-z]+$")
_QUOTED_IN = ("USD", "EUR", "GBP", "JPY", "BTC", "USDT")


def category_of(name: str, path: str = "") -> str:
    """The first folder of the path that names a kind of market, else what the name says: `Forex`."""
    folders = [folder.strip() for folder in path.replace("/", "\\").split("\\")[:-1] if folder.strip()]
    telling = next((folder for folder in folders if folder.casefold() not in _GENERAL), None)
    return telling or (folders[0] if folders else _by_name(name))


@lru_cache(maxsize=4096)
def _by_name(name: str) -> str:
    stem = _SUFFIX.sub("", name.lstrip("#._"))
    base, quote = stem[:3], stem[3:]
    if base in NATIONAL and quote in NATIONAL:
        return "Forex"
    bases = {stem, *(stem.removesuffix(quoted) for quoted in _QUOTED_IN)}
    for category, known in (
        ("Metals", _METALS),
        ("Energies", _ENERGIES),
        ("Indices", _INDICES),
        ("Crypto", COINS),
    ):
        if bases & known:
            return category
    return "Stocks" if stem.isascii() and stem.isalpha() and 0 < len(stem) <= 5 else OTHERS
