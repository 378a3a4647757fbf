"""The one place that builds the objects, for a live or a paper account, and runs the screen over them.

It decides nothing that a layer below could; what it starts, it ends, whichever way the run ends. What takes
long to import is imported while the paper exchange starts, or once it is known to be needed.
"""

import asyncio
import contextlib
import gc
import logging
import os
import secrets
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xbtfx_tui.config.alerts_file import AlertFiles
from xbtfx_tui.config.charts_file import ChartsFile
from xbtfx_tui.config.command_history_file import load_history, save_history
from xbtfx_tui.config.file_paths import StateDir, meeting_dirs, state_dir
from xbtfx_tui.config.layouts_file import LayoutsFile
from xbtfx_tui.config.presets_file import PresetsFile
from xbtfx_tui.config.settings import (
    BY_DEFAULT,
    LimitSettings,
    Settings,
    remapped,
)
from xbtfx_tui.config.theme_file import load_theme, save_theme
from xbtfx_tui.config.watchlist_file import WatchlistFile
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.day_clock import DayClock
from xbtfx_tui.gc_policy import Garbage
from xbtfx_tui.key_settings import check_keys_and_theme
from xbtfx_tui.paper.child_process import PaperProcess, PaperProcessError, launch
from xbtfx_tui.paper.exchange_options import ApiForm, ExchangeOptions, OptionError
from xbtfx_tui.paper.past_client import PaperPast
from xbtfx_tui.temporary_state_run import NO_LIVE_RUN
from xbtfx_tui.ui.account_choice import AccountChoice, Connected, KeyEntered, NotConnected, PaperChosen
from xbtfx_tui.ui.screen_options import DEFAULT_THEME, ChartLooks, Mode, UiOptions
from xbtfx_tui.ui.terminal.desktop_notification import takes_notifications

if TYPE_CHECKING:
    from xbtfx_tui.account_service import AccountAccess, TradingAccount
    from xbtfx_tui.archive.candle_archive import ArchiveOptions
    from xbtfx_tui.archive.joined_past import Past
    from xbtfx_tui.door.door_folder import DoorPlace
    from xbtfx_tui.orders.guards.guard_types import Limits
    from xbtfx_tui.ui.app import TerminalApp

_log = logging.getLogger(__name__)

FINE, FAILED = 0, 1
TURN_SECONDS = 0.001
_END_SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
_SIGNALLED = 128


class TerminalRun:
    """One run of the terminal: the account and the paper exchange it began, and how they end."""

    def __init__(self, settings: Settings, paper: ExchangeOptions | None) -> None:
        self._settings = settings
        self._paper = paper
        self._account: TradingAccount | None = None
        self._launching: asyncio.Task[PaperProcess] | None = None
        self._exchange: PaperProcess | None = None
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._app: TerminalApp | None = None
        self._task: asyncio.Task[int] | None = None
        self._garbage = Garbage()
        self._ended_by: int | None = None
        self._is_ending = False

    async def run(self) -> int:
        """Open the terminal and stay until the trader leaves or a signal ends it; the exit code.

        Raises SettingsError for a theme or an action that does not exist.

        The first signal ends the run in order; one that comes meanwhile changes nothing, so that an order in
        flight is waited for and the screen is given back whole.
        """
        self._task = asyncio.current_task()
        loop = asyncio.get_running_loop()
        self._garbage.settle_later()
        for number in _END_SIGNALS:
            loop.add_signal_handler(number, self._told_to_end, number)
        code = FAILED
        try:
            code = await self._until_it_ends()
        except asyncio.CancelledError:
            if self._ended_by is None:
                raise
        finally:
            self._is_ending = True
            self._garbage.stop()
            await self._end()
            for number in _END_SIGNALS:
                loop.remove_signal_handler(number)
        return code if self._ended_by is None else _SIGNALLED + self._ended_by

    def _told_to_end(self, number: int) -> None:
        if self._ended_by is not None or self._is_ending:
            return
        self._ended_by = number
        if self._app is not None:
            self._app.exit(_SIGNALLED + number)
        elif self._task is not None:
            self._task.cancel()

    async def _until_it_ends(self) -> int:
        if self._paper is not None:
            self._launching = asyncio.create_task(launch(self._paper), name="paper exchange")
            await asyncio.sleep(0)  # it begins now, and starts while the screen's modules are imported
        check_keys_and_theme(self._settings)
        start = await self._first_account()
        if isinstance(start, NotConnected):
            return _fail(start.sentence)
        return await self._screen(start)

    async def _first_account(self) -> Connected | NotConnected | None:
        if self._launching is not None:
            # while the exchange starts
            import websockets.asyncio.client  # noqa: F401

            import xbtfx_tui.account_service
            import xbtfx_tui.ui.app
            import xbtfx_tui.ui.screens.trading_screen  # noqa: F401

            return await self._open_paper(self._launching)
        if self._settings.key is not None:
            return self._open_live(self._settings.key)
        return None

    async def _screen(self, start: Connected | None) -> int:
        from xbtfx_tui.ui.app import TerminalApp

        app = TerminalApp(ui_options(self._settings), self._connect, start)
        self._app = app
        try:
            code = await app.run_async(mouse=self._settings.mouse)
        except OSError as error:
            # The terminal itself has gone (a closed window, a dropped line): there is nothing to give back.
            _log.warning("the terminal has gone: %s", error.strerror)
            code = FAILED
        if app.failure is not None:
            return _fail(f"{app.failure} The log has the details: {self._settings.state.log}")
        return code if code is not None else app.return_code or FINE

    async def _connect(self, choice: AccountChoice) -> Connected | NotConnected:
        self._garbage.settle_later()
        match choice:
            case PaperChosen():
                self._launching = asyncio.create_task(
                    launch(ExchangeOptions(form=ApiForm.RICH)), name="paper exchange"
                )
                return await self._open_paper(self._launching)
            case KeyEntered(key):
                return self._open_live(key)

    async def _open_paper(self, launching: "asyncio.Task[PaperProcess]") -> Connected | NotConnected:
        """Open an account on the exchange that starts; its journal goes when the exchange does."""
        from xbtfx_tui.account_service import AccountAccess

        try:
            exchange = await launching
        except PaperProcessError as error:
            return NotConnected(str(error))
        self._exchange = exchange
        self._scratch = tempfile.TemporaryDirectory(prefix="xbtfx-tui-paper-")
        scratch = StateDir(Path(self._scratch.name))
        ends = AccountAccess(exchange.base_url, exchange.ws_url, exchange.key)
        limits = _caps(self._settings.paper_limits, self._settings.day_begins)
        past = PaperPast(exchange.base_url, exchange.key)
        return Connected(self._open(ends, scratch, (), limits, begins_open=True, past=past), Mode.PAPER)

    def _open_live(self, key: ApiKey) -> Connected | NotConnected:
        from xbtfx_tui.account_service import AccountAccess

        settings = self._settings
        if settings.not_kept is not None and not settings.read_only:
            return NotConnected(f"{settings.not_kept} {NO_LIVE_RUN}")
        ends = AccountAccess(settings.base_url, settings.ws_url, key)
        limits = _caps(settings.limits, settings.day_begins)
        places = meeting_dirs(os.environ, os.getuid())
        return Connected(self._open(ends, settings.state, places, limits, begins_open=False), Mode.LIVE)

    def _open(
        self,
        ends: "AccountAccess",
        state: StateDir,
        meet_in: Sequence[Path],
        limits: "Limits",
        *,
        begins_open: bool,
        past: "Past | None" = None,
    ) -> "TradingAccount":
        """`meet_in` are the directories where terminals find each other; none for an account of this run.
        `past` knows the candles of before this run; of a live account nobody does."""
        from xbtfx_tui.account_service import TradingAccount
        from xbtfx_tui.config.currency_file import CurrencyFiles
        from xbtfx_tui.config.trails_file import TrailsFiles
        from xbtfx_tui.orders.journal.login_lock import MeetingPlaces
        from xbtfx_tui.orders.journal.order_journal import Journal
        from xbtfx_tui.sync.system_clock import SystemClock

        self._account = TradingAccount(
            ends,
            SystemClock(),
            Journal(state.root, MeetingPlaces(tuple(meet_in), ends.base_url) if meet_in else None),
            limits,
            read_only=self._settings.read_only,
            begins_open=begins_open,
            kept_trails=TrailsFiles(state),
            alert_shelf=AlertFiles(state),
            archive=self._archive(state, ends.base_url, past),
            # of a live account: a paper one that is chosen on the welcome screen is another
            currency=self._settings.currency if self._settings.paper or not begins_open else None,
            currency_shelf=CurrencyFiles(state, ends.base_url),
            door=self._door(is_paper=begins_open),
        )
        return self._account

    def _door(self, *, is_paper: bool) -> "DoorPlace | None":
        """Where scripts reach the account; None where the trader lets none in."""
        from xbtfx_tui.door.door_folder import DoorPlace, door_folders

        if not self._settings.let_in.lets_into(is_paper=is_paper):
            return None
        return DoorPlace(door_folders(os.environ, state_dir(os.environ).root, os.getuid()), is_paper)

    def _archive(self, state: StateDir, base_url: str, past: "Past | None" = None) -> "ArchiveOptions | None":
        """How candles are kept; None where nothing of this run is."""
        from xbtfx_tui.archive.candle_archive import ArchiveOptions
        from xbtfx_tui.archive.candle_retention import Retention

        if self._settings.not_kept is not None and state == self._settings.state:
            return None
        candles = self._settings.candles
        return ArchiveOptions(
            state.root,
            base_url,
            records=candles.record,
            retention=Retention(candles.keep_10s, candles.keep_1m, candles.most_mb * 1_000_000),
            clock=self._settings.day_begins,
            # Right after a tenth second, when candles have been closed: the less is lost with a kill.
            second=secrets.randbelow(6) * 10 + 0.5 + secrets.randbelow(200) / 100,
            past=past,
        )

    async def _end(self) -> None:
        """End what was begun, the account first; a part that fails keeps no other from ending."""
        try:
            if self._account is not None:
                if self._account.in_flight:
                    _tell("Waiting for an order in flight, 9 s at most; the journal keeps it either way.")
                await self._account.stop()
        finally:
            try:
                if self._launching is not None:
                    self._launching.cancel()
                    with contextlib.suppress(asyncio.CancelledError, PaperProcessError):
                        await self._launching
                if self._exchange is not None:
                    await self._exchange.stop()
            finally:
                if self._scratch is not None:
                    self._scratch.cleanup()


def _caps(limits: LimitSettings, day: DayClock) -> "Limits":
    from xbtfx_tui.orders.guards.guard_types import Limits

    return Limits(
        limits.lots_per_order,
        limits.lots_per_symbol,
        limits.orders_per_minute,
        limits.loss_per_day,
        limits.spread,
        day,
    )


def ui_options(settings: Settings) -> UiOptions:
    """What the settings say of the screen; the watchlist's groups are those kept from the last run."""
    from_settings = settings.watchlist
    watchlist, commands = WatchlistFile(settings.state.watchlist, from_settings), settings.state.commands
    presets = PresetsFile(settings.state.presets(settings.profile))
    paper = PresetsFile(settings.state.paper_presets)
    layouts, charts = LayoutsFile(settings.state.layouts), ChartsFile(settings.state.charts)
    return UiOptions(
        fps=settings.fps,
        low_bandwidth=settings.low_bandwidth,
        notify=takes_notifications(os.environ) if settings.notify is None else settings.notify,
        one_click_lots=settings.one_click_lots,
        theme=settings.theme or load_theme(settings.state.theme) or DEFAULT_THEME,
        save_theme=lambda name: save_theme(settings.state.theme, name),
        default_volume=settings.default_volume,
        watchlist=from_settings,
        groups=watchlist.lists,
        usual_watchlist=watchlist.lists is None and settings.origins.get("watchlist") == BY_DEFAULT,
        keys=remapped(settings),
        commands=load_history(commands),
        save_commands=lambda lines: save_history(commands, lines),
        save_watchlists=watchlist.save,
        presets=presets.presets,
        save_presets=presets.save,
        paper_presets=paper.presets,
        save_paper_presets=paper.save,
        charts=charts.charts,
        save_charts=charts.save,
        layouts=layouts.book,
        save_layouts=layouts.save,
        layouts_problem=layouts.problem,
        not_kept=settings.not_kept,
        copies=settings.copies,
        times=settings.times,
        sounds=settings.sounds,
        chart=ChartLooks(settings.chart.shapes, settings.chart.glyphs),
    )


def run_terminal(settings: Settings, paper: ExchangeOptions | None) -> int:
    """Open the terminal; the exit code. Raises SettingsError for a theme or an action that does not exist."""
    # The journal's thread wakes for a moment several times an order: five milliseconds each, Python's usual
    # turn, are too long.
    sys.setswitchinterval(TURN_SECONDS)
    # What the start makes stays: looking through it for garbage takes a tenth of the start.
    gc.disable()
    try:
        return asyncio.run(TerminalRun(settings, paper).run())
    finally:
        gc.enable()
        _let_go_of_the_terminal()


def run_paper_server(options: ExchangeOptions) -> int:
    """Run the paper exchange alone until it is told to stop; the exit code."""
    from xbtfx_tui.paper.serve_until_stopped import serve

    try:
        serve(options, click.echo)
    except OptionError as error:
        return _fail(str(error))
    return FINE


def _let_go_of_the_terminal() -> None:
    """What is left to write goes out; where the terminal has gone, to nowhere, or Python's own last flush
    would put its exit code (120) in the place of the true one."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            with contextlib.suppress(OSError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, stream.fileno())
                os.close(nowhere)


def _fail(sentence: str) -> int:
    _tell(sentence)
    return FAILED


def _tell(sentence: str) -> None:
    """A sentence on stderr, once the screen is closed; lost where the terminal has gone."""
    with contextlib.suppress(OSError):
        print(f"xbtfx-tui: {sentence}", file=sys.stderr, flush=True)  # noqa: T201 (the screen is closed by now)
