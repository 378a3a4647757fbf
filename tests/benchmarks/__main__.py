"""`python -m tests.benchmarks`: the program beside two references, in one run, against the goals.

(a) is the common way, a Textual table that updates its cells for each quote; (b) the floor, a loop that
receives and decodes the same feed and draws nothing. Absolute numbers shift with the machine: look at the
ratios. Loopback only; ends by itself. Exit code 1 where a goal is not met.
"""

import argparse
import sys
from collections.abc import Callable, Iterable

from tests.benchmarks import candle_file, flooded_door, full_account, latency, load, stalls, starting
from tests.benchmarks.findings import HEAD, Finding
from tests.benchmarks.machine import machine_line
from tests.benchmarks.pty_run import SIZE

Rows = Callable[[argparse.Namespace], Iterable[Finding]]
PARTS: dict[str, Rows] = {
    "common": lambda given: load.beside_the_common_way(given.seconds),
    "floor": lambda given: (load.beside_the_floor(given.seconds, count) for count in (400, 1_000)),
    "keys": lambda given: [latency.key_to_paint(given.keys)],
    "door": lambda given: [flooded_door.key_to_paint(given.keys)],
    "commands": lambda given: [full_account.key_to_paint(given.keys)],
    "journal": lambda _: [full_account.journal_memory()],
    "quotes": lambda given: [latency.quote_to_paint(3 * given.seconds)],
    "hour": lambda given: [latency.quote_to_paint(60 * given.minutes)],
    "thrift": lambda given: [load.low_bandwidth(given.seconds)],
    "chart": lambda given: load.chart(3 * given.seconds),
    "start": lambda given: starting.starts(given.starts),
    "memory": lambda given: [load.memory(given.minutes)],
    "idle": lambda given: [load.idle(given.settling, 60.0)],
    "orders": lambda given: latency.orders(given.orders),
    "stalls": lambda given: stalls.stalls(30),
    "candles": lambda _: candle_file.rows(),
}


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, measure part by part, write the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--parts", default=",".join(PARTS), metavar="LIST", help="[all]")
    parser.add_argument("--seconds", type=float, default=20.0, help="of each window [20]")
    parser.add_argument("--minutes", type=float, default=3.0, help="of the windows of memory and hour [3]")
    parser.add_argument("--settling", type=float, default=75.0, help="seconds before idle is measured [75]")
    parser.add_argument("--keys", type=int, default=300, help="[300]")
    parser.add_argument("--orders", type=int, default=60, help="[60]")
    parser.add_argument("--starts", type=int, default=5, help="of each program [5]")
    given = parser.parse_args(arguments)
    chosen = given.parts.split(",")
    if unknown := [part for part in chosen if part not in PARTS]:
        parser.error(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    _say(f"{machine_line()}; terminal of {SIZE[0]}x{SIZE[1]}, truecolor\n\n{HEAD}")
    is_met = True
    for part in chosen:
        for finding in PARTS[part](given):
            _say(finding.row())
            is_met = is_met and finding.is_met
    return 0 if is_met else 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
