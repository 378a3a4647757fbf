"""What the command line needs of the account: the names it knows, plans, and who carries them out.

It draws nothing and sends nothing itself: a plan's orders go to the running batches, a deed to
`terminal_action_runner`.
"""

from collections.abc import Callable, Iterable, Mapping

from xbtfx_tui.commands.chart_command_types import ShowChartAt
from xbtfx_tui.commands.command_facts import facts_of
from xbtfx_tui.commands.command_types import Command, OneTicket
from xbtfx_tui.commands.known_names import Known
from xbtfx_tui.domain.order_origin import BY_LINE, Origin
from xbtfx_tui.planning.plan_types import Deed, NeedsSymbols, Plan, Planned
from xbtfx_tui.planning.planner import plan
from xbtfx_tui.planning.ports import PlanView
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.command_history import CommandHistory
from xbtfx_tui.ui.layout.layout_book import LayoutBook, changed
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.running_batches import RunningBatch, RunningBatches
from xbtfx_tui.ui.store_lookup import currency_of
from xbtfx_tui.ui.watchlist_service import Watching

ASKS_EVERY = 3.0
"""Seconds between two requests for the spec and price of a symbol that a plan needs."""


class Commanding:
    """One per account; `do` does a deed and says what became of it, `tell` shows that."""

    def __init__(
        self,
        backend: Backend,
        history: CommandHistory,
        do: Callable[[Deed], str],
        batches: RunningBatches,
        watching: Watching,
        layouts: Callable[[], LayoutBook],
        tell: Callable[[str], None],
        chart_refusal: Callable[[ShowChartAt], str | None],
    ) -> None:
        """`chart_refusal` is why the screen has no place for a chart of that number."""
        self._chart_refusal = chart_refusal
        self.backend = backend
        self.history = history
        self._watching = watching
        self._layouts = layouts
        self._do = do
        self._batches = batches
        self._tell = tell
        self._asked: dict[str, float] = {}

    def known(self) -> Known:
        """The account's symbols, those of its positions with them, the groups and the layouts."""
        store = self.backend.store
        held = (position.symbol for position in store.positions.values())
        layouts = tuple(layout.name for layout in self._layouts().layouts)
        return Known(frozenset((*store.symbols, *held)), self._watching.groups(), layouts)

    def tickets(self) -> Mapping[int, str]:
        """The open positions in words, the newest first: `buy 0.10 EURUSD +12.30`."""
        store = self.backend.store
        currency = currency_of(store)
        return {
            position.ticket: f"{position.side.value} {fmt.lots(position.volume)} "
            f"{fmt.clean(position.symbol, 32)} {fmt.signed_money(store.live_profit(position), currency)}"
            for position in sorted(store.positions.values(), key=lambda one: -one.ticket)
        }

    def plan(self, command: Command) -> Planned:
        """What the command comes to now. What it needs of a symbol is asked for, a fresh price too."""
        book = self._layouts()
        view = PlanView(
            self.backend.store,
            self.backend.clock.now(),
            self.backend.desk,
            self.backend.alerts.book,
            self._watching.groups(),
            self._watching.lists.shown.name,
            frozenset(trail.ticket for trail in self.backend.trails.trails()),
            self.backend.trails.elsewhere,
            self.backend.alerts.elsewhere,
            self.backend.alerts.refusal,
            tuple(layout.name for layout in book.layouts),
            book.shown.name,
            lambda change: problem if isinstance(problem := changed(book, change), str) else None,
            self.backend.rules.orders,
            self.backend.rules.refusal,
            self.backend.candles.clock,
            self._chart_refusal,
        )
        planned = plan(command, view)
        if isinstance(planned, NeedsSymbols):
            for symbol in planned.symbols:
                self._ask_for(symbol, view.now.monotonic)
        for symbol in self._traded_by(command):
            if not isinstance(self.backend.store.freshness(symbol, view.now), Fresh):
                self._ask_for(symbol, view.now.monotonic)
        return planned

    def _traded_by(self, command: Command) -> Iterable[str]:
        """The symbols whose price an order of the command is judged by, as far as it names one."""
        facts, positions = facts_of(command), self.backend.store.positions
        if not facts.is_judged_by_price:
            return ()
        named = [target.ticket for target in facts.targets if isinstance(target, OneTicket)]
        held = {positions[ticket].symbol for ticket in named if ticket in positions}
        return held if facts.symbol is None else (facts.symbol,)

    def _ask_for(self, symbol: str, now: float) -> None:
        asked = self._asked.get(symbol)
        if asked is None or now - asked >= ASKS_EVERY:
            self._asked[symbol] = now
            self.backend.need_spec(symbol)

    def carry_out(self, deed: Deed) -> str:
        """Do what changes the terminal alone, and say so; the sentence on what became of it."""
        words = self._do(deed)
        self._tell(words)
        return words

    def begin(self, plan: Plan, origin: Origin = BY_LINE) -> RunningBatch:
        """Send the plan's orders, one after the other, from now on."""
        return self._batches.begin(plan, origin)
