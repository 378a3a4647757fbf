"""The account watched: the margin call's warning, and the stop-out that closes the largest loss first."""

from datetime import datetime
from decimal import Decimal

from xbtfx_tui.domain.accounts import margin_level_percent
from xbtfx_tui.paper.account.account_state import AccountState
from xbtfx_tui.paper.account.command_results import Cause, MarginCalled, StoppedOut
from xbtfx_tui.paper.account.fill_booking import close_at_market
from xbtfx_tui.paper.account.open_positions import HeldPosition


class MarginWatch:
    """Remembers one thing: whether the margin call has been said."""

    def __init__(self, state: AccountState) -> None:
        self._state = state
        self._called = False

    def look(self, now: datetime) -> None:
        """Act on the margin level as it stands; costs two sums and a division while all is well."""
        level = self._level()
        call = self._state.config.margin_call_level
        if level is None or level > call:
            self._called = False
            return
        if not self._called:
            self._called = True
            self._state.events.append(MarginCalled(level))
        self._stop_out(level, now)

    def _stop_out(self, level: Decimal | None, now: datetime) -> None:
        """Close the largest loss until the level is above; what can't be closed (market shut) is left."""
        state = self._state
        while level is not None and level <= state.config.stop_out_level:
            worst = self._largest_loss(now)
            if worst is None:
                return
            closed = close_at_market(state, worst, worst.volume, now)
            state.ledger.executed(now, Cause.STOP_OUT, None, (worst.ticket,), (closed.deal,))
            state.events.append(StoppedOut(worst.ticket, level))
            level = self._level()

    def _largest_loss(self, now: datetime) -> HeldPosition | None:
        closable = {symbol for symbol in self._state.book.symbols() if self._state.is_open(symbol, now)}
        candidates = (held for held in self._state.book.positions.values() if held.symbol in closable)
        return min(candidates, key=lambda held: (held.result, held.ticket), default=None)

    def _level(self) -> Decimal | None:
        return margin_level_percent(self._state.equity, self._state.book.margin)
