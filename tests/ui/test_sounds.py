"""What a terminal sounds for: what is known, each kind by its own count of bells, nothing twice."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.ui.still_life import D, StillBackend, positions, still_backend
from xbtfx_tui.domain.event_sounds import Sound, SoundWay
from xbtfx_tui.domain.intents import Intent, Keep, ModifyIntent, MoveTo, OpenIntent
from xbtfx_tui.domain.order_outcomes import Decider, IntentRecord, IntentState, StoryLine
from xbtfx_tui.domain.sides import Side
from xbtfx_tui.domain.store_events import Dialect, IntentMoved, PositionsRead, StreamDown, StreamUp
from xbtfx_tui.ui.sound_watch import OWN_FOR, Heard, SoundWatch
from xbtfx_tui.ui.terminal.desktop_notification import Ringer

OPENS = OpenIntent("one", "EURUSD", Side.BUY, D("0.50"), D("1.08213"))
MOVES = ModifyIntent("one", 1, "EURUSD", MoveTo(D(1)), Keep())


class Listener:
    """A terminal over an account that stands still, and what it hears."""

    def __init__(self) -> None:
        self.backend: StillBackend = still_backend()
        self.backend.store.drain()
        self.watch = SoundWatch(self.backend)
        self.hears()

    def hears(self) -> list[Sound]:
        return [one.sound for one in self.watch.heard(self.backend.store.drain(), ())]

    def moves(
        self, state: IntentState, decider: Decider = Decider.TERMINAL, intent: Intent = OPENS
    ) -> list[Sound]:
        story = (StoryLine(0.0, state, "What came of it.", decider=decider),)
        self.backend.store.apply(IntentMoved(IntentRecord(intent, state, story)))
        return self.hears()

    def reads(self, *symbols: str) -> list[Sound]:
        """A list of positions: those of the start, and one more of each of these symbols."""
        new = [
            positions()[0].__class__(184800 + number, symbol, Side.BUY, *(D("1.1"),) * 3)
            for number, symbol in enumerate(symbols)
        ]
        self.backend.store.apply(PositionsRead((*positions(), *new), self.backend.store.mark()))
        return self.hears()


def test_an_order_sounds_once_its_outcome_is_known_and_not_before() -> None:
    for state, sound in ((IntentState.FILLED, Sound.FILL), (IntentState.REJECTED, Sound.REFUSAL)):
        desk = Listener()
        assert desk.moves(IntentState.SENDING) == []
        assert desk.moves(IntentState.PLACED) == []
        assert desk.moves(state) == [sound]
        assert desk.moves(state) == []


def test_what_is_not_known_or_is_the_traders_own_word_is_no_fill_and_no_refusal() -> None:
    desk = Listener()
    assert desk.moves(IntentState.UNKNOWN) == []
    assert desk.moves(IntentState.FOUND_FILLED, Decider.TRADER) == []
    assert Listener().moves(IntentState.FILLED, intent=MOVES) == []  # moved stops fill nothing


def test_a_position_that_no_order_here_opened_sounds_and_one_of_an_order_does_not_twice() -> None:
    desk = Listener()
    assert desk.reads("XAUUSD") == [Sound.FILL]
    assert desk.reads("XAUUSD") == []
    assert desk.moves(IntentState.SENDING) == []
    assert desk.reads("XAUUSD", "EURUSD") == []
    assert desk.moves(IntentState.FILLED) == [Sound.FILL]
    desk.backend.clock.at += OWN_FOR + 1
    assert desk.reads("XAUUSD", "EURUSD", "EURUSD") == [Sound.FILL]


def test_a_line_that_is_lost_sounds_once_until_it_is_back() -> None:
    desk = Listener()
    store = desk.backend.store
    for _ in range(3):
        store.apply(StreamDown("the server closed it", 1.0))
    assert desk.hears() == [Sound.DISCONNECT]
    store.apply(StreamDown("no answer", 1.0))
    assert desk.hears() == []
    store.apply(StreamUp(Dialect.CURRENT))
    assert desk.hears() == []
    store.apply(StreamDown("no answer", 1.0))
    assert desk.hears() == [Sound.DISCONNECT]


class Bells:
    """An app that counts bells, and whose timers go off when told."""

    def __init__(self) -> None:
        self.rung = 0
        self.timers: list[Callable[[], None]] = []
        self._driver = None

    def bell(self) -> None:
        self.rung += 1

    def set_timer(self, _: float, then: Callable[[], None]) -> None:
        self.timers.append(then)

    def counts(self) -> int:
        """The bells until nothing more comes."""
        while self.timers:
            self.timers.pop(0)()
        return self.rung


def rings(*heard: Sound, tells: dict[Sound, SoundWay] | None = None) -> int:
    app: Any = Bells()
    ringer = Ringer(app, tells or {}, notifies=False)
    for _ in range(2):
        ringer.tell([Heard(sound, "") for sound in heard])
    assert isinstance(app, Bells)
    return app.counts()


def test_each_kind_has_its_own_count_of_bells() -> None:
    loud = {Sound.PROPOSAL: SoundWay.BELL}
    assert sorted(rings(sound, tells=loud) for sound in Sound) == [1, 2, 3, 4, 5, 6]
    assert rings(Sound.PROPOSAL) == 0
    assert rings(Sound.FILL, Sound.FILL, Sound.REFUSAL) == Sound.FILL.bells + Sound.REFUSAL.bells


@pytest.mark.parametrize("way", [SoundWay.OFF, SoundWay.TEXT])
def test_each_can_be_without_a_bell(way: SoundWay) -> None:
    assert [rings(sound, tells={sound: way}) for sound in Sound] == [0] * len(Sound)
