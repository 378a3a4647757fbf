"""Every row of order-safety's matrix, thirty times: no duplicate, nothing lost, no phantom, nothing stuck.

Rows in real time are run less often here: those with kill -9 ten times, the one on a terminal three times.
`python -m tests.matrix` runs any of them as often as it is told to.
"""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor

import pytest

from tests.matrix.runs import ROWS, Tally, judge_run, run_seed_of, tally

SEED = 7
RUNS = 30
FEWER = {23: 10, 24: 10, 25: 10, 35: 3}
_HALVES = 2


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(_HALVES, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row}: {ROWS[row][0]}")
def test_a_row_of_the_matrix(workers: ProcessPoolExecutor, row: int) -> None:
    seeds = [run_seed_of(SEED, row, number) for number in range(FEWER.get(row, RUNS))]
    total = Tally()
    for part in workers.map(tally, [row] * _HALVES, [seeds[half::_HALVES] for half in range(_HALVES)]):
        total.add(part)

    again = [f"--row {row} --run-seed {seed}\n{what}" for row, seed, what in total.failures]
    assert total.is_good, "\n".join([total.sentence(), *again])
    assert total.runs == len(seeds)


@pytest.mark.parametrize("row", range(38, 54), ids=lambda row: f"{row}: {ROWS[row][0]}")
def test_a_row_on_the_real_screen(workers: ProcessPoolExecutor, row: int) -> None:
    total = workers.submit(tally, row, [run_seed_of(SEED, row, 0)], with_screen=True).result()

    assert total.is_good, "\n".join([total.sentence(), *(what for _, _, what in total.failures)])


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
