"""The line that is always there: mode, lock, account, connection and feed age, weight left, clock."""

from collections.abc import Sequence
from decimal import Decimal
from enum import IntEnum

from xbtfx_tui.domain.clock import Instant, age_words
from xbtfx_tui.domain.store_events import (
    Dialect,
    TradingCloseOnly,
    TradingLocked,
    TradingOpen,
    TradingReadOnly,
)
from xbtfx_tui.orders.store_views import day_result
from xbtfx_tui.planning.one_click_trading import OneClick, OneClickArmed, OneClickOff
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.feed_state import FeedConnecting, FeedDown, FeedIdle, FeedLive, FeedRefused
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.screen_options import Mode
from xbtfx_tui.ui.screen_times import ScreenTimes
from xbtfx_tui.ui.store_lookup import currency_of
from xbtfx_tui.ui.widgets.one_line_widgets import CellLine, Item

QUIET_AFTER = 3.0
STILL_AFTER = 60.0
LOW_WEIGHT_SHARE = 0.2
_NEAR_SHARE = Decimal("0.5")
WEIGHT_STEP = 50
"""How finely the weight left is told while there is plenty: each poll changes it."""


class Place(IntEnum):
    """All that the line can show, in its order; the number is the rank: the highest goes first where there is
    no room, those of 0 never go. A place without content is not shown.

    With nothing amiss 60 columns have room as far as the clock, 80 and more for all of it. The weight
    outlasts the clock: whoever runs out of it reads blind, and a clock hangs elsewhere.
    """

    MODE = 0
    LOCK = 0
    UNKNOWN = 0
    ARMED = 0
    ON_ITS_WAY = 1
    LIMIT = 2
    FEED = 3
    PACE = 4
    ALERTS = 5
    TRAILS = 6
    PROPOSALS = 7
    MANDATE = 8
    LOGIN = 9
    WEIGHT = 10
    CLOCK = 11
    MARGIN_MODE = 12
    LEVERAGE = 13


TOP_LINE_WORDS: Sequence[tuple[str, str]] = (
    ("LIVE, PAPER", "real money, or the paper exchange"),
    (
        "LOCKED, CLOSE ONLY, READ-ONLY",
        "no order is sent; none that opens; none in this run: Messages say why",
    ),
    ("2 UNKNOWN", "orders whose outcome is not known: u"),
    ("ARMED 1.00", "one-click trading, up to so many lots"),
    ("1 ON ITS WAY", "orders sent that take over a second: u"),
    ("day -260", "today's result beside your loss limit, from half of it on"),
    ("live quiet 5s", "the stream, and what is amiss with it"),
    ("slow terminal", "fewer updates, for it takes no more"),
    ("2 ALERTS", "alerts that fired, not looked at yet: a"),
    ("1 TRAIL", "trailing stops at work"),
    ("1 PROPOSAL", "lines that scripts ask you to send, not decided yet: P"),
    ("#50012345", "the account's login"),
    (
        "weight 550+",
        "requests that the key has left this minute: where they run low, reads wait and orders go first",
    ),
    ("10:15:30 UTC", "the time, and whose it is"),
    ("hedging 1:100", "the margin mode and the leverage"),
)
"""How each place of the line looks, and what it says, for the help; in the order in which they stay."""


class TopLine(CellLine):
    """Redrawn when something in it changed, and once a second for ages and the clock."""

    def __init__(self, backend: Backend, mode: Mode, times: ScreenTimes) -> None:
        super().__init__(id="top-line")
        self._backend = backend
        self._store = backend.store
        self._mode = mode
        self._times = times
        self._slowed_to: float | None = None
        self._one_click: OneClick = OneClickOff()
        self._asked = 0
        self._limit: Sequence[Item] = ()

    def note_pace(self, slowed_to: float | None) -> None:
        """How many frames a second the terminal can take, where that is fewer than usual."""
        if slowed_to != self._slowed_to:
            self._slowed_to = slowed_to
            self.redraw()

    def note_one_click(self, state: OneClick) -> None:
        """Whether a key trades at once."""
        if type(state) is not type(self._one_click):
            self._one_click = state
            self.redraw()

    def note_asked(self, pending: int) -> None:
        """How many lines of scripts are not decided."""
        if pending != self._asked:
            self._asked = pending
            self.redraw()

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.feed or changes.account or changes.intents:
            self.redraw()

    def every_second(self) -> None:
        self._limit = self._nearest_limit()  # it sums up the deals of some days
        self.redraw()

    def redraw(self) -> None:
        now = self._backend.clock.now()
        self.show(
            [
                *self._badges(),
                *self._limit,
                self._feed(now),
                *self._pace(),
                *self._told(),
                *self._account(),
                *self._weight(),
                self._item(f"{self._clock(now)} {self._times.word}", "muted", Place.CLOCK, to_right=True),
            ]
        )

    def _clock(self, now: Instant) -> str:
        """The time of day; without its seconds while nothing moves, so that an idle line stays silent."""
        text = self._times.clock(now.wall)
        last = self._store.last_quote
        is_still = last is not None and last.age_at(now) > STILL_AFTER
        return text.rpartition(":")[0] if is_still else text

    def _item(self, text: str, tint: str, place: Place, *, to_right: bool = False) -> Item:
        return Item(((text, self.tint(tint)),), place, to_right)

    def _badges(self) -> list[Item]:
        badge = "badge-paper" if self._mode is Mode.PAPER else "badge-live"
        items = [self._item(f" {self._mode.value} ", badge, Place.MODE)]
        match self._store.trading:
            case TradingLocked():
                items.append(self._item(" LOCKED ", "badge-locked", Place.LOCK))
            case TradingCloseOnly():
                items.append(self._item(" CLOSE ONLY ", "badge-locked", Place.LOCK))
            case TradingReadOnly():
                items.append(self._item(" READ-ONLY ", "badge-read", Place.LOCK))
            case TradingOpen():
                pass
        if doubts := len(self._backend.desk.doubts()):
            items.append(self._item(f" {doubts} UNKNOWN ", "badge-live", Place.UNKNOWN))
        if isinstance(self._one_click, OneClickArmed):
            words = f" ARMED {fmt.lots(self._one_click.most_lots)} "
            items.append(self._item(words, "badge-live", Place.ARMED))
        if late := sum(
            order.takes_long and order.sent_wall is not None for order in self._backend.desk.on_their_way()
        ):
            items.append(
                self._item(
                    f" {late} ON {'ITS' if late == 1 else 'THEIR'} WAY ", "badge-read", Place.ON_ITS_WAY
                )
            )
        return items

    def _nearest_limit(self) -> list[Item]:
        """The limit of the day's loss, once half of it is lost."""
        limits, now = self._backend.limits, self._backend.clock.now()
        if limits.loss_per_day is None:
            return []
        result = day_result(self._store, now, limits.day)
        if result is None or -result < limits.loss_per_day * _NEAR_SHARE:
            return []
        currency = currency_of(self._store)
        words = (
            f"day {fmt.signed_money(result, currency)} of {fmt.signed_money(-limits.loss_per_day, currency)}"
        )
        return [self._item(words, "error" if -result >= limits.loss_per_day else "warning", Place.LIMIT)]

    def _told(self) -> list[Item]:
        """What goes on by itself and wants to be known."""
        items = []
        if fired := self._backend.alerts.unseen:
            words = f" {fired} ALERT{'' if fired == 1 else 'S'} "
            items.append(self._item(words, "badge-locked", Place.ALERTS))
        if trails := len(self._backend.trails.trails()):
            items.append(self._item(f" {trails} TRAIL ", "badge-read", Place.TRAILS))
        if asked := self._asked:
            words = f" {asked} PROPOSAL{'' if asked == 1 else 'S'} "
            items.append(self._item(words, "badge-locked", Place.PROPOSALS))
        return items

    def _account(self) -> list[Item]:
        key, account = self._store.key, self._store.account
        login = key.login if key else account.login if account else None
        mode = key.margin_mode if key else account.margin_mode if account else None
        items = []
        if login is not None:
            items.append(self._item(f"#{login}", "strong", Place.LOGIN))
        if mode is not None:
            items.append(self._item(mode.value, "text", Place.MARGIN_MODE))
        if account is not None and account.leverage is not None:
            items.append(self._item(f"1:{account.leverage}", "muted", Place.LEVERAGE))
        return items

    def _feed(self, now: Instant) -> Item:
        match self._store.feed:
            case FeedLive() as feed:
                return self._live(feed, now)
            case FeedIdle():
                return self._item("○ not connected", "warning", Place.FEED)
            case FeedConnecting(attempt):
                words = "○ connecting" if attempt <= 1 else f"○ connecting, try {attempt}"
                return self._item(words, "warning", Place.FEED)
            case FeedDown(_, retry_at):
                wait = max(0.0, retry_at.monotonic - now.monotonic)
                return self._item(f"✗ stream down, next try in {age_words(wait)}", "error", Place.FEED)
            case FeedRefused():
                return self._item("✗ key refused", "error", Place.FEED)

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
            return self._item("● live", "good", Place.FEED)
        return self._item(words, "warning", Place.FEED)

    def _pace(self) -> list[Item]:
        if self._slowed_to is None:
            return []
        return [self._item(f"slow terminal, {self._slowed_to:g} updates/s", "warning", Place.PACE)]

    def _weight(self) -> list[Item]:
        budget = self._store.budget
        if budget is None:
            return []
        low = budget.remaining < budget.limit * LOW_WEIGHT_SHARE
        coarse = f"{budget.remaining // WEIGHT_STEP * WEIGHT_STEP}+"
        left = f"{budget.remaining}" if low or budget.remaining == budget.limit else coarse
        tint = "warning" if low else "muted"
        return [self._item(f"weight {left}/{budget.limit}", tint, Place.WEIGHT, to_right=True)]
