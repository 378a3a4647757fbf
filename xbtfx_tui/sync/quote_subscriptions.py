"""Which symbols the stream is to send: pure, from what is on screen, what is held and what converts it."""

from collections.abc import Iterable

from xbtfx_tui.domain.account_currency import code_in
from xbtfx_tui.domain.profit_calculation import conversion_symbols
from xbtfx_tui.store.store import Store

MOST_SUBSCRIPTIONS = 1_000


def wanted_symbols(store: Store, on_screen: frozenset[str], depth: str | None) -> frozenset[str]:
    """The symbols on screen, of positions, and of the pairs that convert their money; 1,000 at most.

    What is on screen comes first, positions next. Names the account does not have are left out, once its
    symbols are known.
    """
    held = sorted({position.symbol for position in store.positions.values()})
    shown = ([] if depth is None else [depth]) + sorted(on_screen)
    known = store.symbols
    chosen: dict[str, None] = {}
    for name in (*shown, *held, *_converting(store, (*shown, *held))):
        if len(chosen) >= MOST_SUBSCRIPTIONS:
            break
        if not known or name in known:
            chosen[name] = None
    return frozenset(chosen)


def _converting(store: Store, symbols: Iterable[str]) -> list[str]:
    """The pairs that turn these symbols' profit and margin currencies into the account's; none until that
    is known."""
    target = code_in(store.currency)
    if target is None:
        return []
    currencies: dict[str, None] = {}
    for symbol in symbols:
        if (spec := store.specs.get(symbol)) is not None:
            for currency in (spec.currency_profit, spec.currency_margin, spec.currency_base):
                if currency:
                    currencies[currency] = None
    return [
        name
        for currency in currencies
        for name in conversion_symbols(currency, target, store.symbols.__contains__)
    ]
