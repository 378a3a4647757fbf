"""What the command line needs of the account: the names it knows, plans, and who carries them out.

It draws nothing and sends nothing itself: a plan's orders go to the running batches, a deed to `deeds`.
"""

from collections.abc import Callable, Collection, Mapping

from xbtfx_tui.commands.command import Command
from xbtfx_tui.commands.known import Known
from xbtfx_tui.planning.plan import Deed, Plan, Planned
from xbtfx_tui.ui import format as fmt
from xbtfx_tui.ui.command_history import CommandHistory
from xbtfx_tui.ui.deeds import Deeds
from xbtfx_tui.ui.lookup import currency_of
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.running_batch import RunningBatch, RunningBatches


class Commanding:
    """One per account. `groups` gives the watchlist's groups by name; `tell` shows a deed's sentence."""

    def __init__(
        self,
        backend: Backend,
        history: CommandHistory,
        deeds: Deeds,
        batches: RunningBatches,
        groups: Callable[[], Collection[str]],
        tell: Callable[[str], None],
    ) -> None:
        self.backend = backend
        self.history = history
        self._deeds = deeds
        self._batches = batches
        self._groups = groups
        self._tell = tell

    def known(self) -> Known:
        """The account's symbols, those of its positions with them, and the groups."""
        store = self.backend.store
        held = (position.symbol for position in store.positions.values())
        return Known(frozenset((*store.symbols, *held)), tuple(self._groups()))

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
        """What the command comes to now."""
        raise NotImplementedError

    def carry_out(self, deed: Deed) -> None:
        """Do what changes the terminal alone, and say so."""
        self._tell(self._deeds.do(deed))

    def begin(self, plan: Plan) -> RunningBatch:
        """Send the plan's orders, one after the other, from now on."""
        return self._batches.begin(plan)
