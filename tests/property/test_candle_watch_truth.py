"""Whatever befalls the line, a candle tells of no second that nobody watched, of no price that never came."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.hypothesis_profiles import examples
from tests.unit.candle_files import MONDAY
from tests.unit.watched_line import WatchedLine
from xbtfx_tui.archive.candle_watch import STOOD_STILL
from xbtfx_tui.domain.store_events import StreamDelayed, StreamDown
from xbtfx_tui.store.feed_state import TOO_LATE

WATCHED = frozenset({"EURUSD"})
Step = tuple[str, float]


def steps() -> st.SearchStrategy[list[Step]]:
    wait = st.floats(0.0, 25.0).map(lambda seconds: ("wait", seconds))
    quote = st.sampled_from([1.08, 1.08001, 1.0802, 1.07995]).map(lambda bid: ("quote", bid))
    rare = st.sampled_from(
        [("down", 0.0), ("up", 0.0), ("late", 0.0), ("in time", 0.0), ("unwatch", 0.0), ("watch", 0.0)]
    )
    stall = st.floats(STOOD_STILL + 10.5, 60.0).map(lambda seconds: ("stall", seconds))
    rest = st.just(("rest", 1.09))
    return st.lists(st.one_of(wait, wait, quote, quote, quote, rare, stall, rest), max_size=60)


class Truth:
    """What a bystander notes: from when to when the symbol was watched, and which quotes came when."""

    def __init__(self) -> None:
        self.line = WatchedLine(MONDAY + 3.0)
        self.is_up = self.is_late = False
        self.since: float | None = None
        self.watched: list[tuple[float, float]] = []
        self.quotes: list[tuple[float, float]] = []

    @property
    def now(self) -> float:
        return self.line.clock.now().wall

    def ends(self) -> None:
        if self.since is not None:
            self.watched.append((self.since, self.now))
        self.since = None

    def does(self, step: Step) -> None:
        line = self.line
        match step:
            case ("wait", seconds):
                line.passes(seconds)
            case ("quote", bid):
                line.quotes(bid)
                self.quotes.append((self.now, bid))
                if self.since is None and self.is_up and not self.is_late and "EURUSD" in line.subscribed:
                    self.since = self.now
            case ("down", _) if self.is_up:
                line.takes(StreamDown("gone", 1.0))
                self.is_up = self.is_late = False
                self.ends()
            case ("up", _) if not self.is_up:
                line.comes_up()
                self.is_up = True
            case ("late" | "in time" as how, _) if self.is_up:
                self.is_late = how == "late"
                line.takes(StreamDelayed(TOO_LATE + 1 if self.is_late else 0.0))
                if self.is_late:
                    self.ends()
            case ("unwatch", _):
                line.subscribed = frozenset({"GBPUSD"})
                self.ends()
                line.passes(10.1)  # it is noticed at the next candle's end
            case ("watch", _):
                line.subscribed = WATCHED
            case ("stall", seconds):
                goes_on = self.since is not None
                self.ends()
                line.clock.passes(seconds)
                line.looks()
                self.since = self.now if goes_on else None
            case ("rest", bid):
                line.told_by_rest(bid)


@settings(max_examples=examples(200))
@given(steps())
def test_no_candle_tells_of_what_nobody_saw(all_steps: list[Step]) -> None:
    truth = Truth()
    for step in [("up", 0.0), *all_steps]:
        truth.does(step)
    truth.line.watch.interrupt(truth.line.clock.now())
    truth.ends()
    for candle in truth.line.candles:
        assert 0 <= candle.since < candle.until <= 10
        first, last = candle.start + candle.since, candle.start + candle.until
        # To the second: up to one more at either end.
        assert any(since < first + 1 and last - 1 <= until for since, until in truth.watched), (
            candle,
            truth.watched,
        )
        bids = [bid for at, bid in truth.quotes if candle.start <= at < candle.end]
        assert candle.ticks <= len(bids)
        if not candle.is_quiet:
            prices = {
                float(candle.price(one)) for one in (candle.open, candle.high, candle.low, candle.close)
            }
            assert prices <= set(bids)
        if candle.is_quiet:
            assert not [at for at, _ in truth.quotes if first + 1 <= at < last - 1]
