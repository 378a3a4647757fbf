"""The reading thread's rounds: none while no key comes, at once when one does, and none after the end."""

import os
import select
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from textual._xterm_parser import XTermParser
from textual.events import Key, Paste
from textual.message import Message

from xbtfx_tui.ui.terminal import key_reader
from xbtfx_tui.ui.terminal.key_reader import AWAKE_FOR, InputBegins, KeyRounds

WITHIN = 20.0


class Reader:
    """A thread that reads, and what came out of it. `now` is what the clock tells it; it goes on by `passes`
    with what is read."""

    def __init__(self, keys: int) -> None:
        self.now = self.passes = 0.0
        self.keys = keys
        self.rounds = KeyRounds(keys, lambda: self.now)
        self.parser = XTermParser()
        self.told: list[str] = []
        self.begun: list[int] = []
        """How many keys were told when something began."""
        self.fed = ""
        self.made = 0
        self.moved = threading.Condition()
        self.begin()

    def begin(self) -> None:
        self.thread = threading.Thread(target=self.rounds.read, args=(self, self.take), daemon=True)
        self.thread.start()

    def feed(self, data: str) -> list[Message]:
        with self.moved:
            self.fed += data
            self.now += self.passes
            found = list(self.parser.feed(data))
            self.moved.notify_all()
        return found

    def tick(self) -> list[Message]:
        with self.moved:
            self.made += 1
            self.moved.notify_all()
        return list(self.parser.tick())

    def take(self, message: Message) -> None:
        if isinstance(message, InputBegins):
            self.begun.append(len(self.told))
            return
        with self.moved:
            self.told.append(message.key if isinstance(message, Key) else type(message).__name__)
            if isinstance(message, Paste):
                self.told.append(message.text)
            self.moved.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self.moved:
            assert self.moved.wait_for(condition, WITHIN), (self.told, self.fed)

    def until_all_is_read(self) -> None:
        self.until(lambda: not select.select([self.keys], [], [], 0)[0])

    def ends(self) -> bool:
        self.rounds.set()
        self.thread.join(WITHIN)
        return not self.thread.is_alive()


@contextmanager
def a_reader() -> Iterator[tuple[Reader, int]]:
    """The reader, and where to write keys."""
    keys, typed = os.pipe()
    reader = Reader(keys)
    try:
        yield reader, typed
    finally:
        reader.ends()
        os.close(keys)
        os.close(typed)


def test_a_key_is_read_at_once_and_the_end_wakes_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_reader, "AWAKE_FOR", 0.0)
    with a_reader() as (reader, typed):
        for sent, key in ((b"b", "b"), (b"\x1b[A", "up"), (b"q", "q")):
            os.write(typed, sent)
            reader.until(lambda key=key: reader.told[-1:] == [key])  # type: ignore[misc]
        # Asleep by now: with no second awake, the rounds are as many as there was something to read.
        assert reader.made <= 3
        assert reader.ends()


def test_an_escape_late_in_the_second_awake_is_told() -> None:
    """The bytes that are read awake keep the thread awake as much as the one that woke it."""
    with a_reader() as (reader, typed):
        os.write(typed, b"b")
        reader.until(lambda: reader.told == ["b"])
        reader.now, reader.passes = AWAKE_FOR - 0.01, 0.02
        os.write(typed, b"\x1b")
        reader.until(lambda: reader.told == ["b", "escape"])


def test_once_ended_and_cleared_it_reads_again() -> None:
    with a_reader() as (reader, typed):
        assert reader.ends()
        reader.rounds.clear()
        assert not reader.rounds.is_set()
        reader.begin()
        os.write(typed, b"x")
        reader.until(lambda: reader.told == ["x"])
        assert reader.ends()


def test_what_was_typed_before_the_end_is_still_told() -> None:
    with a_reader() as (reader, typed):
        assert reader.ends()
        os.write(typed, b"x")
        reader.begin()
        reader.thread.join(WITHIN)
        assert reader.told == ["x"]


def test_a_byte_that_is_no_character_ends_nothing() -> None:
    """A line fault, or a terminal of another encoding."""
    with a_reader() as (reader, typed):
        os.write(typed, b"a\xff\xe4b")
        reader.until(lambda: reader.told[-1:] == ["b"])
        assert reader.told[0] == "a"


def test_a_character_and_a_sequence_may_come_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_reader, "AWAKE_FOR", 0.0)
    with a_reader() as (reader, typed):
        pieces = b"\x1b[200~" + "ä報".encode() * 3000 + b"\x1b[201~"
        os.write(typed, pieces[:7])
        reader.until(lambda: reader.fed.endswith("~"))
        os.write(typed, pieces[7:])
        reader.until(lambda: len(reader.told) == 2)
        assert reader.told == ["Paste", "ä報" * 3000]


def test_the_end_of_the_keys_is_no_end_of_the_rounds() -> None:
    """As where they come from a file; the driver sees to a terminal that is gone."""
    keys = os.open(os.devnull, os.O_RDONLY)
    reader = Reader(keys)
    reader.until(lambda: reader.made > 1)
    assert reader.thread.is_alive()
    assert reader.ends()
    os.close(keys)


@pytest.mark.parametrize(
    ("typed_in_one", "keys"),
    [
        (b"\x1b\r", ["escape", "enter"]),
        (b"\x1bX", ["escape", "X"]),
        (b"a\x1bb", ["a", "escape", "b"]),
        (b"\x1b\x1b\r", ["escape", "escape", "enter"]),
        (b"\x1b\x1b[A\r", ["escape", "up", "enter"]),
        (b"\x1b[A\x1bOQ\x1b\t", ["up", "f2", "escape", "tab"]),
        ("\x1bä".encode(), ["escape", "ä"]),
        (b"\x1b[200~a b\x1b[201~\x1b\r", ["Paste", "a b", "escape", "enter"]),
    ],
)
def test_an_escape_and_a_key_in_one_packet_are_two_keys(typed_in_one: bytes, keys: list[str]) -> None:
    """Textual takes escape and enter in one for enter alone: the keys that leave a review would send it."""
    with a_reader() as (reader, typed):
        os.write(typed, typed_in_one + b"q")
        reader.until(lambda: reader.told[-1:] == ["q"])
        assert [key.replace("upper_x", "X") for key in reader.told[:-1]] == keys


def test_an_escape_and_a_key_in_two_packets_are_two_keys() -> None:
    with a_reader() as (reader, typed):
        for piece in (b"\x1b", b"\rq"):
            os.write(typed, piece)
            reader.until_all_is_read()
        reader.until(lambda: reader.told[-1:] == ["q"])
        assert reader.told == ["escape", "enter", "q"]


@pytest.mark.parametrize(
    ("typed_in_one", "keys"),
    [
        (b"\x1b", ["escape"]),
        (b"\x1b[", ["escape", "left_square_bracket"]),
        (b"\x1bO", ["escape", "O"]),
        (b"\x1b]", ["escape", "right_square_bracket"]),
        (b"\x1b[1;", ["escape", "left_square_bracket", "1", "semicolon"]),
    ],
)
def test_what_begins_like_a_sequence_and_does_not_go_on_was_pressed(
    monkeypatch: pytest.MonkeyPatch, typed_in_one: bytes, keys: list[str]
) -> None:
    """Told after a tenth of a second, also where nothing else keeps the thread awake."""
    monkeypatch.setattr(key_reader, "AWAKE_FOR", 0.0)
    with a_reader() as (reader, typed):
        os.write(typed, typed_in_one)
        reader.until(lambda: len(reader.told) == len(keys))
        assert reader.told == keys


def test_what_may_be_an_escape_is_told_of_before_it_is_known() -> None:
    """It is known a tenth of a second later: too late to take back an enter that it came right after."""
    with a_reader() as (reader, typed):
        os.write(typed, b"\r\x1b")
        reader.until(lambda: reader.told == ["enter", "escape"])
        assert reader.begun == [1]


def test_an_escape_that_is_the_last_before_the_end_is_told() -> None:
    with a_reader() as (reader, typed):
        assert reader.ends()
        os.write(typed, b"\x1b")
        reader.begin()
        reader.thread.join(WITHIN)
        assert reader.told == ["escape"]
