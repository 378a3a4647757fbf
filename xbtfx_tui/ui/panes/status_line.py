"""The line that is always there: mode, lock, account, connection and feed age, weight left, clock."""

from xbtfx_tui.domain.clock import Instant, age_words
from xbtfx_tui.domain.store_events import (
    Dialect,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.feed_state import FeedConnecting, FeedDown, FeedIdle, FeedLive, FeedRefused
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_options import Mode
from xbtfx_tui.ui.widgets.one_line_widgets import CellLine, Item

QUIET_AFTER = 3.0
STILL_AFTER = 60.0
LOW_WEIGHT_SHARE = 0.2
WEIGHT_STEP = 50
"""How finely the weight left is told while there is plenty: each poll changes it."""


class TopLine(CellLine):
    """Redrawn when something in it changed, and once a second for ages and the clock."""

    def __init__(self, backend: Backend, mode: Mode) -> None:
        super().__init__(id="top-line")
        self._backend = backend
        self._store = backend.store
        self._mode = mode
        self._slowed_to: float | None = None

    def note_pace(self, slowed_to: float | None) -> None:
        """How many frames a second the terminal can take, where that is fewer than usual."""
        if slowed_to != self._slowed_to:
            self._slowed_to = slowed_to
            self.redraw()

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.feed or changes.account or changes.intents:
            self.redraw()

    def every_second(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        now = self._backend.clock.now()
        self.show(
            [
                *self._badges(),
                *self._account(),
                self._feed(now),
                *self._pace(),
                *self._weight(),
                self._item(f"{self._clock(now)} UTC", "muted", rank=3, to_right=True),
            ]
        )

    def _clock(self, now: Instant) -> str:
        """The time of day; without its seconds while nothing moves, so that an idle line stays silent."""
        text = fmt.clock_time(now.wall)
        last = self._store.last_quote
        is_still = last is not None and last.age_at(now) > STILL_AFTER
        return text.rpartition(":")[0] if is_still else text

    def _item(self, text: str, tint: str, rank: int = 0, *, to_right: bool = False) -> Item:
        return Item(((text, self.tint(tint)),), rank, to_right)

    def _badges(self) -> list[Item]:
        badge = "badge-paper" if self._mode is Mode.PAPER else "badge-live"
        items = [self._item(f" {self._mode.value} ", badge)]
        match self._store.trading:
            case TradingLocked():
                items.append(self._item(" LOCKED ", "badge-locked"))
            case TradingCloseOnly():
                items.append(self._item(" CLOSE ONLY ", "badge-locked"))
            case TradingReadOnly():
                items.append(self._item(" READ-ONLY ", "badge-read"))
            case TradingOpen():
                pass
        if doubts := len(self._backend.desk.doubts()):
            items.append(self._item(f" {doubts} UNKNOWN ", "badge-live"))
        if late := sum(
            order.takes_long and order.sent_wall is not None for order in self._backend.desk.on_their_way()
        ):
            items.append(self._item(f" {late} ON ITS WAY ", "badge-read"))
        if trails := len(self._backend.trails.trails()):
            items.append(self._item(f" {trails} TRAIL ", "badge-read"))
        if fired := self._backend.alerts.unseen:
            items.append(self._item(f" {fired} ALERT{'' if fired == 1 else 'S'} ", "badge-locked"))
        return items

    def _account(self) -> list[Item]:
        key, account = self._store.key, self._store.account
        login = key.login if key else account.login if account else None
        mode = key.margin_mode if key else account.margin_mode if account else None
        items = []
        if login is not None:
            items.append(self._item(f"#{login}", "strong", rank=4))
        if mode is not None:
            items.append(self._item(mode.value, "text", rank=5))
        if account is not None and account.leverage is not None:
            items.append(self._item(f"1:{account.leverage}", "muted", rank=7))
        return items

    def _feed(self, now: Instant) -> Item:
        match self._store.feed:
            case FeedLive() as feed:
                return self._live(feed, now)
            case FeedIdle():
                return self._item("○ not connected", "warning", rank=1)
            case FeedConnecting(attempt):
                words = "○ connecting" if attempt <= 1 else f"○ connecting, try {attempt}"
                return self._item(words, "warning", rank=1)
            case FeedDown(_, retry_at):
                wait = max(0.0, retry_at.monotonic - now.monotonic)
                return self._item(f"✗ stream down, next try in {age_words(wait)}", "error", rank=1)
            case FeedRefused():
                return self._item("✗ key refused", "error", rank=1)

    def _live(self, feed: FeedLive, now: Instant) -> Item:
        last = self._store.last_quote
        quiet = last.age_at(now) if last is not None else None
        if quiet is None:
            words = "● live, no fresh quote yet"
        elif quiet > QUIET_AFTER:
            words = f"● live, quiet {age_words(quiet)}"
        elif feed.missing:
            words = f"● live, no quotes of {fmt.clean(min(feed.missing), 12)}"
            words += f" + {len(feed.missing) - 1}" if len(feed.missing) > 1 else ""
        elif feed.late:
            words = f"● slow line, prices {age_words(feed.late)} late"
        elif feed.dialect is Dialect.OLDER:
            words = "● live, no account events"
        else:
            return self._item("● live", "good", rank=1)
        return self._item(words, "warning", rank=1)

    def _pace(self) -> list[Item]:
        if self._slowed_to is None:
            return []
        return [self._item(f"slow terminal, {self._slowed_to:g} updates/s", "warning", rank=2)]

    def _weight(self) -> list[Item]:
        budget = self._store.budget
        if budget is None:
            return []
        low = budget.remaining < budget.limit * LOW_WEIGHT_SHARE
        coarse = f"{budget.remaining // WEIGHT_STEP * WEIGHT_STEP}+"
        left = f"{budget.remaining}" if low or budget.remaining == budget.limit else coarse
        return [self._item(f"weight {left}/{budget.limit}", "warning" if low else "muted", 6, to_right=True)]
