"""The account's figures in one line, moved by the quotes between two reads."""

from decimal import Decimal

from xbtfx_tui.domain.accounts import Account, money_decimals
from xbtfx_tui.domain.clock import Instant, age_words
from xbtfx_tui.domain.exposure import AtCall, MarginDistance, NoMarginUsed
from xbtfx_tui.domain.profit_and_swap import has_swap_in
from xbtfx_tui.domain.read_states import unread_clause, unread_sentence
from xbtfx_tui.domain.store_events import Reading
from xbtfx_tui.planning.exposure_report import distance_now, is_near
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.margin_call_text import call_words, move_words
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.widgets.one_line_widgets import CellLine, Item

OLD_AFTER = 10.0
LEVEL_WARNING = Decimal(150)
LEVEL_ALARM = Decimal(100)
_NARROW = 80
_ROOMY = 110
_WIDE = 150


class AccountStrip(CellLine):
    """Balance, equity, profit, margin, free, level, and how far a margin call is; says when they are old.

    The distance is worked out anew each second, and when the server says something new: not at each quote.
    """

    def __init__(self, backend: Backend) -> None:
        super().__init__(id="account-strip")
        self._backend = backend
        self._store = backend.store
        self._distance: MarginDistance = NoMarginUsed()

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.account or changes.positions:
            self._distance = distance_now(self._store)
        if changes.account or changes.positions or (changes.quotes and self._store.positions):
            self.redraw()

    def every_second(self) -> None:
        self._distance = distance_now(self._store)
        self.redraw()

    def redraw(self) -> None:
        account, received = self._store.live_account(), self._store.account_received
        if account is None or received is None:
            sentence = unread_sentence("The account is", self._store.read_state(Reading.ACCOUNT))
            self.show(
                [Item(((fmt.clean(sentence or "The account is not read yet."), self.tint("warning")),))]
            )
            return
        old = received.age_at(self._backend.clock.now())
        self.show([*self._figures(account), *self._uncertain(), *self._age(old)])

    def _figures(self, account: Account) -> list[Item]:
        roomy = self.size.width >= _ROOMY + 8 * (money_decimals(account.equity, account.currency) > 2)
        profit = account.profit
        with_swap = self._has_swap_in(account)
        names = (
            ("balance", "equity", "profit+swap" if with_swap else "profit", "margin", "free", "level")
            if roomy
            else ("bal", "eq", "p/l+swap" if with_swap else "p/l", "mgn", "free", "lvl")
        )
        # Near a margin call the level is worth more than what it is made of.
        near = is_near(self._distance)
        money = [
            (fmt.money(account.balance, account.currency), "text", 4 if near else 2),
            (fmt.money(account.equity, account.currency), "strong", 0),
            (
                fmt.signed_money(profit, account.currency),
                "text" if not profit else "up" if profit > 0 else "down",
                0,
            ),
            (fmt.money(account.margin, account.currency), "text", 4),
            (fmt.money(account.margin_free, account.currency), "text", 3 if near else 1),
            (fmt.percent(account.margin_level, 0), self._level_tint(account.margin_level), 1 if near else 3),
        ]
        items = [
            Item(((f"{name} ", self.tint("muted")), (text, self.tint(tint))), rank)
            for name, (text, tint, rank) in zip(names, money, strict=True)
        ]
        items += self._call(account, roomy=roomy)
        named = fmt.clean(account.currency, 6) if account.currency else "currency not known"
        items.append(Item(((named, self.tint("muted")),), 5))
        return items

    def _has_swap_in(self, account: Account) -> bool:
        held = self._store.positions.values()
        swaps = sum((position.swap for position in held), Decimal(0))
        return has_swap_in(account, sum(map(self._store.live_profit, held), Decimal(0)), swaps)

    def _call(self, account: Account, *, roomy: bool) -> list[Item]:
        """How far the margin call is; in a narrow strip only when it is near, and then never left out."""
        distance, near = self._distance, is_near(self._distance)
        words = call_words(distance, account.currency, brief=self.size.width < _WIDE)
        if not words or not (roomy or near):
            return []
        tint = "error" if isinstance(distance, AtCall) else "warning" if near else "text"
        items = [Item((("call ", self.tint("muted")), (words, self.tint(tint))), 0 if near else 3)]
        if self.size.width >= _WIDE and (move := move_words(distance)):
            items.append(Item(((move, self.tint("muted")),), 6))
        return items

    def _level_tint(self, level: Decimal | None) -> str:
        if level is None or level > LEVEL_WARNING:
            return "text"
        return "warning" if level > LEVEL_ALARM else "error"

    def _uncertain(self) -> list[Item]:
        """What the profit, and all that moves with it, does not know of the positions."""
        store = self._store
        words = []
        if (clause := unread_clause(store.read_state(Reading.POSITIONS))) is not None:
            words.append(f"positions {clause}")
        if any(store.doubt_of(ticket) is not None for ticket in store.positions):
            words.append("positions in doubt")
        if any(row.ticket not in store.positions for row in store.unread(Reading.POSITIONS)):
            words.append("rows can't be read")
        if not words:
            return []
        said = ", ".join(words) if self.size.width >= _NARROW else "positions not certain"
        tint = self.tint("warning")
        return [Item(((f"? {said}", tint),), 0, to_right=True, brief=(("?", tint),))]

    def _age(self, seconds: float) -> list[Item]:
        if seconds < OLD_AFTER:
            return []
        return [Item(((f"read {age_words(seconds)} ago", self.tint("warning")),), 0, to_right=True)]
