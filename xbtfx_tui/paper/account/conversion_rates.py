"""What one currency is worth in the account's, at the current mids; knows which rates a tick makes stale.

Never guesses: a currency without quotes has no rate.
"""

from collections.abc import Mapping
from decimal import Decimal

from xbtfx_tui.domain.profit_calculation import conversion_rate


class Rates:
    """Rates into `currency`, over `quotes` (symbol -> bid, ask), which the owner keeps current."""

    def __init__(self, currency: str, quotes: Mapping[str, tuple[Decimal, Decimal]]) -> None:
        self._currency = currency
        self._quotes = quotes
        self._known: dict[str, Decimal] = {}
        self._fed_by: dict[str, set[str]] = {}

    def of(self, source: str) -> Decimal | None:
        """How many of the account's currency one `source` is worth; None without the quotes for it."""
        if (known := self._known.get(source)) is not None:
            return known
        used: list[str] = []

        def mid(symbol: str) -> Decimal | None:
            if (quote := self._quotes.get(symbol)) is None:
                return None
            used.append(symbol)
            return (quote[0] + quote[1]) / 2

        rate = conversion_rate(source, self._currency, mid)
        if rate is not None:
            self._known[source] = rate
            for symbol in used:
                self._fed_by.setdefault(symbol, set()).add(source)
        return rate

    def moved_by(self, symbol: str) -> frozenset[str]:
        """The currencies whose rate this symbol's tick has changed; they are computed anew when asked for."""
        fed = self._fed_by.pop(symbol, None)
        if not fed:
            return frozenset()
        for source in fed:
            self._known.pop(source, None)
        return frozenset(fed)
