"""How well each thing that REST reads is known in this run, and what is said when that changes."""

from collections.abc import Callable

from xbtfx_tui.domain.clock import Instant
from xbtfx_tui.domain.failure_messages import read_failure_words
from xbtfx_tui.domain.read_states import NEVER_READ, ReadAt, ReadState, after_failure
from xbtfx_tui.domain.store_events import Message, ReadFailed, Reading
from xbtfx_tui.store.changed_keys import DirtyKeys
from xbtfx_tui.store.messages import Sayings


class ReadingStates:
    """`say` takes a sentence, `listed` is how many rows the last list of a reading has, None for what is no
    list. A list that can't be read is dirty: its pane says so."""

    def __init__(
        self,
        dirty: DirtyKeys,
        sayings: Sayings,
        say: Callable[[Message | None], None],
        listed: Callable[[Reading], int | None],
    ) -> None:
        self._dirty = dirty
        self._sayings = sayings
        self._say = say
        self._listed = listed
        self._states: dict[Reading, ReadState] = {}

    def state(self, reading: Reading) -> ReadState:
        return self._states.get(reading, NEVER_READ)

    def worked(self, reading: Reading, asked: Instant, now: Instant) -> None:
        """It was read, and asked for at `asked`."""
        self._states[reading] = ReadAt(asked)
        self._say(self._sayings.read_worked(reading, self._listed(reading), now.wall))

    def failed(self, event: ReadFailed, now: Instant) -> None:
        reading = event.reading
        why = read_failure_words(event.failure)
        self._states[reading] = after_failure(self.state(reading), event.at, why)
        match reading:
            case Reading.POSITIONS:
                self._dirty.positions = True
            case Reading.ORDERS:
                self._dirty.orders = True
            case Reading.ACCOUNT:
                self._dirty.account = True
            case Reading.KEY | Reading.SYMBOLS | Reading.SPEC | Reading.HISTORY:
                pass
        self._say(self._sayings.read_failed(event, now.wall))
