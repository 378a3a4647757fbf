"""What was before the archive, put before what was seen: nothing twice, nothing hidden."""

from msgspec.structs import replace

from tests.unit.candle_files import MONDAY
from xbtfx_tui.archive.joined_past import with_past
from xbtfx_tui.domain.candles import Candle, Gap
from xbtfx_tui.domain.symbol_spec import SessionSpan


def minute(number: int, since: int = 0, until: int = 0) -> Candle:
    price = 100 + number
    covered = until - since or 60
    return Candle(
        MONDAY + 60 * number, 60, 5, price, price + 2, price - 2, price + 1, 3, since, until, covered
    )


PAST = [minute(number) for number in range(9)]
ENDS_IN = minute(9, 0, 20)


def test_without_anything_seen_it_is_the_past_alone() -> None:
    assert with_past((), PAST, 5, None) == tuple(PAST[-5:])


def test_the_minute_in_which_both_meet_is_of_both() -> None:
    seen = replace(minute(9, 20, 60), open=200, close=300, high=400, low=150)
    joined = with_past((seen, minute(10, 0, 60)), [*PAST, ENDS_IN], 500, None)
    both = joined[9]
    assert isinstance(both, Candle)
    assert (both.open, both.high, both.low, both.close) == (ENDS_IN.open, 400, ENDS_IN.low, 300)
    assert (both.since, both.until, both.covered) == (0, 60, 60)
    assert [one.start for one in joined if isinstance(one, Candle)] == [MONDAY + 60 * n for n in range(11)]
    assert not [one for one in joined if isinstance(one, Gap)]


def test_what_nobody_saw_between_them_is_a_gap() -> None:
    joined = with_past((minute(12, 5, 60),), PAST, 500, None)
    assert joined[9] == Gap(MONDAY + 9 * 60, MONDAY + 12 * 60)


def test_a_closed_market_between_them_is_none() -> None:
    monday_begins = (SessionSpan(0, 0, 9), SessionSpan(0, 12, 1440))
    joined = with_past((minute(12, 0, 60),), PAST, 500, monday_begins)
    assert not [one for one in joined if isinstance(one, Gap)]


def test_no_more_than_was_asked_for() -> None:
    joined = with_past((minute(12, 5, 60), Gap(MONDAY + 780, MONDAY + 840), minute(14, 0, 60)), PAST, 3, None)
    assert joined[0] == PAST[-1]
    assert sum(isinstance(one, Candle) for one in joined) == 3
