"""Not read is not empty: what is not known of the account says so, wherever it stands, and can be closed."""

from decimal import Decimal

import pytest

from tests.ui.still_desk import Desk, a_desk, sounds
from tests.ui.still_life import StillBackend, positions, still_backend
from xbtfx_tui.domain.event_sounds import Sound
from xbtfx_tui.domain.failures import ServerFault
from xbtfx_tui.domain.intents import CloseAllIntent, CloseSymbolIntent, CloseUnreadIntent, OpenIntent
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.positions import HistoryPeriod
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import (
    AccountRead,
    HistoryRead,
    IntentMoved,
    OrdersRead,
    PositionClosed,
    PositionsRead,
    ReadFailed,
    Reading,
)
from xbtfx_tui.domain.unreadable_rows import UnreadRow
from xbtfx_tui.ui.dialogs.batch_dialog import BatchDialog
from xbtfx_tui.ui.dialogs.close_all_dialog import CloseAllDialog, CloseSymbolDialog
from xbtfx_tui.ui.dialogs.close_ticket import CloseTicket

SIZES = [(80, 24), (120, 34)]
FAILED = "The server failed (HTTP 500)."
ZERO = UnreadRow(52, "EURUSD", "volume is 0, not a number above 0")
NAMELESS = UnreadRow(None, None, "is not a JSON object but 5")


def fails(backend: StillBackend, *readings: Reading) -> None:
    for reading in readings:
        backend.store.apply(ReadFailed(reading, ServerFault(500, ""), backend.clock.now()))


def never_read() -> StillBackend:
    backend = still_backend(is_read=False)
    fails(backend, Reading.POSITIONS, Reading.ORDERS, Reading.ACCOUNT)
    return backend


def with_rows(*rows: UnreadRow) -> StillBackend:
    backend = still_backend()
    backend.store.apply(PositionsRead((*positions(), *rows), backend.store.mark()))
    return backend


async def types_close(desk: Desk) -> None:
    await desk.confirms(*"close")


# --- never read, and failing since ----------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_what_was_never_read_is_nowhere_called_empty(size: tuple[int, int]) -> None:
    async with a_desk(never_read(), size=size) as desk:
        assert f"The account is not read yet. {FAILED}" in desk.text()
        for key, words in (
            ("4", f"Not read yet, so what is open is not known. {FAILED}"),
            ("5", f"Not read yet, so what is pending is not known. {FAILED}"),
            ("6", "Not read yet, so what was dealt is not known."),
        ):
            await desk.presses(key)
            assert words in desk.text()
            assert "No open positions" not in desk.text()
            assert "No orders wait" not in desk.text()
            assert "No deals" not in desk.text()
        assert "Positions ?" in desk.text()
        assert "Orders ?" in desk.text()
        await desk.presses("v")
        assert f"The positions are not read yet. {FAILED}" in desk.text()
        assert "Nothing is open" not in desk.text()


async def test_once_it_is_read_it_says_so_at_once() -> None:
    backend = never_read()
    async with a_desk(backend, size=(80, 24)) as desk:
        await desk.presses("4")
        backend.store.apply(PositionsRead((), backend.store.mark()))
        await desk.sees_a_frame()
        assert "No open positions." in desk.text()
        assert "Not read yet" not in desk.text()
        await desk.presses("6")
        backend.store.apply(HistoryRead(HistoryPeriod.TODAY, ()))
        await desk.sees_a_frame()
        assert "No deals in this period." in desk.text()


@pytest.mark.parametrize("size", SIZES)
async def test_what_fails_since_says_since_when(size: tuple[int, int]) -> None:
    backend = still_backend()
    fails(backend, Reading.POSITIONS, Reading.ORDERS)
    async with a_desk(backend, size=size) as desk:
        await desk.presses("4")
        assert "! not read since 10:15:30 UTC, 3 positions" in desk.text()
        assert "positions not read since 10:15:30 UTC" in desk.text()
        assert "Positions 3?" in desk.text()
        await desk.presses("5")
        assert "! not read since 10:15:30 UTC" in desk.text()
        await desk.presses("X")
        assert "The positions are not read since 10:15:30 UTC: shown is what is known of." in " ".join(
            line.strip("│ ") for line in desk.text().splitlines()
        )


# --- closing what is not read ---------------------------------------------------------------------------


@pytest.mark.parametrize("size", [(60, 20), *SIZES])
async def test_the_kill_switch_closes_blind(size: tuple[int, int]) -> None:
    async with a_desk(never_read(), size=size) as desk:
        await desk.presses("X")
        assert isinstance(desk.app.screen, CloseAllDialog)
        words = " ".join(line.strip("│ ") for line in desk.text().splitlines())
        assert "Close everything, whatever is held: the positions are not read yet." in words
        assert "Pending orders are not read yet" in words
        await types_close(desk)
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseAllIntent)
        assert intent.tickets == ()
        assert "What was held is not known" in desk.text() or desk.backend.desk.taken


async def test_all_of_a_symbol_is_closed_blind() -> None:
    async with a_desk(never_read(), size=(80, 24)) as desk:
        await desk.presses("S")
        assert isinstance(desk.app.screen, CloseSymbolDialog)
        assert "Close all of EURUSD, whatever is held: the positions are not read yet." in desk.text()
        await types_close(desk)
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseSymbolIntent)
        assert (intent.symbol, intent.tickets) == ("EURUSD", ())


async def test_the_line_closes_by_number_and_blind() -> None:
    async with a_desk(never_read(), size=(80, 24)) as desk:
        await desk.presses("4", "c")
        assert "Positions not read yet. X closes all there is, :close TICKET that one." in desk.text()
        await desk.pilot.press("colon", *"close 123", "enter")
        await desk.pilot.pause(0.2)
        assert isinstance(desk.app.screen, BatchDialog)
        assert "Close all of ticket 123, whatever it holds." in desk.text()
        desk.backend.clock.at += 1
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseUnreadIntent)
        assert intent.ticket == 123
        await desk.pilot.press("escape", "colon", *"close all", "enter")
        await desk.pilot.pause(0.2)
        assert " ".join(desk.text().split()).count("Close everything, whatever is held: ") == 1, (
            "an order is said once"
        )
        # How many it is nobody knows: that wants the word, and enter alone does not send it.
        assert "type close and enter" in desk.text()


# --- rows that can't be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_row_that_can_not_be_read_stands_there_and_can_be_closed(size: tuple[int, int]) -> None:
    async with a_desk(with_rows(ZERO), size=size) as desk:
        await desk.presses("4")
        assert "Positions 4?" in desk.text()
        assert "? 1 row can't be read, 3 positions" in desk.text()
        assert "rows can't be read" in desk.text().splitlines()[1]
        assert desk.line("52?").split()[1] == "EURUSD"
        await desk.presses("G")
        assert "? 52 can't be read: volume is 0, not a number above 0" in desk.text()
        await desk.presses("e")
        assert "This row can't be read: c closes all of it" in desk.text()
        await desk.presses("c")
        assert isinstance(desk.app.screen, BatchDialog)
        assert "Close all of ticket 52, whatever it holds." in desk.text()
        desk.backend.clock.at += 1
        await desk.pilot.press("enter")
        await desk.pilot.pause()
        assert [
            intent.ticket for intent in desk.backend.desk.taken if isinstance(intent, CloseUnreadIntent)
        ] == [52]


async def test_a_row_without_a_ticket_says_which_key_closes_it() -> None:
    async with a_desk(with_rows(NAMELESS), size=(80, 24)) as desk:
        await desk.presses("4", "G", "c")
        assert "This row shows no ticket: X closes it, with everything else." in desk.text()
        await desk.presses("X")
        words = " ".join(line.strip("│ ") for line in desk.text().splitlines())
        assert "Close everything, whatever is held: 1 row can't be read: no ticket to be seen" in words
        await types_close(desk)
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseAllIntent)
        assert intent.tickets == ()


async def test_the_kill_switch_counts_rows_that_can_not_be_read() -> None:
    async with a_desk(with_rows(ZERO), size=(80, 24)) as desk:
        await desk.presses("X")
        assert "Close 3 positions and 1 that can't be read at market" in desk.text()
        assert "52  EURUSD        ? can't be read: volume is 0" in desk.text()
        await types_close(desk)
        (intent,) = desk.backend.desk.taken
        assert isinstance(intent, CloseAllIntent)
        assert set(intent.tickets) == {52, 184729, 184741, 184733}


# --- in doubt -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES)
async def test_a_position_in_doubt_is_marked_and_can_be_closed(size: tuple[int, int]) -> None:
    backend = still_backend()
    backend.store.apply(PositionsRead(positions()[1:], backend.store.mark()))
    async with a_desk(backend, size=size) as desk:
        await desk.presses("4")
        assert "184729?" in desk.text()
        assert "? 1 in doubt, 3 positions" in desk.text()
        assert "positions in doubt" in desk.text().splitlines()[1]
        await desk.presses("G")
        assert "? 184729 missing in the last list" in desk.text()
        await desk.presses("c")
        assert isinstance(desk.app.screen, CloseTicket)
        await desk.pilot.press("escape")
        await desk.presses("X")
        assert "Close 3 positions, 1 of them in doubt, at market" in desk.text()
        assert "? missing in the last list" in desk.text()
        await desk.pilot.press("escape")
        backend.store.apply(PositionClosed(184729))
        await desk.sees_a_frame()
        assert "184729" not in desk.text().split("[4 Positions")[1].split("positions,")[0]
        assert "in doubt" not in desk.text()


async def test_the_line_names_what_is_in_doubt() -> None:
    backend = still_backend()
    backend.store.apply(PositionsRead(positions()[1:], backend.store.mark()))
    async with a_desk(backend, size=(120, 34)) as desk:
        await desk.pilot.press("colon", *"exposure", "enter")
        await desk.pilot.pause(0.2)
        assert "In doubt, and counted all the same: 184729 (missing in the last list)." in desk.text()


# --- in flight ------------------------------------------------------------------------------------------


async def test_the_kill_switch_lists_what_is_on_its_way() -> None:
    backend = still_backend()
    for number, state in enumerate(
        (IntentState.PLACED, IntentState.UNKNOWN, IntentState.SENDING, IntentState.FILLED)
    ):
        intent = OpenIntent(f"id{number}", "EURUSD", Side.BUY, Decimal(number + 1), Decimal("1.08"))
        backend.store.apply(IntentMoved(IntentRecord(intent, state, (StoryLine(0.0, state, "It went."),))))
    async with a_desk(backend, size=(80, 24)) as desk:
        await desk.presses("X")
        assert "On their way, these may open later:" in desk.text()
        assert "Buy 1.00 EURUSD: accepted by the broker (placed)" in desk.text()
        assert "Buy 2.00 EURUSD: outcome NOT known" in desk.text()
        assert "Buy 3.00 EURUSD: being sent" in desk.text()
        assert "Buy 4.00" not in desk.text()
        assert "an alarm tells" in " ".join(line.strip("│ ") for line in desk.text().splitlines())


async def test_what_opens_after_it_is_an_alarm_with_the_key(monkeypatch: pytest.MonkeyPatch) -> None:
    backend = still_backend()

    def rises() -> None:
        new = positions()[0].__class__(184800, "EURUSD", Side.BUY, *(Decimal("1.1"),) * 3)
        backend.store.apply(PositionsRead((*positions(), new), backend.store.mark()))

    async with a_desk(backend, size=(120, 34)) as desk:
        await desk.presses("X", "escape")
        rung = sounds(desk, monkeypatch)
        rises()
        await desk.sees_a_frame()
        await desk.sees_a_frame()
        assert rung.count(Sound.TROUBLE) == 1
        assert "✗ STILL OPEN (or opened since): EURUSD 184800, buy 1.1 at 1.1. X closes it." in desk.text()
        await desk.presses("X")
        assert "184800" in desk.text()


def test_reads_that_work_leave_no_doubt() -> None:
    backend = never_read()
    store, now = backend.store, backend.clock.now()
    store.apply(PositionsRead((), store.mark()))
    store.apply(OrdersRead((), store.mark()))
    store.apply(AccountRead(still_backend().store.account or pytest.fail("no account"), now))
    assert store.doubted == frozenset()
