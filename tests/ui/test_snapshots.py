"""Every screen as it looks, at a fixed clock and seed: first its text, then its colours.

A screen that was meant to change is taken anew with `pytest tests/ui/test_snapshots.py --snapshot-update`;
the .svg files open in a browser.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from decimal import Decimal

import pytest
from syrupy.assertion import SnapshotAssertion
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual.app import App

from tests.ui.still_desk import Desk, a_desk, nowhere
from tests.ui.still_life import WALL
from tests.ui.still_variants import VARIANTS, Variant
from xbtfx_tui.domain.alerts import Direction, FeedAlert, MarginLevelAlert, PriceAlert, SpreadAlert
from xbtfx_tui.domain.store_events import Message, Severity
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.dialogs.confirm_dialog import TypedWord
from xbtfx_tui.ui.screen_options import UiOptions

pytestmark = pytest.mark.usefixtures("every_frame_is_painted")

Size = tuple[int, int]
SMALLEST, SMALL, MIDDLE, LARGE = (60, 20), (80, 24), (120, 34), (200, 50)
EVERY_SIZE = (SMALLEST, SMALL, MIDDLE, LARGE)


class Words(SingleFileSnapshotExtension):
    """The text of a screen, so that what differs can be read."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


class Picture(Words):
    """The screen with its colours."""

    file_extension = "svg"


@pytest.fixture(autouse=True)
def a_terminal_of_all_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the tests run, the screen believes in the same terminal."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setattr("xbtfx_tui.ui.screens.welcome_screen.__version__", "0.0.0")


def words_of(app: App[int]) -> str:
    strips = app.screen._compositor.render_strips()
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips)


def picture_of(app: App[int]) -> str:
    """The SVG without the ids that are hashed out of its content."""
    return re.sub(r"terminal-\d+", "terminal", app.export_screenshot())


def looks_as_it_did(app: App[int], snapshot: SnapshotAssertion, size: Size) -> None:
    name = f"{size[0]}x{size[1]}"
    assert words_of(app) == snapshot(name=name, extension_class=Words)
    if size != SMALLEST:
        assert picture_of(app) == snapshot(name=name, extension_class=Picture)


async def at_each_size(desk: Desk, snapshot: SnapshotAssertion, *sizes: Size) -> None:
    for size in sizes:
        await desk.pilot.resize_terminal(*size)
        await desk.sees_it_all()
        looks_as_it_did(desk.app, snapshot, size)


@pytest.mark.parametrize("name", VARIANTS)
async def test_the_main_screen(name: str, snapshot: SnapshotAssertion) -> None:
    variant = VARIANTS[name]
    async with a_desk(variant.backend(), mode=variant.mode, watchlist=variant.watchlist) as desk:
        await at_each_size(desk, snapshot, *(EVERY_SIZE if name in ("usual", "wide") else (SMALL, MIDDLE)))


@pytest.mark.parametrize(
    "terminal", [("xterm-256color", "1"), ("xterm-16color", "")], ids=["no colour", "16 colours"]
)
async def test_the_main_screen_in_few_colours(
    terminal: tuple[str, str], snapshot: SnapshotAssertion, monkeypatch: pytest.MonkeyPatch
) -> None:
    term, without = terminal
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM")
    if without:
        monkeypatch.setenv("NO_COLOR", without)
    async with a_desk() as desk:
        await at_each_size(desk, snapshot, *EVERY_SIZE)


@pytest.mark.parametrize(
    ("key", "pane"),
    list(enumerate(("quotes", "depth", "chart", "positions", "orders", "history", "messages"), 1)),
)
async def test_a_pane_alone(key: int, pane: str, snapshot: SnapshotAssertion) -> None:
    async with a_desk(size=SMALL) as desk:
        await desk.presses(str(key))
        assert desk.screen.shown == pane
        await at_each_size(desk, snapshot, SMALLEST, SMALL)


@pytest.mark.parametrize("pane", ["positions", "orders"])
@pytest.mark.parametrize("name", ["btc", "wide", "empty"])
async def test_a_table_of_other_figures(name: str, pane: str, snapshot: SnapshotAssertion) -> None:
    variant = VARIANTS[name]
    async with a_desk(variant.backend(), size=SMALL, watchlist=variant.watchlist) as desk:
        await desk.presses("4" if pane == "positions" else "5")
        await at_each_size(desk, snapshot, SMALL)


async def _types(desk: Desk, *keys: str) -> None:
    for key in keys:
        desk.app.simulate_key(key)
    await desk.pilot.pause()


async def _ticket(desk: Desk) -> None:
    await _types(desk, "b", *"0.25", "tab", *"30p", "tab", *"1.09")


async def _review(desk: Desk) -> None:
    await _ticket(desk)
    await _types(desk, "enter")


async def _wrong(desk: Desk) -> None:
    await _types(desk, "s", *"abc", "tab", *"1.0", "enter")


async def _close(desk: Desk) -> None:
    await _types(desk, "4", "c", *"0.40")


async def _modify(desk: Desk) -> None:
    await _types(desk, "4", "m", *"20p")


async def _find(desk: Desk) -> None:
    await _types(desk, "slash", *"usd", "down")


async def _help(desk: Desk) -> None:
    await _types(desk, "question_mark")


async def _message(desk: Desk) -> None:
    sentence = (
        "Buy 0.25 EURUSD was refused: TRADE_RETCODE_NO_MONEY (10019), not enough money."
        " Nothing was opened. Close something or try a smaller volume; 0.08 would fit the free margin."
    )
    desk.backend.store.apply(Message(WALL, Severity.ERROR, sentence))
    await desk.presses("7")
    await _types(desk, "enter")


async def _typed_word(desk: Desk) -> None:
    lines = [
        "Closes 3 positions at market, about +22.10 USD in all:",
        "184741  USDJPY  buy   1.00   +8.60",
        "184733  XAUUSD  sell  0.10  -33.00",
        "184729  EURUSD  buy   0.50  +46.50",
    ]
    desk.app.push_screen(TypedWord("CLOSE ALL", lines, "close"))
    await _types(desk, *"clo", "enter")


async def _alerts(desk: Desk) -> None:
    alerts = desk.backend.alerts
    await alerts.take_up(50012345)
    alerts.add(PriceAlert("EURUSD", Direction.ABOVE, Decimal("1.0900")))
    alerts.add(SpreadAlert("XAUUSD", Direction.ABOVE, Decimal(60)))
    alerts.add(MarginLevelAlert(Direction.BELOW, Decimal(300)))
    alerts.add(FeedAlert())
    desk.backend.moves_to("EURUSD", 1.0905, 1.0906)
    await desk.presses("a")


async def _new_alert(desk: Desk) -> None:
    await _alerts(desk)
    await _types(desk, "n", *"<1.07")


async def _groups(desk: Desk) -> None:
    for name in ("Majors", "Crypto and metals"):
        desk.screen.watching.take(desk.screen.watching.lists.add_group(name))
    await _types(desk, "w", "n", *"majors", "enter")


async def _spec_sheet(desk: Desk) -> None:
    await _types(desk, "i")


DIALOGS: Mapping[str, Callable[[Desk], Awaitable[None]]] = {
    "ticket": _ticket,
    "review": _review,
    "ticket with what is wrong": _wrong,
    "close": _close,
    "modify": _modify,
    "find": _find,
    "help": _help,
    "message in full": _message,
    "typed confirmation": _typed_word,
    "alerts": _alerts,
    "new alert": _new_alert,
    "groups": _groups,
    "spec sheet": _spec_sheet,
}


@pytest.mark.parametrize("name", DIALOGS)
async def test_a_dialog(name: str, snapshot: SnapshotAssertion) -> None:
    async with a_desk(size=SMALL) as desk:
        await DIALOGS[name](desk)
        sizes = (SMALLEST, SMALL, MIDDLE) if name in ("review", "find") else (SMALLEST, SMALL)
        await at_each_size(desk, snapshot, *sizes)


@pytest.mark.parametrize("name", ["btc", "netting", "minimal", "minimal, currency told"])
async def test_a_ticket_on_another_account(name: str, snapshot: SnapshotAssertion) -> None:
    variant: Variant = VARIANTS[name]
    async with a_desk(variant.backend(), size=SMALL) as desk:
        await _review(desk)
        await at_each_size(desk, snapshot, SMALL)


@pytest.mark.parametrize("key", ["v", "i"])
async def test_a_sheet_on_the_minimal_form(key: str, snapshot: SnapshotAssertion) -> None:
    async with a_desk(VARIANTS["minimal"].backend(), size=SMALL) as desk:
        await _types(desk, key)
        await at_each_size(desk, snapshot, SMALL, MIDDLE)


async def test_the_welcome(snapshot: SnapshotAssertion) -> None:
    app = TerminalApp(UiOptions(), nowhere)
    async with app.run_test(size=SMALL) as pilot:
        for keys, place in (((), "choices"), (("2",), "key")):
            await pilot.press(*keys)
            await pilot.pause()
            assert words_of(app) == snapshot(name=place, extension_class=Words)
            assert picture_of(app) == snapshot(name=place, extension_class=Picture)
