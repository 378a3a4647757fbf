"""The trader's word on the account's currency, for screens without an account."""

from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.store_events import CurrencyTold
from xbtfx_tui.store.store import Store


class StillCurrency:
    def __init__(self, store: Store) -> None:
        self._store = store
        self.must_ask = False
        self.answers: list[str | None] = []

    def answer(self, currency: str | None) -> str:
        self.must_ask = False
        self.answers.append(currency)
        if currency is not None:
            self._store.apply(CurrencyTold(ToldByTrader(currency, "told in the terminal")))
        return f"Answered: {currency}."
