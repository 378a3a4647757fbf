"""How long the program takes from its command to the first live price, beside a bare Textual hello world."""

import re
from collections.abc import Callable
from statistics import median

from tests.benchmarks.findings import Finding
from tests.benchmarks.market import a_home, environment, reference, the_program
from tests.benchmarks.pty_run import a_run
from tests.benchmarks.screen import Grid

_PAPER_TIMES, _WELCOME_TIMES = 2.5, 1.5
_PRICE = re.compile(r"EURUSD\W+\d\.\d{5}")


def _seconds(command: list[str], is_there: Callable[[Grid], object]) -> float:
    with a_home() as home, a_run(command, environment(home)) as run:
        return run.until(is_there) - run.started


def starts(times: int) -> tuple[Finding, Finding]:
    """Each in turn, so often; the medians."""
    hello, paper, welcome = [], [], []
    for _ in range(times):
        hello.append(_seconds(reference("hello"), lambda grid: "Hello-world" in grid.line(0)))
        paper.append(_seconds(the_program("--paper", "--seed", "7"), lambda g: _PRICE.search(g.text())))
        welcome.append(_seconds(the_program(), lambda grid: "Open a paper account" in grid.text()))
    floor = median(hello)

    def finding(what: str, found: list[float], at_most: float) -> Finding:
        return Finding(
            what,
            f"{median(found):.2f} s",
            f"hello world {floor:.2f} s: {median(found) / floor:.2f}x",
            f"at most {at_most}x",
            median(found) <= at_most * floor,
        )

    return (
        finding("start to first live quote, paper", paper, _PAPER_TIMES),
        finding("start to the welcome screen", welcome, _WELCOME_TIMES),
    )
