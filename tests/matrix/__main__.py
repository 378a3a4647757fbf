"""`python -m tests.matrix --runs 3000 --seed 7`: every row of order-safety's matrix, N times, judged.

Loopback only; ends by itself. Exit code 1 where anything was wrong, with the seeds that show it again.
"""

import argparse
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from tests.matrix.runs import ROWS, Tally, run_seed_of, tally

_CHUNK = 10
_FAILURES_SHOWN = 5


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__)
    parser.add_argument("--runs", type=int, default=30, metavar="N", help="runs of each row [30]")
    parser.add_argument("--seed", type=int, default=7, metavar="N", help="same seed, same runs [7]")
    parser.add_argument("--rows", default="", metavar="LIST", help="like 5,8 or 1-14 [all]")
    parser.add_argument("--jobs", type=int, default=2, metavar="N", help="processes [2]")
    parser.add_argument("--row", type=int, metavar="N", help="with --run-seed: one run again")
    parser.add_argument("--run-seed", type=int, metavar="N")
    parser.add_argument("--screen", action="store_true", help="with the real screen, its text judged as well")
    given = parser.parse_args(arguments)
    if given.row is not None and given.run_seed is not None:
        return _again(given.row, given.run_seed, given.screen)
    rows = _rows(given.rows) if given.row is None else [given.row]
    total = Tally()
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(given.jobs, mp_context=context) as pool:
        for row in rows:
            seeds = [run_seed_of(given.seed, row, number) for number in range(given.runs)]
            chunks = [seeds[at : at + _CHUNK] for at in range(0, len(seeds), _CHUNK)]
            of_row = Tally()
            for part in pool.map(tally, [row] * len(chunks), chunks, [given.screen] * len(chunks)):
                of_row.add(part)
            total.add(of_row)
            _say(f"{row:>3}  {ROWS[row][0]:<42} {of_row.sentence()}  {_pace(of_row)}")
            for failed, run_seed, what in of_row.failures[:_FAILURES_SHOWN]:
                _say(f"     --row {failed} --run-seed {run_seed}")
                _say("       " + what.strip().replace("\n", "\n       "))
    _say(f"all  {total.sentence()}, seed {given.seed}, {time.monotonic() - began:.1f} s")
    return 0 if total.is_good else 1


def _again(row: int, run_seed: int, with_screen: bool) -> int:
    """One run, with its failure in full."""
    once = tally(row, [run_seed], with_screen)
    for _, _, what in once.failures:
        _say(what)
    _say(f"{row:>3}  {ROWS[row][0]}: {once.sentence()}  {_pace(once)}")
    return 0 if once.is_good else 1


def _rows(text: str) -> list[int]:
    if not text:
        return list(ROWS)
    chosen: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        chosen += [row for row in range(int(first), int(last or first) + 1) if row in ROWS]
    return chosen


def _pace(one: Tally) -> str:
    runs = max(1, one.runs)
    return (
        f"{one.seconds:.1f} s, {one.seconds / runs * 1000:.0f} ms a run ({one.cpu / runs * 1000:.0f} of CPU)"
    )


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
