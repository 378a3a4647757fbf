"""Text of a hostile server in every field that a server fills: nothing of it steers the terminal.

The store is filled past the wire, so that each pane and dialog has to hold by itself.
"""

import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from msgspec.structs import replace

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import (
    PRICES,
    WALL,
    StillBackend,
    account,
    book,
    deals,
    forex,
    orders,
    positions,
    still_backend,
)
from xbtfx_tui.domain.accounts import KeyStatus, MarginMode, Permission
from xbtfx_tui.domain.failures import Failure, GarbledAnswer, Refused, ServerFault
from xbtfx_tui.domain.intents import OpenIntent
from xbtfx_tui.domain.order_outcomes import HalfReversed, IntentRecord, IntentState, Rejected, StoryLine
from xbtfx_tui.domain.order_text import answer_words
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    HistoryRead,
    IntentMoved,
    KeyRead,
    MalformedFrame,
    Message,
    OrdersRead,
    PositionClosed,
    PositionOpened,
    PositionsRead,
    ReadFailed,
    Reading,
    ServerNotice,
    Severity,
    SpecRead,
    StreamDown,
    StreamRefused,
    SymbolsRead,
)
from xbtfx_tui.domain.symbol_spec import SymbolRow

SEQUENCES = "\x1b[2J\x1b]0;owned\x07\x9b31m\x9d\x90"
STEERING = "\x1b\x00\x07\x08\x7f\r\n\t\x85\u2028\u202e\u2066\u200f\u200b\ufeff\u00ad\ufe0f\u3164\ud800"
NASTY = {
    "sequences": (SEQUENCES, (80, 24)),
    "steering": (STEERING, (120, 34)),
    "broken markup": ("[/x]" + "o" + "\u0301" * 30, (120, 34)),
    "actions": ("[@click=app.exit]日本[/][link=http://x]", (120, 34)),
}
HIDDEN = frozenset("\ufe0f\u3164\u034f\u2800")
PANES = ("2", "5", "6", "7", "4", "1")


def fill(nasty: str) -> Callable[[StillBackend], None]:
    """Everything that a server says, with the nasty text first and in the middle."""
    said = f"{nasty}bad{nasty} news [x]"
    name = f"{nasty}EURUSD"
    refused: tuple[Failure, ...] = (
        Refused(400, said, said, 10016),
        Refused(403, said, said),
        GarbledAnswer(200, said),
        ServerFault(500, said),
    )

    def filled(backend: StillBackend) -> None:
        store, now = backend.store, backend.clock.now()
        modes = frozenset(Permission)
        store.apply(KeyRead(KeyStatus(50012345, said, said, modes, MarginMode.HEDGING, said)))
        store.apply(AccountRead(replace(account(nasty + "EUR"), server=said), now))
        row = SymbolRow(name, 5, Decimal(100000), Decimal("0.00001"), description=said, path=said)
        store.apply(SymbolsRead((row, replace(row, name="GBPUSD"), replace(row, name="EURUSD"))))
        spec = replace(
            forex("EURUSD"), name=name, description=said, path=said, calc_mode=said, swap_mode=said,
            currency_base=nasty, currency_profit=nasty, currency_margin=nasty,
        )  # fmt: skip
        store.apply(SpecRead(spec, now))
        store.apply(PositionsRead(tuple(replace(one, symbol=name) for one in positions()), store.mark()))
        store.apply(OrdersRead(tuple(replace(one, symbol=name) for one in orders()), store.mark()))
        store.apply(HistoryRead(HistoryPeriod.TODAY, tuple(replace(one, symbol=name) for one in deals())))
        backend.quote(name, *PRICES["EURUSD"], book(*PRICES["EURUSD"], 0.00001))
        store.apply(PositionOpened(900, name, Side.BUY, Decimal(1), Decimal(1)))
        store.apply(PositionClosed(900, name, Decimal(5)))
        store.apply(MalformedFrame(said))
        store.apply(ServerNotice(said, said))
        for reading, failure in zip(Reading, refused, strict=False):
            store.apply(ReadFailed(reading, failure, now))
        intent = OpenIntent("1", name, Side.BUY, Decimal("0.1"), Decimal(1), comment=said)
        for result in (*refused, Rejected(10006, said), HalfReversed(said)):
            words = answer_words(intent, result, 5, nasty)
            line = StoryLine(WALL, IntentState.REJECTED, words)
            store.apply(IntentMoved(IntentRecord(intent, IntentState.REJECTED, (line,), result)))
            store.apply(Message(WALL, Severity.ERROR, words))
        store.apply(Message(WALL, Severity.ERROR, said * 30))

    return filled


def steering(desk: Desk) -> list[str]:
    """What is on screen and should not be: characters that steer or hide, actions and links."""
    found = []
    for strip in desk.app.screen._compositor.render_strips():
        for text, style, control in strip:
            bad = [
                c for c in text if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") or c in HIDDEN
            ]
            if bad or control or "\u0301" * 3 in text:
                found.append(repr(text))
            if style is not None and (style.link or "@click" in style.meta):
                found.append(f"an action or a link on {text!r}")
    return found


@pytest.mark.parametrize(("nasty", "size"), NASTY.values(), ids=NASTY)
async def test_no_pane_and_no_dialog_lets_a_server_steer(nasty: str, size: tuple[int, int]) -> None:
    name = f"{nasty}EURUSD"
    async with a_desk(still_backend(fill(nasty)), size, watchlist=(name, "EURUSD", "GBPUSD")) as desk:
        assert desk.screen.symbol == name
        for pane in PANES:
            await desk.presses(pane)
            assert steering(desk) == [], f"pane {pane}"
        for pane, key, goes_on in (
            ("1", "b", True), ("4", "c", True), ("4", "m", False), ("5", "m", False), ("7", "enter", False),
            ("1", "slash", False),
        ):  # fmt: skip
            await desk.presses(pane)
            await desk.pilot.press(key)
            await desk.pilot.pause()
            assert desk.app.screen is not desk.screen, key
            assert steering(desk) == [], f"dialog {key} over pane {pane}"
            if goes_on:
                await desk.pilot.press("enter")
                await desk.pilot.pause()
                assert steering(desk) == [], f"the review of {key}"
            while len(desk.app.screen_stack) > 2:
                desk.backend.clock.at += 1.0
                await desk.pilot.press("escape")
                await desk.pilot.pause()
        desk.backend.store.apply(StreamDown(f"{nasty}gone{nasty}", 2.0))
        await desk.sees_a_frame()
        assert steering(desk) == []
        desk.backend.store.apply(StreamRefused(f"{nasty}no{nasty}"))
        await desk.sees_a_frame()
        assert steering(desk) == []
    assert desk.app.failure is None


@pytest.mark.usefixtures("every_frame_is_painted")
async def test_a_price_beside_a_wide_name_is_repainted_where_it_stands(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "日本225"
    async with a_desk(
        still_backend(lambda b: b.quote(name, 1.50001, 1.6)), watchlist=(name,), usual_watchlist=False
    ) as desk:
        board = desk.screen.quotes
        repainted: list[tuple[int, int]] = []
        refresh = board._refresh_columns

        def noted(y: int, spans: list[tuple[int, int]]) -> None:
            repainted.extend(spans)
            refresh(y, spans)

        monkeypatch.setattr(board, "_refresh_columns", noted)
        desk.backend.quote(name, 1.50007, 1.6)
        desk.screen.frame()
        texts = [board.render_line(1).crop(start, end).text for start, end in repainted]
        assert "7" in texts, texts


async def test_figures_out_of_all_proportion_break_no_pane() -> None:
    """The largest and smallest numbers that the wire lets in, everywhere at once."""
    huge, tiny = Decimal("1e18"), Decimal("1e-29")

    def extreme(backend: StillBackend) -> None:
        store = backend.store
        spec = replace(
            forex("EURUSD", 12), point=tiny, contract_size=huge, stops_level=10**18, volume_min=tiny,
            volume_step=tiny, volume_max=huge, tick_size=tiny, tick_value=huge, margin_long=huge,
        )  # fmt: skip
        store.apply(SpecRead(spec, backend.clock.now()))
        first, *_ = positions()
        held = replace(first, volume=huge, price_open=tiny, price_current=huge, profit=-huge, swap=huge)
        store.apply(PositionsRead((held, replace(held, ticket=2**63 - 1, sl=huge, tp=tiny)), store.mark()))
        store.apply(
            AccountRead(replace(account(), balance=huge, equity=-huge, margin=tiny), backend.clock.now())
        )
        store.apply(HistoryRead(HistoryPeriod.TODAY, tuple(
            replace(one, volume=huge, price=huge, profit=-huge, time=datetime(9999, 12, 31, tzinfo=UTC))
            for one in deals()
        )))  # fmt: skip
        for at, price in enumerate((1e-28, 9e17, 1.1)):
            backend.clock.at = at * 11.0
            backend.quote("EURUSD", price, 9e17, book(9e16, 9e17, 1e-5))

    async with a_desk(still_backend(extreme)) as desk:
        for pane in PANES:
            await desk.presses(pane)
            assert steering(desk) == []
        for pane, key in (("1", "b"), ("4", "c"), ("4", "m")):
            await desk.presses(pane)
            await desk.pilot.press(key, *"30p", "tab", *"0.1", "enter")
            await desk.pilot.pause()
            assert steering(desk) == []
            while len(desk.app.screen_stack) > 2:
                desk.backend.clock.at += 1.0
                await desk.pilot.press("escape")
                await desk.pilot.pause()
    assert desk.app.failure is None
