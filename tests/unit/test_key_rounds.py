"""The reading thread's rounds: none while no key comes, at once when one does, and none after the end."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from xbtfx_tui.ui.terminal import key_rounds
from xbtfx_tui.ui.terminal.key_rounds import KeyRounds

WITHIN = 20.0


class Reader:
    """A thread that makes rounds as Textual's does, and reads what there is."""

    def __init__(self, rounds: KeyRounds, keys: int) -> None:
        self.rounds, self.keys = rounds, keys
        self.read = b""
        self.made = 0
        self.moved = threading.Condition()
        self.thread = threading.Thread(target=self._run, daemon=True)

    def _run(self) -> None:
        self.rounds.begin()
        while not self.rounds.is_set():
            with self.moved:
                self.made += 1
                with suppress(BlockingIOError):
                    self.read += os.read(self.keys, 64)
                self.moved.notify_all()

    def until(self, condition: Callable[[], bool]) -> None:
        with self.moved:
            assert self.moved.wait_for(condition, WITHIN)


@contextmanager
def a_reader() -> Iterator[tuple[Reader, int]]:
    """The reader, and where to write keys."""
    keys, typed = os.pipe()
    os.set_blocking(keys, False)
    rounds = KeyRounds(keys)
    reader = Reader(rounds, keys)
    try:
        yield reader, typed
    finally:
        rounds.set()
        reader.thread.join(WITHIN)
        os.close(keys)
        os.close(typed)


def test_a_key_is_read_at_once_and_the_end_wakes_the_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(key_rounds, "AWAKE_FOR", 0.0)
    with a_reader() as (reader, typed):
        reader.thread.start()
        for sent in (b"b", b"\x1b[A", b"q"):
            os.write(typed, sent)
            reader.until(lambda sent=sent: reader.read.endswith(sent))  # type: ignore[misc]
        # Asleep by now: with no second awake, the rounds are as many as there was something to read.
        assert reader.made <= 3 * 3
        reader.rounds.set()
        reader.thread.join(WITHIN)
        assert not reader.thread.is_alive()


def test_after_a_byte_the_rounds_go_on_by_themselves() -> None:
    with a_reader() as (reader, typed):
        reader.thread.start()
        os.write(typed, b"\x1b")
        reader.until(lambda: reader.read == b"\x1b")
        made = reader.made
        reader.until(lambda: reader.made > made + 5)  # the rounds in which Textual gives up on a sequence


def test_once_ended_and_cleared_it_reads_again() -> None:
    with a_reader() as (reader, typed):
        reader.thread.start()
        reader.rounds.set()
        reader.thread.join(WITHIN)
        reader.rounds.clear()
        assert not reader.rounds.is_set()
        again = Reader(reader.rounds, reader.keys)
        again.thread.start()
        os.write(typed, b"x")
        again.until(lambda: again.read == b"x")
        again.rounds.set()
        again.thread.join(WITHIN)
        assert not again.thread.is_alive()


def test_who_does_not_read_is_never_held_up() -> None:
    with a_reader() as (reader, _):
        assert not reader.rounds.is_set()
        reader.rounds.set()
        assert reader.rounds.is_set()
        reader.thread.start()
