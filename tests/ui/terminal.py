"""A trader at a running terminal: the real account over real sockets, against a paper exchange.

Everything is done by keys and read off the screen; the exchange's own ledger says what truly happened. Every
wait is for a condition, and fails with what is on screen.
"""

import asyncio
import re
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from msgspec.structs import replace
from textual.pilot import Pilot

from tests.integration.exchange_client import Frame, PaperExchange
from tests.patience import PATIENCE
from tests.ui.keys_in_turn import waits_for_keys
from xbtfx_tui.account_service import AccountAccess, TradingAccount
from xbtfx_tui.archive.candle_archive import ArchiveOptions
from xbtfx_tui.automation.alert_repository import Repository
from xbtfx_tui.config.file_paths import StateDir
from xbtfx_tui.config.trails_file import TrailsFiles
from xbtfx_tui.domain.account_currency import ToldByTrader
from xbtfx_tui.domain.api_key import ApiKey
from xbtfx_tui.domain.order_outcomes import IntentRecord, IntentState
from xbtfx_tui.domain.store_events import TradingOpen
from xbtfx_tui.domain.watchlists import Watchlists
from xbtfx_tui.orders.guards.guard_types import NO_LIMITS
from xbtfx_tui.orders.journal.order_journal import Journal
from xbtfx_tui.paper.exchange_options import ExchangeOptions
from xbtfx_tui.paper.ports import MarketPort
from xbtfx_tui.paper.service.fault_hooks import Faults, IncomingCall, NoFaults
from xbtfx_tui.paper.service.http_replies import Reply, reply
from xbtfx_tui.paper.service.paper_server import build_server
from xbtfx_tui.paper.service.rate_limits import ServerLimits
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.sync.system_clock import SystemClock
from xbtfx_tui.ui.account_choice import AccountChoice, Connected, NotConnected
from xbtfx_tui.ui.app import TerminalApp
from xbtfx_tui.ui.confirm_rule import QUIET_BEFORE
from xbtfx_tui.ui.dialogs.dialog_fields import Field, FieldInput
from xbtfx_tui.ui.dialogs.order_dialog import OrderDialog
from xbtfx_tui.ui.dialogs.review_line import ReviewLine
from xbtfx_tui.ui.screen_options import Mode, UiOptions
from xbtfx_tui.ui.screens.trading_screen import TradingScreen

WATCHLIST = ("EURUSD", "GBPUSD", "USDJPY", "XAUUSD", "BTCUSD", "NDXUSD")
LOOKS_EVERY = 0.03
"""Seconds. Looking at a whole screen takes 10 ms of the processor that the terminal needs."""
TRADE_PATHS = (
    "/v1/trade",
    "/v1/close",
    "/v1/modify",
    "/v1/reverse",
    "/v1/close-by",
    "/v1/close-all",
    "/v1/close-symbol",
)
WRONG_KEY = ApiKey("xbtfx_live_" + "0bad" * 8)


class PositionLine(NamedTuple):
    """A row of the Positions pane, as text; `–` is none."""

    ticket: str
    symbol: str
    side: str
    lots: str
    open: str
    now: str
    sl: str
    tp: str
    pips: str
    swap: str
    profit: str


@dataclass
class Trader:
    """What a trader does at the terminal, and what they see."""

    ends: AccountAccess
    account: TradingAccount
    app: TerminalApp
    pilot: Pilot[int]
    journal: Journal
    saved: list[tuple[str, ...]] = field(default_factory=list)

    # --- the eyes ---

    @property
    def screen(self) -> TradingScreen:
        screen = self.app.screen_stack[1]
        assert isinstance(screen, TradingScreen)
        return screen

    def text(self) -> str:
        """What the whole screen shows."""
        lines = self.app.screen._compositor.render_strips()
        return "\n".join(strip.text.rstrip() for strip in lines)

    def line(self, part: str) -> str:
        """The first line of the screen with this in it; empty where there is none."""
        return next((line for line in self.text().splitlines() if part in line), "")

    def quote(self, symbol: str) -> tuple[str, str] | None:
        """The bid and ask that the Quotes pane shows of a symbol, as text; None where it shows none."""
        found = re.search(rf"^{symbol}\W+(\d+\.\d+) +(\d+\.\d+) ", self.text(), re.MULTILINE)
        return (found[1], found[2]) if found is not None else None

    def position(self, ticket: int) -> PositionLine | None:
        """The row of this ticket in the Positions pane."""
        below = self.text().partition("[4 Positions")[2].splitlines()
        cells = next((line.split() for line in below if line.startswith(str(ticket))), [])
        return PositionLine(*cells) if len(cells) == len(PositionLine._fields) else None

    async def until(self, holds: Callable[[], bool], within: float = PATIENCE) -> None:
        """Wait until it holds."""
        try:
            async with asyncio.timeout(within):
                while not holds():
                    assert self.app.is_running, f"the terminal has ended: {self.app.failure}"
                    await asyncio.sleep(LOOKS_EVERY)
        except TimeoutError:
            raise AssertionError(f"it never came to hold; on screen:\n{self.text()}") from None

    async def sees(self, *words: str, within: float = PATIENCE) -> None:
        """Wait until all of this is on screen at once."""
        try:
            await self.until(lambda: all(word in self.text() for word in words), within)
        except AssertionError as error:
            raise AssertionError(f"never seen: {words}; {error}") from None

    async def is_told(self, *parts: str, pane: str = "7") -> str:
        """Look at Messages until a line has all these parts; the line."""
        await self.presses(pane)

        def found() -> list[str]:
            return [line for line in self.text().splitlines() if all(part in line for part in parts)]

        try:
            await self.until(lambda: bool(found()))
        except AssertionError as error:
            raise AssertionError(f"never told: {parts}; {error}") from None
        return found()[-1]

    # --- the hands ---

    async def presses(self, *keys: str) -> None:
        """All at once, as a fast typist on a slow line; what comes of it is waited for elsewhere."""
        for key in keys:
            self.app.simulate_key(key)
        await asyncio.sleep(0)

    async def looks(self) -> None:
        """Read for as long after the last key as a person does."""
        turns = self.app.key_turns
        await turns.all_had()
        await self.until(lambda: turns.strokes.if_struck("enter", turns.clock()).silence >= 2 * QUIET_BEFORE)

    async def is_ready(self, symbol: str = "EURUSD") -> None:
        """Wait until prices are live and orders may go."""
        store = self.account.store
        await self.until(
            lambda: (
                isinstance(store.trading, TradingOpen)
                and store.account is not None
                and store.slot(symbol) is not None
                and isinstance(store.freshness(symbol, self.account.clock.now()), Fresh)
                and symbol in store.specs
            )
        )

    async def buys(self, volume: str, **fields: str) -> IntentRecord:
        """`await trader.buys("0.25", sl="30p")`: the ticket, filled in, reviewed and sent."""
        return await self._orders("b", volume=volume, **fields)

    async def sells(self, volume: str, **fields: str) -> IntentRecord:
        return await self._orders("s", volume=volume, **fields)

    async def closes(self, volume: str | None = None) -> IntentRecord:
        """Close the selected position; all of it unless told otherwise."""
        await self.presses("4")
        return await self._orders("c", **({} if volume is None else {"volume": volume}))

    async def moves_stops(self, **stops: str) -> IntentRecord:
        """`sl="1.08"` moves it, `tp=""` removes it, what is not named stays."""
        await self.presses("4")
        return await self._orders("m", **stops)

    async def _orders(self, key: str, **fields: str) -> IntentRecord:
        await self.opens(key)
        await self.fills_in(**fields)
        await self.reviews()
        return await self.confirms()

    async def opens(self, key: str) -> OrderDialog:
        """Press the key of an order dialog and wait until it takes keys."""
        await self.presses(key)
        await self.until(lambda: isinstance(self.app.focused, FieldInput))
        dialog = self.app.screen
        assert isinstance(dialog, OrderDialog), self.text()
        return dialog

    async def fills_in(self, **fields: str) -> None:
        """Tab to each field and type over what it holds; an empty text empties it."""
        entries = [one.input for one in self.app.screen.query(Field)]
        for name, text in fields.items():
            entry = self.app.screen.query_one(f"#{name}", Field).input
            at = next(i for i, one in enumerate(entries) if one is self.app.focused)
            await self.presses(*["tab"] * ((entries.index(entry) - at) % len(entries)))
            await self.until(lambda entry=entry: self.app.focused is entry)  # type: ignore[misc]
            await self.presses(*(text or ["delete"]))
            await self.until(lambda entry=entry, text=text: entry.value == text)  # type: ignore[misc]

    async def reviews(self) -> str:
        """Enter, and read the review for longer than it is deaf; its words."""
        await self.presses("enter")
        review = self.app.screen.query_one(ReviewLine)
        await self.until(lambda: self.app.focused is review and review.hears)
        return review.said

    async def confirms(self, *, enters: int = 1) -> IntentRecord:
        """Enter on the review; the record of what was sent. Of more than one all at once none is heard but
        after a long silence: then the next one is."""
        before = set(self.account.store.intents)
        for _ in range(enters):
            self.app.simulate_key("enter")
        if enters > 1:
            await self.app.key_turns.all_had()
            if not isinstance(self.app.screen, TradingScreen):
                assert set(self.account.store.intents) == before
                review = self.app.screen.query_one(ReviewLine)
                await self.until(lambda: review.hears)
                self.app.simulate_key("enter")
        await self.until(lambda: isinstance(self.app.screen, TradingScreen))
        await self.until(lambda: len(self.account.store.intents) > len(before))
        (sent,) = set(self.account.store.intents) - before
        return self.account.store.intents[sent]

    async def learns(self, sent: IntentRecord, *states: IntentState) -> IntentRecord:
        """Wait until what was sent has come to one of these states; filled, if none is named."""
        wanted = states or (IntentState.FILLED, IntentState.FOUND_FILLED)
        intents = self.account.store.intents
        await self.until(lambda: intents[sent.intent.intent_id].state in wanted)
        return intents[sent.intent.intent_id]

    # --- the truth ---

    async def ledger(self) -> Frame:
        """What the exchange itself counted (GET /paper/ledger)."""
        headers = {"Authorization": f"Bearer {self.ends.key.reveal()}"}
        async with httpx.AsyncClient(base_url=self.ends.base_url, headers=headers) as http:
            answer = await http.get("/paper/ledger")
        assert answer.status_code == 200, answer.text
        body: Frame = answer.json()
        return body

    async def journaled(self) -> Mapping[str, IntentState]:
        """The last state of every intent, as the journal has it."""
        return {row.entry.intent.intent_id: row.state for row in await self.journal.rows()}

    async def each_went_once(self, *sent: IntentRecord) -> Frame:
        """One request and one execution per order, by its own key, in the order of sending; the ledger."""
        ledger = await self.ledger()
        keys = [one.intent.intent_id for one in sent]
        asked = [key for path in TRADE_PATHS for key in ledger["requests"].get(path, {}).get("keys", ())]
        executed = [one["request"] for one in ledger["executions"] if one["request"] is not None]
        assert len(set(keys)) == len(keys)
        assert sorted(asked) == sorted(keys)
        assert executed == keys
        return ledger


@asynccontextmanager
async def a_trader(
    at: PaperExchange | AccountAccess,
    tmp_path: Path,
    *,
    key: ApiKey | None = None,
    mode: Mode = Mode.PAPER,
    begins_open: bool = True,
    read_only: bool = False,
    size: tuple[int, int] = (120, 34),
    watchlist: tuple[str, ...] = WATCHLIST,
    alert_shelf: Repository | None = None,
    archive: ArchiveOptions | None = None,
    currency: str | None = "USD",
) -> AsyncIterator[Trader]:
    """A terminal on this exchange with a journal in `tmp_path`, as the wiring builds it.

    `currency` is what the trader's config says the account is in, which an exchange of the minimal form does
    not name; None: nothing says it.
    """
    ends = at if isinstance(at, AccountAccess) else AccountAccess(at.base_url, at.ws_url, at.key)
    ends = replace(ends, key=key or ends.key)
    journal = Journal(tmp_path)
    account = TradingAccount(
        ends,
        SystemClock(),
        journal,
        NO_LIMITS,
        read_only=read_only,
        begins_open=begins_open,
        kept_trails=TrailsFiles(StateDir(tmp_path)),
        alert_shelf=alert_shelf,
        archive=archive,
        currency=None if currency is None else ToldByTrader(currency, "config.toml"),
    )
    saved: list[tuple[str, ...]] = []

    def save(lists: Watchlists) -> None:
        saved.append(lists.shown.symbols)

    ui = UiOptions(watchlist=watchlist, usual_watchlist=False, save_watchlists=save)
    app = TerminalApp(ui, _nowhere, Connected(account, mode))
    try:
        async with app.run_test(size=size) as pilot:
            waits_for_keys(pilot)
            yield Trader(ends, account, app, pilot, journal, saved)
        assert app.failure is None, app.failure
    finally:
        await account.stop()


@asynccontextmanager
async def an_exchange(
    *,
    faults: Faults | None = None,
    limits: ServerLimits | None = None,
    market: MarketPort | None = None,
    **options: Any,
) -> AsyncIterator[PaperExchange]:
    """An exchange on a port of its own: fresh, of seed 7, of the minimal form, its prices never at rest,
    unless told otherwise.
    """
    chosen = ExchangeOptions(**{"seed": 7, "fresh": True, "tick_rate": 4, **options})
    server = build_server(chosen, faults=faults, limits=limits, market=market)
    await server.start()
    exchange = PaperExchange(server)
    try:
        yield exchange
    finally:
        await exchange.ends()


class Moody(NoFaults):
    """An exchange whose bridge to MetaTrader is down for these paths while `down` says so: a 503 each."""

    def __init__(self, paths: str = "/v1/") -> None:
        self.down = False
        self._paths = paths

    async def before_execute(self, call: IncomingCall) -> Reply | None:
        if self.down and call.path.startswith(self._paths):
            return reply({"error": "bridge_unavailable", "message": "No bridge to MT5."}, 503)
        return None


def nobody_listens() -> AccountAccess:
    """The addresses of a port of this machine that nothing listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return AccountAccess(f"http://127.0.0.1:{port}", f"ws://127.0.0.1:{port}/v1/ws", WRONG_KEY)


async def _nowhere(choice: AccountChoice) -> Connected | NotConnected:
    return NotConnected("no account here")
