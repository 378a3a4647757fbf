"""The lock and the kill switch work over every dialog there is, in their turn among the keys typed before."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from textual.screen import Screen

from tests.ui.still_desk import Desk, a_desk
from tests.ui.still_life import positions, still_backend
from tests.ui.still_proposals import asks
from xbtfx_tui.commands.command_types import AllPositions, Close
from xbtfx_tui.domain.chart_parts import ChartParts
from xbtfx_tui.domain.intents import CloseIntent
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    Message,
    Severity,
    TradingChanged,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
)
from xbtfx_tui.planning.plan_types import Plan, Sheet
from xbtfx_tui.ui.dialogs.alerts_dialog import AlertsDialog, NewAlert
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.breakeven_dialog import BreakevenDialog
from xbtfx_tui.ui.dialogs.chart_parts_dialog import ChartPartsDialog
from xbtfx_tui.ui.dialogs.chart_question import ChartQuestion, read_timeframe
from xbtfx_tui.ui.dialogs.close_all_dialog import CloseAllDialog, CloseMany, CloseSymbolDialog
from xbtfx_tui.ui.dialogs.close_by_dialog import CloseByDialog
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket
from xbtfx_tui.ui.dialogs.columns_dialog import ColumnsDialog
from xbtfx_tui.ui.dialogs.command_bar import CommandBar
from xbtfx_tui.ui.dialogs.command_palette import Palette
from xbtfx_tui.ui.dialogs.confirm_dialog import ScrollingDialog, TypedWord, YesNo
from xbtfx_tui.ui.dialogs.currency_dialog import CurrencyDialog
from xbtfx_tui.ui.dialogs.dialog_base import Dialog
from xbtfx_tui.ui.dialogs.dialog_fields import FieldInput
from xbtfx_tui.ui.dialogs.exposure_dialog import ExposureDialog
from xbtfx_tui.ui.dialogs.help_dialog import HelpDialog
from xbtfx_tui.ui.dialogs.message_reader import MessageDialog
from xbtfx_tui.ui.dialogs.modify_dialog import ModifyTicket
from xbtfx_tui.ui.dialogs.order_dialog import OrderDialog
from xbtfx_tui.ui.dialogs.order_ticket import OrderTicket
from xbtfx_tui.ui.dialogs.price_level_menu import LevelDialog, uses_of
from xbtfx_tui.ui.dialogs.proposals_dialog import DeclineNote, ProposalsDialog
from xbtfx_tui.ui.dialogs.reading_dialog import ReadingDialog
from xbtfx_tui.ui.dialogs.report_dialog import SheetDialog
from xbtfx_tui.ui.dialogs.reverse_dialog import ReverseTicket
from xbtfx_tui.ui.dialogs.rule_dialog import RuleDialog
from xbtfx_tui.ui.dialogs.symbol_search import FindSymbol
from xbtfx_tui.ui.dialogs.symbol_spec_dialog import SpecSheet
from xbtfx_tui.ui.dialogs.trailing_stop_dialog import TrailDialog
from xbtfx_tui.ui.dialogs.unknown_orders_dialog import DoubtDialog
from xbtfx_tui.ui.dialogs.watchlist_groups import GroupsDialog
from xbtfx_tui.ui.help_pages import HelpRow, HelpSection

LEVEL_USES = uses_of(Decimal("1.08"), is_bid=True)
TICKET = positions()[0].ticket
ONE = Decimal(1)
SHEET = Sheet("Margin", ("nothing",))


def batch(desk: Desk) -> BatchDialog:
    command = Close(AllPositions())
    planned = desk.screen.commanding.plan(command)
    assert isinstance(planned, Plan)
    return BatchDialog(desk.screen.commanding, command, planned, lambda: CommandBar(desk.screen.commanding))


DIALOGS: dict[type, Callable[[Desk], Screen[Any]]] = {
    AlertsDialog: lambda desk: AlertsDialog(desk.backend, "EURUSD", desk.screen.times),
    ChartPartsDialog: lambda desk: ChartPartsDialog("Parts", ChartParts(), lambda _: None, lambda: 2),
    ChartQuestion: lambda desk: ChartQuestion("Candles", "length", read_timeframe, "EURUSD"),
    NewAlert: lambda desk: NewAlert(desk.backend, "EURUSD"),
    BatchDialog: batch,
    BreakevenDialog: lambda desk: BreakevenDialog(desk.backend, TICKET),
    CloseTicket: lambda desk: CloseTicket(desk.backend, TICKET),
    CloseByDialog: lambda desk: CloseByDialog(desk.backend, TICKET),
    CloseAllDialog: lambda desk: CloseAllDialog(desk.backend),
    CloseSymbolDialog: lambda desk: CloseSymbolDialog(desk.backend, "EURUSD"),
    ColumnsDialog: lambda desk: ColumnsDialog(desk.screen.quotes, "Quotes", (), lambda _: None),
    CommandBar: lambda desk: CommandBar(desk.screen.commanding),
    YesNo: lambda desk: YesNo("Quit", "Quit?"),
    TypedWord: lambda desk: TypedWord("A WORD", ["It asks."], "word"),
    ProposalsDialog: lambda desk: ProposalsDialog(desk.screen.commanding),
    DeclineNote: lambda desk: DeclineNote(asks(desk.backend.proposals, "close all")),
    CurrencyDialog: lambda desk: CurrencyDialog(desk.backend.store.currency),
    DoubtDialog: lambda desk: DoubtDialog(desk.backend, desk.screen.times, desk.screen.copy_text),
    ExposureDialog: lambda desk: ExposureDialog(desk.backend),
    FindSymbol: lambda desk: FindSymbol(desk.backend),
    GroupsDialog: lambda desk: GroupsDialog(desk.screen.watching),
    HelpDialog: lambda desk: HelpDialog([HelpSection("Trading", (HelpRow("b", "buys"),))]),
    LevelDialog: lambda desk: LevelDialog("EURUSD", Decimal("1.08"), lambda: LEVEL_USES),
    MessageDialog: lambda desk: MessageDialog(Message(0.0, Severity.INFO, "Something."), desk.screen.times),
    ModifyTicket: lambda desk: ModifyTicket(desk.backend, TICKET),
    ReverseTicket: lambda desk: ReverseTicket(desk.backend, TICKET),
    RuleDialog: lambda desk: RuleDialog(desk.backend, 1),
    SheetDialog: lambda desk: SheetDialog(SHEET, lambda: SHEET),
    SpecSheet: lambda desk: SpecSheet(desk.backend, "EURUSD", ONE),
    OrderTicket: lambda desk: OrderTicket(desk.backend, "EURUSD", Side.BUY, ONE),
    TrailDialog: lambda desk: TrailDialog(desk.backend, TICKET),
    Palette: lambda desk: Palette(),
}
BASES = {ScrollingDialog, OrderDialog, ReadingDialog, CloseMany}


def kinds(base: type) -> set[type]:
    below: list[type] = base.__subclasses__()
    return {base} | {kind for one in below for kind in kinds(one)}


def test_no_dialog_is_forgotten() -> None:
    ours = {kind for kind in kinds(Dialog) if kind.__module__.startswith("xbtfx_tui")}
    assert ours - BASES - {Dialog} == DIALOGS.keys() - {Palette}


def name(kind: type) -> str:
    return kind.__name__


async def opens(desk: Desk, kind: type) -> Screen[Any]:
    dialog = DIALOGS[kind](desk)
    await desk.app.push_screen(dialog)
    await desk.pilot.pause()
    return dialog


@pytest.mark.parametrize("kind", DIALOGS, ids=name)
async def test_the_lock_works_over_it_and_it_stays_and_so_does_the_kill_switch(kind: type) -> None:
    async with a_desk() as desk:
        dialog = await opens(desk, kind)
        await desk.pilot.press("ctrl+l")
        await desk.pilot.pause()
        assert isinstance(desk.backend.store.trading, TradingLocked)
        assert desk.app.screen is dialog
        assert " LOCKED " in desk.text()
        if kind not in (Palette, CommandBar):
            assert "Trading is locked. ctrl+l unlocks it." in desk.text()
        await desk.pilot.press("ctrl+l")
        await desk.pilot.pause()
        assert isinstance(desk.backend.store.trading, TradingOpen)
        await strikes(desk, dialog, "X")


async def test_what_the_edge_of_a_dialog_tells_of_trading_goes_with_it() -> None:
    """Whoever changes it: the key over this dialog, one over another dialog, or nobody's key at all."""
    async with a_desk() as desk:
        frame = (await opens(desk, OrderTicket)).query_one("#frame")
        await desk.pilot.press("ctrl+x")
        await desk.pilot.pause()
        assert str(frame.border_subtitle) == "New orders are blocked; ctrl+l lets them through again."
        await desk.pilot.press("ctrl+l", "escape")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, OrderTicket)
        assert not frame.border_subtitle
        await desk.pilot.press("ctrl+l")
        await desk.pilot.pause()
        assert "Trading is locked. ctrl+l unlocks it." in desk.text()
        desk.backend.store.apply(TradingChanged(TradingOpen()))
        await desk.sees_a_frame()
        assert "Trading is locked. ctrl+l unlocks it." not in desk.text()


@pytest.mark.parametrize(
    "kind",
    [
        one if one in (OrderTicket, AlertsDialog) else pytest.param(one, marks=pytest.mark.long)
        for one in DIALOGS
    ],
    ids=name,
)
async def test_the_kill_switch_works_over_it_at_once(kind: type) -> None:
    async with a_desk() as desk:
        await strikes(desk, await opens(desk, kind), "ctrl+x")


async def strikes(desk: Desk, dialog: Screen[Any], key: str) -> None:
    """The kill switch over this dialog, and back to it; a letter where the dialog takes text."""
    field = dialog.focused
    types = isinstance(dialog, Palette) or (isinstance(field, FieldInput) and field.takes_text)
    await desk.pilot.press(key)
    await desk.pilot.pause()
    if key == "X" and types:
        assert desk.app.screen is dialog  # a letter of a name or a command: ctrl+x is the key there
        assert isinstance(desk.backend.store.trading, TradingOpen)
        return
    assert isinstance(desk.backend.store.trading, TradingCloseOnly)
    assert isinstance(desk.app.screen, CloseAllDialog)
    assert desk.backend.desk.taken == []
    if not isinstance(dialog, CloseAllDialog):
        await desk.pilot.press("escape")
        await desk.pilot.pause()
        assert desk.app.screen is dialog


async def test_names_are_typed_with_capitals() -> None:
    async with a_desk() as desk:
        await opens(desk, FindSymbol)
        await desk.pilot.press(*"XAU")
        field = desk.app.screen.focused
        assert isinstance(field, FieldInput)
        assert field.value == "XAU"


async def test_what_was_typed_before_the_lock_is_done_before_it() -> None:
    async with a_desk() as desk:
        await opens(desk, CloseSymbolDialog)
        await desk.confirms(*"close")
        desk.app.simulate_key("ctrl+l")
        await desk.pilot.pause()
        assert len(desk.backend.desk.taken) == 1
        assert isinstance(desk.backend.store.trading, TradingLocked)


async def test_what_is_typed_ahead_of_a_dialog_keeps_its_order() -> None:
    async with a_desk() as desk:
        # The ticket is not up yet as these come: the volume is typed in it, and the switch thrown after.
        for key in ("b", "7", "X"):
            desk.app.simulate_key(key)
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, CloseAllDialog)
        ticket = desk.app.screen_stack[-2]
        assert isinstance(ticket, OrderTicket)
        assert ticket.query(FieldInput).first().value.endswith("7")


async def test_over_a_running_batch_they_stop_what_is_not_sent() -> None:
    async with a_desk() as desk:
        dialog = await opens(desk, BatchDialog)
        await desk.confirms()
        (first,) = desk.backend.desk.taken
        assert isinstance(first, CloseIntent)
        await desk.pilot.press("ctrl+l")
        await desk.pilot.pause()
        assert desk.app.screen is dialog
        await desk.sees_a_frame()
        desk.screen.batches.advance()
        assert desk.screen.batches.waiting == 0
        assert desk.backend.desk.taken == [first]
        await desk.pilot.press("X")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, CloseAllDialog)


async def test_the_keys_follow_the_config() -> None:
    keys = {"trade.close_all": "f12", "trade.lock": "f11"}
    async with a_desk(still_backend(), keys=keys) as desk:
        await opens(desk, OrderTicket)
        await desk.pilot.press("X")
        await desk.pilot.pause()
        assert isinstance(desk.backend.store.trading, TradingOpen)
        await desk.pilot.press("f11")
        await desk.pilot.pause()
        assert isinstance(desk.backend.store.trading, TradingLocked)
        await desk.pilot.press("f11", "f12")
        await desk.pilot.pause()
        assert isinstance(desk.app.screen, CloseAllDialog)
