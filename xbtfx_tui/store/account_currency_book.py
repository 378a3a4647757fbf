"""What is known of the account's currency, from all who tell: the server, the trader, the account's figures.

A figure is a position's profit in the account's currency beside what its price move comes to in the symbol's:
the rate between the two fits one currency. Nothing is proven by one figure alone: a profit and a price of two
moments would make a false one.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from decimal import Decimal, localcontext

from xbtfx_tui.domain.account_currency import (
    NOT_NAMED,
    AccountCurrency,
    CurrencyNotKnown,
    ProvenByFigures,
    ToldByTrader,
    code_in,
    currency_state,
    overruled_words,
)
from xbtfx_tui.domain.accounts import currency_decimals
from xbtfx_tui.domain.order_estimates import AccountRate, NoRates
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.profit_calculation import profit_in_quote_currency
from xbtfx_tui.domain.symbol_spec import SymbolSpec
from xbtfx_tui.domain.unreadable_rows import UnreadRow

FIGURES_NEEDED = 3
"""So many different figures, none against them, prove it."""

_CANDIDATES = (("USD", "USDT"), ("BTC",), ("ETH",), ("XRP",))
_TOLERANCE = Decimal("0.02")
"""Of a rate: the server converts at a price of its own, a moment before or after ours."""

_LEAST_UNITS = 50
"""A profit of less of its currency's smallest units is too rounded to tell a rate."""

RateBetween = Callable[[str, str], Decimal | None]
"""How many of the second currency one of the first is worth; None where that is not known."""


class CurrencyBook:
    """`state` is what is known; `rate` converts into the account's currency, where it is known.

    What has to be said goes to `say`, as a sentence. Whoever tells hears whether it changed what is known.
    """

    def __init__(
        self, specs: Mapping[str, SymbolSpec], rate_between: RateBetween, say: Callable[[str], None]
    ) -> None:
        self._specs = specs
        self._say = say
        self._rate_between = rate_between
        self._named: str | None = None
        self._told: ToldByTrader | None = None
        self._shown: Collection[str] | None = None
        self._figures: set[tuple[int, Decimal, Decimal]] = set()
        self._fitting: tuple[str, ...] | None = None
        self._said: str | None = None
        self.state: AccountCurrency = CurrencyNotKnown()
        self.rate: AccountRate = NoRates("the account has not been read yet")

    @property
    def code(self) -> str | None:
        """The currency's code; None where it is not known."""
        return code_in(self.state)

    def named(self, currency: str | None) -> bool:
        """The account was read, and what the server names its currency."""
        self._named = currency or self._named  # the rich form may come and go
        return self._settle(NOT_NAMED)

    def told(self, told: ToldByTrader) -> bool:
        """The trader told it."""
        self._told = told
        return self._settle(self.rate.why if isinstance(self.rate, NoRates) else NOT_NAMED)

    def look_at(self, positions: Iterable[Position | UnreadRow]) -> bool:
        """A list of positions came, as the server tells them."""
        if self._named is not None:
            return False
        for position in positions:
            if isinstance(position, Position):
                self._weigh(position)
        if self._fitting is not None and len(self._figures) >= FIGURES_NEEDED:
            self._shown = self._fitting
        return self._settle(self.rate.why if isinstance(self.rate, NoRates) else NOT_NAMED)

    def _weigh(self, position: Position) -> None:
        """Count a figure that fits as those before it did; one that fits another or none ends the count."""
        fits = self._fits(position)
        if fits is None:
            return
        if fits != self._fitting:
            self._figures.clear()
            self._fitting = fits or None
        if fits:
            self._figures.add((position.ticket, position.price_current, position.profit))

    def _fits(self, position: Position) -> tuple[str, ...] | None:
        """The currencies that the position's profit fits, empty where there is none or more than one kind;
        None where it tells nothing."""
        spec = self._specs.get(position.symbol)
        if spec is None or not spec.currency_profit:
            return None
        with localcontext() as context:
            context.prec = 200  # of figures at the limits of what the wire lets in
            own = profit_in_quote_currency(
                position.side,
                position.price_open,
                position.price_current,
                spec.contract_size,
                position.volume,
            )
            fitting = []
            for codes in _CANDIDATES:
                rate = self._rate_between(spec.currency_profit, codes[0])
                unit = Decimal(1).scaleb(-currency_decimals(codes[0]))
                if rate is None or abs(own * rate) < unit * _LEAST_UNITS:
                    return None  # it might be this one as well
                if abs(position.profit - own * rate) <= abs(own * rate) * _TOLERANCE + unit:
                    fitting.append(codes)
        return fitting[0] if len(fitting) == 1 else ()

    def _settle(self, why_not: str) -> bool:
        before = self.state
        self.state = currency_state(self._named, self._told, self._shown)
        currency = self.code
        if currency is None:
            self.rate = NoRates(why_not)
        elif before != self.state or isinstance(self.rate, NoRates):
            self.rate = lambda source: self._rate_between(source, currency)
        words = overruled_words(self.state, self._told)
        if words is None and before != self.state and isinstance(self.state, ProvenByFigures):
            words = f"The account is in {currency}: the profits of its positions show it."
        if words is not None and words != self._said:
            self._say(words)
        self._said = words
        return self.state != before
