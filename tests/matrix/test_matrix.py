"""Every row of order-safety's matrix: no duplicate, nothing lost, no phantom, nothing stuck, no false word.

Once each in the usual run, thirty times in the long one; less often those in real time, with kill -9 (ten
times) and on a terminal (three times). `python -m tests.matrix` runs any as often as told.
"""

import pytest

from tests.matrix.runs import ROWS, judge_run, run_seed_of, tally

SEED = 7
ALL = 30
_ALL = {23: 10, 24: 10, 25: 10, 35: 3}
_SEEN_AT_ONCE = (38, 42, 50)
"""On the real screen in the usual run; the others are so in the long one."""

each_row = pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row}: {ROWS[row][0]}")


def runs_well(row: int, runs: int, *, with_screen: bool = False) -> None:
    seeds = [run_seed_of(SEED, row, number) for number in range(runs)]
    total = tally(row, seeds, with_screen)
    again = [f"--row {row} --run-seed {seed}\n{what}" for row, seed, what in total.failures]
    assert total.is_good, "\n".join([total.sentence(), *again])
    assert total.runs == runs


@each_row
def test_a_row_of_the_matrix(row: int) -> None:
    runs_well(row, 1)


@pytest.mark.long
@pytest.mark.timeout(900)
@each_row
def test_a_row_of_the_matrix_again_and_again(row: int) -> None:
    runs_well(row, _ALL.get(row, ALL))


@pytest.mark.parametrize(
    "row",
    [row if row in _SEEN_AT_ONCE else pytest.param(row, marks=pytest.mark.long) for row in range(38, 54)],
    ids=lambda row: f"{row}: {ROWS[row][0]}",
)
def test_a_row_on_the_real_screen(row: int) -> None:
    runs_well(row, 1, with_screen=True)


def test_the_matrix_is_whole() -> None:
    assert list(ROWS) == list(range(1, 54))


@pytest.mark.parametrize(
    ("row", "run_seed"),
    [
        pytest.param(11, 2767554221, id="a modify that is executed after it was given up"),
        pytest.param(39, 4060855689, id="a close-by that a list hides and the history tells of"),
        pytest.param(
            11, 1656289231, id="a position that the stream tells of between the last look and the verdict"
        ),
    ],
)
def test_a_run_that_once_went_wrong(row: int, run_seed: int) -> None:
    judgement = judge_run(row, run_seed)
    assert judgement.is_good, judgement.sentences()
