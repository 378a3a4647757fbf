"""The benchmark in short: fails on ratios alone, with margins that a busy machine does not reach."""

import pytest

from tests.benchmarks.load import all_rows_in_sight, the_common_way, the_floor, the_terminal
from tests.benchmarks.market import a_market

pytestmark = pytest.mark.long
SECONDS, WARM_UP = 3.0, 2.0


def test_forty_symbols_take_a_part_of_what_a_table_takes_of_processor_and_line() -> None:
    with a_market(40, 5.0) as market:
        with the_common_way(market, market.symbols, WARM_UP) as run:
            common = run.uses(SECONDS)
        with the_terminal(market, market.symbols, warm_up=WARM_UP) as run:
            all_rows_in_sight(run)
            ours = run.uses(SECONDS)
        with the_terminal(market, market.symbols, "--low-bandwidth", warm_up=WARM_UP) as run:
            all_rows_in_sight(run)
            thrifty = run.uses(SECONDS)
    assert ours.share < common.share / 3
    assert ours.bytes_a_second < common.bytes_a_second / 5
    assert thrifty.bytes_a_second < ours.bytes_a_second / 1.5


def test_a_thousand_symbols_take_no_more_than_some_times_the_bare_feed() -> None:
    with a_market(1_000, 5.0) as market:
        floor = the_floor(market, market.symbols, SECONDS, WARM_UP)
        with the_terminal(market, market.symbols, warm_up=WARM_UP) as run:
            ours = run.uses(SECONDS)
    assert floor.quotes > 2_000
    assert ours.share < 8 * floor.share
