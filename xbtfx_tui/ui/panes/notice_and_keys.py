"""The two lines at the bottom: the latest message, and the keys that work now."""

from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

import msgspec
from rich.cells import cell_len

from xbtfx_tui.domain.action_results import NotDone
from xbtfx_tui.domain.clock import Instant, age_words
from xbtfx_tui.domain.store_events import (
    Message,
    Severity,
    Trading,
    TradingCloseOnly,
    TradingLocked,
    TradingStands,
    TrueWhile,
)
from xbtfx_tui.store.changed_keys import Changes
from xbtfx_tui.store.message_validity import standing, still_so
from xbtfx_tui.store.store import Store
from xbtfx_tui.ui import figure_format as fmt
from xbtfx_tui.ui.action_availability import Situation
from xbtfx_tui.ui.key_bindings import ACTIONS, Action, action, first_key, key_name
from xbtfx_tui.ui.key_targets import target_words
from xbtfx_tui.ui.pane_key_table import MOVES
from xbtfx_tui.ui.panes.messages_pane import SIGNS, TINTS
from xbtfx_tui.ui.ports import Backend
from xbtfx_tui.ui.shortened_words import shortened
from xbtfx_tui.ui.widgets.one_line_widgets import CellLine, Item

SHOWN_FOR = {
    Severity.QUIET: 0.0,
    Severity.INFO: 10.0,
    Severity.GOOD: 20.0,
    Severity.WARNING: 45.0,
    Severity.ERROR: 120.0,
}
HELD_FOR = {
    Severity.QUIET: 0.0,
    Severity.INFO: 0.0,
    Severity.GOOD: 0.0,
    Severity.WARNING: 4.0,
    Severity.ERROR: 8.0,
}
"""Seconds in which a quieter message that comes right after does not take the line."""
LOUDNESSES = list(Severity)
_PLAIN = (Severity.QUIET, Severity.INFO)
HINT_SHOWN_FOR = 6.0
_MESSAGES = action("pane.messages")
_NOT_DONE_SIGN = "! "
_LONGEST = 4_000
_LOOKED_BACK = 8
_A_MINUTE = 60.0
_FIRST_TO_GO = ("pane.zoom", "pane.next")
_NEXT_TO_GO = ("program.quit", "trade.lock")
_STAYS, _STAYS_LONGEST = 0, 1
_PANE_KEY_LEAVES = 1_010
"""After what trades, and before what is the same in each pane."""
_AFTER = "trade.modify"
_PANE_KEYS = {move_id: keys for move_id, keys, _ in MOVES}
PaneKeys: TypeAlias = Sequence[tuple[tuple[str, ...], str]]


class _Hint(msgspec.Struct, frozen=True):
    """Words with their tint, and until when they stand (monotonic): no longer than trading is as it was when
    they were said, for what a key may do is judged by that. A remark gives way to whatever else is said."""

    words: str
    tint: str
    until: float
    trading: Trading
    is_remark: bool = False
    stands: Callable[[], bool] | None = None
    """Whether it is still so; None where that does not change."""


class NoticeLine(CellLine):
    """The latest message; once it is no news the trouble that stands, and where there is none the message,
    muted and with its age; or a hint. `keys` are the config's, by action."""

    def __init__(self, backend: Backend, keys: Mapping[str, str]) -> None:
        super().__init__(id="notice")
        self._rest = f" {first_key(keys.get(_MESSAGES.id, _MESSAGES.keys))} shows all"
        self._backend = backend
        self._store = backend.store
        self._hint: _Hint | None = None
        self._told: TrueWhile | None = None

    def hint(self, sentence: str) -> None:
        """Warn of what Messages has in other words; gone after a few seconds, kept in no list."""
        self._show_hint(NotDone(sentence))

    def answer(self, sentence: str, stands: Callable[[], bool] | None = None) -> None:
        """Answer a key or a command; gone after a few seconds, or once it is not so any more (`stands`), and
        kept in no list while it fits.

        What does not fit is kept in Messages, once.
        """
        hint = self._show_hint(sentence, stands=stands)
        kept = fmt.clean(sentence, _LONGEST)
        if 0 < self.size.width < cell_len(hint.words) and kept not in {
            said.text for said in islice(reversed(self._store.messages), _LOOKED_BACK)
        }:
            self._backend.say(Severity.INFO, kept)

    def remark(self, sentence: str) -> None:
        """Answer a key that was struck by chance, like a held one's repeat: where an outcome stands, or
        another answer, that stays."""
        now = self._backend.clock.now()
        if (hint := self._hint) is not None and hint.until > now.monotonic and not hint.is_remark:
            return
        latest = message_to_show(self._store, now.wall)
        if latest is None or not _is_news(latest, now.wall):
            self._show_hint(NotDone(sentence), is_remark=True)

    def _show_hint(
        self, sentence: str, *, is_remark: bool = False, stands: Callable[[], bool] | None = None
    ) -> _Hint:
        sign, tint = (_NOT_DONE_SIGN, "warning") if isinstance(sentence, NotDone) else ("", "text")
        until = self._backend.clock.now().monotonic + HINT_SHOWN_FOR
        words = f"{sign}{fmt.clean(sentence, _LONGEST)}"
        self._hint = _Hint(words, tint, until, self._store.trading, is_remark, stands)
        self.redraw()
        return self._hint

    def absorb(self, changes: Changes, now: Instant) -> None:
        if changes.messages:
            latest = self._store.messages[-1]
            if latest.severity not in _PLAIN or (self._hint is not None and self._hint.is_remark):
                self._hint = None
            self.redraw()
        elif not still_so(self._told, self._store):
            self.redraw()

    def every_second(self) -> None:
        self.redraw()

    def redraw(self) -> None:
        now = self._backend.clock.now()
        if (hint := self._hint) is not None and hint.until > now.monotonic:
            self._told = TradingStands(hint.trading)
            if still_so(self._told, self._store) and (hint.stands is None or hint.stands()):
                self._show_words(hint.words, hint.tint)
                return
        self._hint = None
        latest = message_to_show(self._store, now.wall)
        self._told = latest.true_while if latest is not None else None
        if latest is None:
            self.show([])
            return
        words = f"{SIGNS[latest.severity]} {fmt.clean(latest.text, _LONGEST)}".strip()
        if not _is_news(latest, now.wall) and (stands := standing(self._store)):
            # Old news gives way to what is still so, however long ago it was said.
            latest, others = stands[0], len(stands) - 1
            self._told = latest.true_while
            words = f"{SIGNS[latest.severity]} {fmt.clean(latest.text, _LONGEST)}"
            words += f" And {others} more that {'lasts' if others == 1 else 'last'}." if others else ""
            self._show_words(words, TINTS[latest.severity])
        elif _is_news(latest, now.wall):
            self._show_words(words, TINTS[latest.severity])
        else:
            self._show_words(f"{_age_words(now.wall - latest.wall)} ago  {words}", "muted")

    def _show_words(self, words: str, tint: str) -> None:
        """As much of it as there is room for, what says a danger first; where it is cut, the line ends in the
        key that shows all."""
        width = self.size.width
        if cell_len(words) > width:
            words = shortened(words, max(0, width - len(self._rest))) + self._rest
        self.show([Item(((words, self.tint(tint)),))])


def _is_news(said: Message, wall: float) -> bool:
    return wall - said.wall <= SHOWN_FOR[said.severity]


def _age_words(seconds: float) -> str:
    """In whole minutes at the least: an idle line must not be drawn anew each second."""
    return age_words(seconds) if seconds >= _A_MINUTE else "<1m"


def message_to_show(store: Store, wall: float) -> Message | None:
    """The latest message, or a louder one that came just before it; `wall` is now, unix time.

    What is not so any more is passed over, and so is what is told quietly. Good news is never held back: it
    may be what the trouble before it came to.
    """
    latest = [
        said
        for said in islice(reversed(store.messages), _LOOKED_BACK)
        if said.severity is not Severity.QUIET and still_so(said.true_while, store)
    ]
    if not latest:
        return None
    shown = latest[0]
    if shown.severity is Severity.GOOD:
        return shown
    for said in latest:
        held = wall - said.wall < HELD_FOR[said.severity]
        if held and LOUDNESSES.index(said.severity) > LOUDNESSES.index(shown.severity):
            shown = said
    return shown


class KeyLine(CellLine):
    """What the letters act on, then each key with its word; dim where it does not work now (the key then says
    why)."""

    def __init__(self, keys: Mapping[str, str]) -> None:
        super().__init__(id="keys")
        self._keys = keys

    def show_for(self, now: Situation, pane_keys: PaneKeys = ()) -> None:
        """`pane_keys` are those of the pane that has the keys, by their ids, with a word for each."""
        items = []
        if words := target_words(now.target, now.symbol):
            strong, (_, _, ticket) = self.tint("strong"), words.rpartition(" ")
            items.append(Item(((f"{words}:", strong),), brief=((f"{ticket}:", strong),)))
        for rank, one in enumerate(ACTIONS):
            if not one.label:
                continue
            works = one.why_not(now) is None
            if one.fleeting and not works:
                continue
            name = self._keys.get(one.id, one.keys)
            items.append(
                Item(
                    (
                        (key_name(name), self.tint("accent" if works else "muted")),
                        (f" {_label(one, now)}", self.tint("text" if works else "muted")),
                    ),
                    _rank(one, rank, now, works=works),
                    what=one.id,
                )
            )
        at = next((place for place, item in enumerate(items) if item.what == _AFTER), len(items)) + 1
        items[at:at] = [self._pane_item(ids, word, number) for number, (ids, word) in enumerate(pane_keys)]
        self.show(items)

    def _pane_item(self, ids: tuple[str, ...], word: str, number: int) -> Item:
        names = (first_key(self._keys.get(one, _PANE_KEYS[one])) for one in ids)
        keys = "/".join(names)
        return Item(((keys, self.tint("accent")), (f" {word}", self.tint("text"))), _PANE_KEY_LEAVES + number)


def _rank(one: Action, rank: int, now: Situation, *, works: bool) -> int:
    """Where it leaves a line that is too narrow, the highest first: what does not work now before what does.
    The help, which has them all, never leaves, and what unlocks trading is the last that does."""
    if one.fleeting or one.id == "program.help":
        return _STAYS
    if _unlocks(one, now):
        return _STAYS_LONGEST
    if one.id in _FIRST_TO_GO:
        return 4_000 - _FIRST_TO_GO.index(one.id)
    if not works:
        return 3_000 + rank
    return 2_000 - _NEXT_TO_GO.index(one.id) if one.id in _NEXT_TO_GO else 1_000 + rank


def _unlocks(one: Action, now: Situation) -> bool:
    return one.id == "trade.lock" and isinstance(now.store.trading, TradingLocked | TradingCloseOnly)


def _label(one: Action, now: Situation) -> str:
    """The key's word: what locks trading is told by what it would do now, orders by what the top line calls
    them."""
    if one.id == "order.doubt":
        return now.doubt_word
    return "unlock" if _unlocks(one, now) else one.label
