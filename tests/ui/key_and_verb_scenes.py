"""The accounts before which keys and verbs are tried, and the orders that are tried on each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from msgspec.structs import replace

from tests.ui.key_and_verb import Order, judged
from tests.ui.still_changes import hold_only
from tests.ui.still_life import PRICES, WALL, StillBackend, account, positions, still_backend
from tests.ui.still_variants import VARIANTS
from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo, OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import AccountRead, IntentMoved, PositionsRead, SpecRead
from xbtfx_tui.paper.exchange_options import ApiForm

D = Decimal
EURUSD_LONG, XAUUSD_SHORT, USDJPY_LONG, GBPUSD_LIMIT = 184729, 184733, 184741, 184750
EURUSD_SHORT = 184742
NOW: Mapping[str, tuple[float, float]] = PRICES


@dataclass(frozen=True)
class Scene:
    """An account, and the orders that are tried on it. `prices` come anew before each order."""

    orders: tuple[Order, ...]
    fill: Callable[[StillBackend], None] = lambda _: None
    currency: str | None = "USD"
    form: ApiForm = ApiForm.RICH
    prices: Mapping[str, tuple[float, float]] = field(default_factory=lambda: NOW)

    def backend(self) -> StillBackend:
        return judged(still_backend(self.fill, self.currency, form=self.form))

    def prices_come(self, backend: StillBackend) -> None:
        for symbol, (bid, ask) in self.prices.items():
            backend.quote(symbol, bid, ask)


def opposite(volume: str) -> Position:
    return Position(
        EURUSD_SHORT,
        "EURUSD",
        Side.SELL,
        D(volume),
        D("1.08300"),
        D("1.08221"),
        profit=D("79.00") * D(volume),
    )


def with_opposite(volume: str) -> Callable[[StillBackend], None]:
    return lambda backend: hold_only(backend.store, *positions(), opposite(volume))


def poor(backend: StillBackend) -> None:
    """The margin in use is not covered: nothing more can be paid for, nor what is held be opened anew."""
    figures = replace(account(), equity=D("1060.00"), margin_free=D("-22.13"), margin_level=D("97.96"))
    backend.store.apply(AccountRead(figures, backend.clock.now()))


def with_a_small_long(backend: StillBackend) -> None:
    """The long is of 0.01 lots, which no part of can be closed."""
    small = replace(positions()[0], volume=D("0.01"), profit=D("0.93"))
    hold_only(backend.store, small, *positions()[1:])


def with_equity_of_before(backend: StillBackend) -> None:
    backend.clock.at = 40.0


def away_from_the_price(backend: StillBackend) -> None:
    """The broker wants stops 50 points away."""
    spec = replace(backend.store.specs["EURUSD"], stops_level=50)
    backend.store.apply(SpecRead(spec, backend.clock.now()))


def at_zero(backend: StillBackend) -> None:
    backend.moves_to("EURUSD", 0.0, 0.0)


def stale(backend: StillBackend) -> None:
    VARIANTS["stale"].fill(backend)


def netting(backend: StillBackend) -> None:
    VARIANTS["netting"].fill(backend)


def in_doubt(intent: Intent) -> Callable[[StillBackend], None]:
    """An earlier order whose outcome nobody knows."""

    def fill(backend: StillBackend) -> None:
        line = StoryLine(WALL, IntentState.UNKNOWN, "The outcome is NOT known.")
        backend.store.apply(IntentMoved(IntentRecord(intent, IntentState.UNKNOWN, (line,), None)))
        if isinstance(intent, ModifyIntent):
            backend.desk.moving_stops = frozenset({intent.ticket})

    return fill


def moves_stops(backend: StillBackend) -> None:
    in_doubt(ModifyIntent("earlier", EURUSD_LONG, "EURUSD", MoveTo(D("1.08000")), Keep()))(backend)


def closed(backend: StillBackend) -> None:
    """EURUSD trades at no time."""
    spec = replace(backend.store.specs["EURUSD"], trade_sessions=())
    backend.store.apply(SpecRead(spec, backend.clock.now()))


def missing_in_the_last_list(backend: StillBackend) -> None:
    backend.store.apply(PositionsRead(positions()[1:], backend.store.mark()))


def oddly_named(backend: StillBackend) -> None:
    """The long is of a symbol whose name holds what steers a terminal, and looks like markup."""
    spec = replace(backend.store.specs["EURUSD"], name=ODD_NAME)
    backend.store.apply(SpecRead(spec, backend.clock.now()))
    hold_only(backend.store, replace(positions()[0], symbol=ODD_NAME), *positions()[1:])


ODD_NAME = "EUR[/x]\x1b[2JUSD"

OF_EACH_KIND = (
    Order("EURUSD", "b 0.10 tab 30p tab 1.09 enter", "buy 0.10 EURUSD sl=30p tp=1.09"),
    Order(EURUSD_LONG, "c enter", "close 184729"),
    Order(EURUSD_LONG, "c 0.05 enter", "close 184729 0.05"),
    Order(EURUSD_LONG, "m 1.0800 enter", "sl 184729 1.0800"),
    Order(EURUSD_LONG, "m tab 2r enter", "tp 184729 2r"),
    Order(EURUSD_LONG, "e enter", "be 184729"),
    Order(EURUSD_LONG, "t 15p enter", "trail 15p 184729"),
    Order(EURUSD_LONG, "r enter", "reverse 184729"),
    Order(EURUSD_LONG, "y looks enter", "closeby 184729 184742"),
)

SCENES: Mapping[str, Scene] = {
    "opening": Scene(
        (
            Order("EURUSD", "b 0.10 enter", "buy 0.10 EURUSD"),
            Order("GBPUSD", "s 0.10 tab tab tab news enter", "sell 0.10 GBPUSD comment=news"),
            Order("EURUSD", "b 0.10 tab 30p tab 2r enter", "buy 0.10 EURUSD sl=30p tp=2r"),
            Order("XAUUSD", "s 0.10 tab 2355 tab 2300.5 enter", "sell 0.10 XAUUSD sl=2355 tp=2300.5"),
            Order("USDJPY", "b 0.10 tab 50$ tab 80$ enter", "buy 0.10 USDJPY sl=50$ tp=80$"),
        )
    ),
    "opening by risk": Scene(
        (
            Order("EURUSD", "b 1% tab 30p enter", "buy 1% EURUSD sl=30p"),
            Order("XAUUSD", "s 50$ tab 2355 tab 2r enter", "sell 50$ XAUUSD sl=2355 tp=2r"),
            Order("EURUSD", "b 1% tab 1p enter", "buy 1% EURUSD sl=1p"),
            Order("EURUSD", "b 50% tab 2p enter", "buy 50% EURUSD sl=2p"),
        )
    ),
    "opening that can't be": Scene(
        (
            Order("EURUSD", "b 1% enter", "buy 1% EURUSD"),
            Order("EURUSD", "b 1% tab 50$ enter", "buy 1% EURUSD sl=50$"),
            Order("EURUSD", "b 0.015 enter", "buy 0.015 EURUSD"),
            Order("EURUSD", "b 500 enter", "buy 500 EURUSD"),
            Order("EURUSD", "b 0.10 tab 1.0900 enter", "buy 0.10 EURUSD sl=1.0900"),
            Order("EURUSD", "b 0.10 tab tab 1.0800 enter", "buy 0.10 EURUSD tp=1.0800"),
            Order("EURUSD", "b 0.10 tab tab 2r enter", "buy 0.10 EURUSD tp=2r"),
            Order("EURUSD", "b 0.10 tab 108 enter", "buy 0.10 EURUSD sl=108"),
            Order(
                "EURUSD",
                "b 0.10 tab tab tab a_comment_of_more_letters_than_27 enter",
                "buy 0.10 EURUSD comment=a_comment_of_more_letters_than_27",
            ),
        )
    ),
    "stops level": Scene(
        (
            Order("EURUSD", "b 0.10 tab 1.08200 enter", "buy 0.10 EURUSD sl=1.08200"),
            Order(EURUSD_LONG, "m 1.08200 enter", "sl 184729 1.08200"),
            Order(EURUSD_LONG, "e enter", "be 184729"),
            Order(EURUSD_LONG, "t 2p enter", "trail 2p 184729"),
        ),
        away_from_the_price,
    ),
    "netting": Scene(
        (
            Order("EURUSD", "b 0.10 enter", "buy 0.10 EURUSD"),
            Order("EURUSD", "b 0.10 tab 1.0750 tab 1.0950 enter", "buy 0.10 EURUSD sl=1.0750 tp=1.0950"),
            Order("EURUSD", "b 1% tab 30p enter", "buy 1% EURUSD sl=30p"),
            Order("EURUSD", "s 0.10 enter", "sell 0.10 EURUSD"),
            Order("EURUSD", "s 0.10 tab 30p enter", "sell 0.10 EURUSD sl=30p"),
            Order("EURUSD", "s 0.50 enter", "sell 0.50 EURUSD"),
            Order("EURUSD", "s 1.00 tab 30p enter", "sell 1.00 EURUSD sl=30p"),
            Order(EURUSD_LONG, "c f2 enter", "close 184729 half"),
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
        ),
        netting,
    ),
    "margin not enough": Scene(
        (
            Order("EURUSD", "b 1.00 tab 30p enter", "buy 1.00 EURUSD sl=30p"),
            Order(USDJPY_LONG, "r enter", "reverse 184741"),
            Order(XAUUSD_SHORT, "r enter", "reverse 184733"),
        ),
        poor,
    ),
    "closing": Scene(
        (
            Order(EURUSD_LONG, "c enter", "close 184729"),
            Order(XAUUSD_SHORT, "c enter", "close 184733"),
            Order(EURUSD_LONG, "c 0.05 enter", "close 184729 0.05"),
            Order(EURUSD_LONG, "c f2 enter", "close 184729 half"),
            Order(EURUSD_LONG, "c f3 enter", "close 184729 third"),
            Order(EURUSD_LONG, "c f4 enter", "close 184729 quarter"),
            Order(EURUSD_LONG, "c 0.6 enter", "close 184729 0.6"),
            Order(EURUSD_LONG, "c 0.055 enter", "close 184729 0.055"),
        )
    ),
    "closing a part of little": Scene(
        (Order(EURUSD_LONG, "c f2 enter", "close 184729 half"),), with_a_small_long
    ),
    "stops": Scene(
        (
            Order(EURUSD_LONG, "m 1.0800 enter", "sl 184729 1.0800"),
            Order(EURUSD_LONG, "m 30p enter", "sl 184729 30p"),
            Order(EURUSD_LONG, "m 50$ enter", "sl 184729 50$"),
            Order(EURUSD_LONG, "m delete enter", "sl 184729 off"),
            Order(EURUSD_LONG, "m tab 1.0900 enter", "tp 184729 1.0900"),
            Order(EURUSD_LONG, "m tab 2r enter", "tp 184729 2r"),
            Order(EURUSD_LONG, "m tab delete enter", "tp 184729 off"),
            Order(XAUUSD_SHORT, "m tab 2300 enter", "tp 184733 2300"),
            Order(USDJPY_LONG, "m 150 enter", "sl 184741 150"),
            Order(GBPUSD_LIMIT, "m 1.2540 enter", "sl 184750 1.2540"),
            Order(GBPUSD_LIMIT, "m tab delete enter", "tp 184750 off"),
        )
    ),
    "stops that can't be": Scene(
        (
            Order(EURUSD_LONG, "m 1.0900 enter", "sl 184729 1.0900"),
            Order(EURUSD_LONG, "m tab 1.0800 enter", "tp 184729 1.0800"),
            Order(EURUSD_LONG, "m 108 enter", "sl 184729 108"),
            Order(USDJPY_LONG, "m tab 2r enter", "tp 184741 2r"),
            Order(GBPUSD_LIMIT, "m 1.2700 enter", "sl 184750 1.2700"),
        )
    ),
    "breakeven": Scene(
        (
            Order(EURUSD_LONG, "e enter", "be 184729"),
            Order(XAUUSD_SHORT, "e enter", "be 184733"),
            Order(USDJPY_LONG, "e enter", "be 184741"),
        )
    ),
    "breakeven that stands": Scene(
        (Order(EURUSD_LONG, "e enter", "be 184729"),),
        lambda backend: hold_only(backend.store, replace(positions()[0], sl=D("1.08200"))),
    ),
    "trailing": Scene(
        (
            Order(EURUSD_LONG, "t 15p enter", "trail 15p 184729"),
            Order(EURUSD_LONG, "t 1p enter", "trail 1p 184729"),
            Order(EURUSD_LONG, "t 40p enter", "trail 40p 184729"),
            Order(USDJPY_LONG, "t 15p enter", "trail 15p 184741"),
            Order(XAUUSD_SHORT, "t 500p enter", "trail 500p 184733"),
            Order(EURUSD_LONG, "t 0.01p enter", "trail 0.01p 184729"),
            Order(EURUSD_LONG, "t 99999p enter", "trail 99999p 184729"),
        )
    ),
    "reversing": Scene(
        (
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
            Order(XAUUSD_SHORT, "r enter", "reverse 184733"),
            Order(USDJPY_LONG, "r enter", "reverse 184741"),
        )
    ),
    "close-by": Scene(
        (
            Order(EURUSD_LONG, "y looks enter", "closeby 184729 184742"),
            Order(EURUSD_SHORT, "y looks enter", "closeby 184742 184729"),
        ),
        with_opposite("0.30"),
    ),
    "close-by of equals": Scene(
        (Order(EURUSD_LONG, "y looks enter", "closeby 184729 184742"),), with_opposite("0.50")
    ),
    "no currency": Scene(OF_EACH_KIND, with_opposite("0.30"), currency=None),
    "minimal form": Scene(OF_EACH_KIND, with_opposite("0.30"), currency=None, form=ApiForm.MINIMAL),
    "old equity": Scene(
        (Order("EURUSD", "b 1% tab 30p enter", "buy 1% EURUSD sl=30p"),), with_equity_of_before
    ),
    "old prices": Scene(
        (
            Order("EURUSD", "b 0.10 enter", "buy 0.10 EURUSD", waits=True),
            Order(EURUSD_LONG, "c enter", "close 184729"),
            Order(EURUSD_LONG, "c 0.05 enter", "close 184729 0.05"),
        ),
        stale,
        prices={},
    ),
    "no price": Scene(
        (
            Order("EURUSD", "b 0.10 enter", "buy 0.10 EURUSD"),
            Order(EURUSD_LONG, "e enter", "be 184729"),
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
            Order(EURUSD_LONG, "t 15p enter", "trail 15p 184729"),
        ),
        at_zero,
        prices={"EURUSD": (0.0, 0.0)},
    ),
    "an opening in doubt": Scene(
        (
            Order("EURUSD", "b 0.10 enter", "buy 0.10 EURUSD"),
            Order(EURUSD_LONG, "c enter", "close 184729"),
            Order(EURUSD_LONG, "m 1.0800 enter", "sl 184729 1.0800"),
            Order(EURUSD_LONG, "e enter", "be 184729"),
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
        ),
        in_doubt(OpenIntent("earlier", "EURUSD", Side.BUY, D("0.20"), D("1.08200"))),
    ),
    "stops in doubt": Scene(
        (
            Order(EURUSD_LONG, "m 1.0780 enter", "sl 184729 1.0780"),
            Order(EURUSD_LONG, "e enter", "be 184729"),
            Order(EURUSD_LONG, "t 15p enter", "trail 15p 184729"),
            Order(EURUSD_LONG, "c enter", "close 184729"),
        ),
        moves_stops,
    ),
    "market closed": Scene(
        (
            Order("EURUSD", "b 0.10 enter", "buy 0.10 EURUSD"),
            Order(EURUSD_LONG, "c enter", "close 184729"),
            Order(EURUSD_LONG, "m 1.0800 enter", "sl 184729 1.0800"),
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
        ),
        closed,
    ),
    "position in doubt": Scene(
        (
            Order(EURUSD_LONG, "c enter", "close 184729"),
            Order(EURUSD_LONG, "c f2 enter", "close 184729 half"),
            Order(EURUSD_LONG, "m 1.0800 enter", "sl 184729 1.0800"),
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
        ),
        missing_in_the_last_list,
    ),
    "odd name": Scene(
        (
            Order(EURUSD_LONG, "c f2 enter", "close 184729 half"),
            Order(EURUSD_LONG, "m 1.0800 enter", "sl 184729 1.0800"),
            Order(EURUSD_LONG, "e enter", "be 184729"),
            Order(EURUSD_LONG, "t 15p enter", "trail 15p 184729"),
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
        ),
        oddly_named,
        prices={ODD_NAME: PRICES["EURUSD"]},
    ),
    "in bitcoin": Scene(
        (
            Order("EURUSD", "b 0.10 tab 30p enter", "buy 0.10 EURUSD sl=30p"),
            Order(EURUSD_LONG, "c f2 enter", "close 184729 half"),
            Order(EURUSD_LONG, "m 1.0800 enter", "sl 184729 1.0800"),
            Order(EURUSD_LONG, "r enter", "reverse 184729"),
        ),
        VARIANTS["btc"].fill,
    ),
}
