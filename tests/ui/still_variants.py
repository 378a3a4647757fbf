"""The accounts and moments that the still life is looked at in: stale, locked, in another currency, empty."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from msgspec.structs import replace

from tests.ui.still_changes import hold_only, pend_only
from tests.ui.still_life import StillBackend, account, positions, still_backend
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.positions import HistoryPeriod, OrderKind, PendingOrder, Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    CurrencyTold,
    HistoryRead,
    KeyRead,
    Message,
    Severity,
    SpecRead,
    StreamDown,
    SymbolsRead,
    TradingChanged,
    TradingLocked,
    TradingReadOnly,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow, SymbolSpec
from xbtfx_tui.paper.exchange_options import ApiForm
from xbtfx_tui.ui.screen_options import Mode

D = Decimal
LONG_NAME = "GERMANY40.cash-futures"
WIDE_NAME = "SHIBUSD.perp"


@dataclass(frozen=True)
class Variant:
    """What the account is like, and what the terminal is told at its start."""

    fill: Callable[[StillBackend], None] = lambda _: None
    mode: Mode = Mode.PAPER
    watchlist: tuple[str, ...] = ()
    form: ApiForm = ApiForm.RICH

    def backend(self) -> StillBackend:
        return still_backend(self.fill, form=self.form)


def _says(backend: StillBackend, severity: Severity, sentence: str) -> None:
    backend.store.apply(Message(backend.clock.now().wall, severity, sentence))


def _stale(backend: StillBackend) -> None:
    """Quotes stopped 12 seconds ago; the account is still read."""
    backend.clock.at = 12.0
    backend.store.apply(AccountRead(account(), backend.clock.now()))


def _disconnected(backend: StillBackend) -> None:
    """The stream went 42 seconds ago, and the account can't be read either."""
    backend.clock.at = 42.0
    backend.store.apply(StreamDown("connection refused", 10.0))
    _says(backend, Severity.ERROR, "The stream is down: connection refused. Next try in 10s.")


def _locked(backend: StillBackend) -> None:
    backend.store.apply(TradingChanged(TradingLocked("a live account starts locked")))
    _says(backend, Severity.WARNING, "Trading is locked: a live account starts locked. ctrl+l unlocks it.")


def _read_only(backend: StillBackend) -> None:
    backend.store.apply(TradingChanged(TradingReadOnly("this key may only read")))
    _says(backend, Severity.WARNING, "This key may only read: orders can't be sent.")


def _in_btc(backend: StillBackend) -> None:
    """The same positions, their money counted in bitcoin."""
    rate = D(64000)
    in_btc = tuple(replace(p, profit=_btc(p.profit / rate), swap=_btc(p.swap / rate)) for p in positions())
    usd = account("BTC")
    held = replace(
        usd,
        balance=_btc(usd.balance / rate),
        equity=_btc(usd.equity / rate),
        margin=_btc(usd.margin / rate),
        margin_free=_btc(usd.margin_free / rate),
        profit=_btc(usd.profit / rate),
    )
    hold_only(backend.store, *in_btc)
    backend.store.apply(AccountRead(held, backend.clock.now()))


def _btc(amount: Decimal) -> Decimal:
    return amount.quantize(D("0.00000001"))


def _netting(backend: StillBackend) -> None:
    permissions = frozenset({Permission.TRADE, Permission.READ})
    status = KeyStatus(50012345, "standard", "active", permissions, MarginMode.NETTING)
    backend.store.apply(KeyRead(status))
    backend.store.apply(AccountRead(replace(account(), margin_mode=MarginMode.NETTING), backend.clock.now()))


def _empty(backend: StillBackend) -> None:
    """A fresh account: nothing is open, nothing was done."""
    held = replace(
        account(), equity=D(10000), margin=D(0), margin_free=D(10000), profit=D(0), margin_level=None
    )
    hold_only(backend.store)
    pend_only(backend.store)
    backend.store.apply(HistoryRead(HistoryPeriod.TODAY, ()))
    backend.store.apply(AccountRead(held, backend.clock.now()))


def _wide(backend: StillBackend) -> None:
    """Names and figures as long as they come."""
    store, clock = backend.store, backend.clock
    specs = (
        SymbolSpec(LONG_NAME, 1, D("0.1"), D(25), description="DAX 40 index, cash against futures"),
        SymbolSpec(WIDE_NAME, 8, D("0.00000001"), D(1000000), description="Shiba Inu perpetual"),
    )
    rows = tuple(SymbolRow(s.name, s.digits, s.contract_size, s.point) for s in specs)
    store.apply(SymbolsRead((*store.symbols.values(), *rows)))
    for spec in specs:
        store.apply(SpecRead(spec, clock.now()))
    backend.quote(LONG_NAME, 1918234.5, 1918240.1)
    backend.quote(WIDE_NAME, 0.00001123, 0.00001131)
    hold_only(
        store,
        Position(
            9223372036,
            LONG_NAME,
            Side.SELL,
            D("12500.25"),
            D("1917234.5"),
            D("1918240.1"),
            D("1920000.0"),
            D("1900000.0"),
            D("-1234567.89"),
            D("-98765.43"),
        ),
        Position(
            9223372035,
            WIDE_NAME,
            Side.BUY,
            D(100),
            D("0.00001100"),
            D("0.00001123"),
            None,
            D("0.00002000"),
            D("23.00"),
            D("-0.01"),
        ),
    )
    pend_only(
        store,
        PendingOrder(
            9223372040,
            LONG_NAME,
            OrderKind.SELL_STOP_LIMIT,
            D("1000.5"),
            D("1900000.0"),
            D("1910000.0"),
            D("1800000.0"),
        ),
    )
    held = replace(
        account(),
        balance=D("123456789.01"),
        equity=D("122222221.12"),
        margin=D("98765432.10"),
        margin_free=D("23456789.02"),
        profit=D("-1234544.89"),
        margin_level=D("123.75"),
    )
    store.apply(AccountRead(held, clock.now()))


def _told(backend: StillBackend) -> None:
    """The trader's config says what the account is in."""
    backend.store.apply(CurrencyTold(ToldByTrader("USD", "config.toml")))


VARIANTS: Mapping[str, Variant] = {
    "usual": Variant(),
    "stale": Variant(_stale),
    "disconnected": Variant(_disconnected),
    "locked live": Variant(_locked, mode=Mode.LIVE),
    "read-only": Variant(_read_only, mode=Mode.LIVE),
    "btc": Variant(_in_btc),
    "netting": Variant(_netting),
    "empty": Variant(_empty),
    "wide": Variant(_wide, watchlist=("EURUSD", "BTCUSD", LONG_NAME, WIDE_NAME)),
    "minimal": Variant(form=ApiForm.MINIMAL),
    "minimal, currency told": Variant(_told, form=ApiForm.MINIMAL),
}
