"""What is at risk, to be read: the distance to a margin call, net exposure by symbol and by currency."""

from collections.abc import Iterator

from textual.content import Content
from textual.widgets import Static

from xbtfx_tui.domain.account_currency import NOT_NAMED
from xbtfx_tui.domain.events import Reading
from xbtfx_tui.domain.exposure import (
    STOP_OUT_PERCENT,
    Amount,
    CurrencyExposure,
    NetExposure,
    SymbolExposure,
    Unknown,
    distance_words,
)
from xbtfx_tui.domain.read_states import unread_sentence
from xbtfx_tui.planning.words import nothing_words, positions_not_known
from xbtfx_tui.store.feed import feed_trouble
from xbtfx_tui.ui import format as fmt
from xbtfx_tui.ui.dialogs.reader import Reader
from xbtfx_tui.ui.exposures import distance_now, exposure_now, is_near
from xbtfx_tui.ui.lookup import currency_of
from xbtfx_tui.ui.ports import Backend

EVERY_SECONDS = 1.0


class ExposureDialog(Reader):
    """Works itself out anew each second."""

    def __init__(self, backend: Backend) -> None:
        super().__init__("reader")
        self._backend = backend

    def title_words(self) -> str:
        return "Exposure"

    def on_mount(self) -> None:
        self.set_interval(EVERY_SECONDS, self.read_anew)

    def read_anew(self) -> None:
        self.query_one("#frame Static", Static).update(self.page())

    def page(self) -> Content:
        store, currency = self._backend.store, currency_of(self._backend.store)
        distance = distance_now(store)
        parts: list[str | tuple[str, str]] = [f"{self._margin_words(currency)}\n"]
        sentence = distance_words(distance, currency)
        if store.account is not None:
            parts.append((f"! {sentence}", "bold $warning") if is_near(distance) else sentence)
        parts.append(
            (
                f"\nThe levels are what the broker publishes, stop-out at {STOP_OUT_PERCENT}%;"
                " the API tells neither. All else standing still.\n",
                "$foreground-muted",
            )
        )
        if (trouble := feed_trouble(store.feed)) is not None:
            parts.append((f"! Not at prices of now: {trouble}.\n", "$warning"))
        unknown = positions_not_known(store)
        if store.positions:
            exposure = exposure_now(store)
            parts += self._tables(exposure, currency)
            # Why nothing can be valued is said once.
            missing = [one for one in _missing(exposure) if NOT_NAMED not in one or one not in sentence]
            parts += [(f"\n! {one}", "$warning") for one in missing]
        elif not unknown:
            parts.append(f"\n{nothing_words(store)}")
        parts += [(f"\n! {fmt.clean(words, 300)}", "$warning") for words in unknown]
        return Content.assemble(*parts)

    def _margin_words(self, currency: str | None) -> str:
        account = self._backend.store.live_account()
        if account is None:
            store = self._backend.store
            sentence = unread_sentence("The account is", store.read_state(Reading.ACCOUNT))
            return fmt.clean(sentence or "The account is not read yet.")
        margin, free = (fmt.money_named(each, currency) for each in (account.margin, account.margin_free))
        return f"Margin {margin}, level {fmt.percent(account.margin_level, 1)}, free {free}."

    def _tables(self, exposure: NetExposure, currency: str | None) -> Iterator[str | tuple[str, str]]:
        value = f"value {currency or ''}".rstrip()
        yield f"\n{_by_symbol('by symbol', 'long', 'short', 'net', value)}", "$foreground-muted"
        for symbol in exposure.by_symbol:
            yield f"\n{_symbol_row(symbol, currency)}"
        yield f"\n\n{_by_currency('by currency', 'amount', value)}", "$foreground-muted"
        for held in exposure.by_currency:
            yield f"\n{_currency_row(held, currency)}"


def _missing(exposure: NetExposure) -> list[str]:
    """What could not be worked out, each sentence once."""
    values = [*(one.value for one in exposure.by_symbol), *(one.value for one in exposure.by_currency)]
    unknown = [value.sentence for value in values if isinstance(value, Unknown)]
    return list(dict.fromkeys((*exposure.missing, *unknown)))


def _symbol_row(of: SymbolExposure, currency: str | None) -> str:
    net = f"{'+' if of.lots > 0 else ''}{fmt.lots(of.lots)}"
    return _by_symbol(
        fmt.clean(of.symbol, 32), fmt.lots(of.longs), fmt.lots(of.shorts), net, _value(of.value, currency)
    )


def _currency_row(of: CurrencyExposure, currency: str | None) -> str:
    return _by_currency(
        fmt.clean(of.currency, 32), fmt.signed_money(of.amount, of.currency), _value(of.value, currency)
    )


def _value(value: Amount, currency: str | None) -> str:
    return fmt.NOTHING if isinstance(value, Unknown) else fmt.signed_money(value, currency)


def _by_symbol(symbol: str, longs: str, shorts: str, net: str, value: str) -> str:
    return (
        f"{fmt.left(symbol, 11)}{fmt.right(longs, 9)}{fmt.right(shorts, 9)}{fmt.right(net, 9)}"
        f"{fmt.right(value, 18)}"
    )


def _by_currency(currency: str, amount: str, value: str) -> str:
    return f"{fmt.left(currency, 11)}{fmt.right(amount, 27)}{fmt.right(value, 18)}"
