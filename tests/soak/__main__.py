"""`python -m tests.soak`: the terminal for a long while on a line that is cut, stalls and trickles.

It runs the real program on a terminal of 200x50, on a live account of the paper exchange, through a proxy
that does what a seeded plan says; it trades in it by keys, and judges what is seen. Loopback only; it ends by
itself. A line a minute, and a table of verdicts; exit code 1 where something failed. What happened when goes
to stderr.
"""

import argparse
import sys

from tests.benchmarks.findings import HEAD
from tests.benchmarks.machine import machine_line
from tests.soak.run import Options, soak


def main(arguments: list[str] | None = None) -> int:
    """Read the command line, soak, write the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0, help="of the plan; settling comes on top [10]")
    parser.add_argument("--seed", type=int, default=7, help="of the line and the trader [7]")
    parser.add_argument("--squeeze", type=float, default=1.0, help="times every duration of the plan [1]")
    given = parser.parse_args(arguments)
    _say(f"{machine_line()}; seed {given.seed}, {given.minutes:g} minutes")
    report = soak(Options(given.minutes * 60, given.seed, given.squeeze), _say)
    _say("\n".join(["", HEAD, *(finding.row() for finding in report.findings)]))
    _say("\n".join(["", *(f"- {fault}" for fault in report.faults)]) if report.faults else "")
    return 0 if report.is_met else 1


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
