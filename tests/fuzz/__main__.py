"""Feeds mutated bodies and frames to the wire, the session and the store: `python -m tests.fuzz --help`.

Exit code 0: nothing but WireError came out and the memory stayed bounded. 1: it did not, with what to repeat.
"""

import sys
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor

import click

from tests.fuzz.runner import TARGETS, Report, run

SHARES = {"rest": 20, "answers": 20, "stream": 25, "session": 20, "store": 15}
"""How many of a hundred frames each target gets."""

BODY_SHARES = {"rest": 30, "answers": 30, "reads": 25, "line": 15}
"""The same of bodies: the readers, the answers to orders, the store that reads fill, and all of it from the
bytes on the line."""

_SLICES = 4


@click.command()
@click.option("--frames", type=click.IntRange(1), default=1_000_000, show_default=True)
@click.option("--bodies", type=click.IntRange(1), help="Bodies for the REST side alone, instead of frames.")
@click.option("--seed", type=int, default=7, show_default=True)
@click.option("--target", type=click.Choice(sorted(TARGETS)), help="One target instead of all.")
@click.option("--jobs", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes.")
def main(frames: int, bodies: int | None, seed: int, target: str | None, jobs: int) -> None:
    """Fuzz, and say what came of it."""
    work = plan(frames, seed, target) if bodies is None else plan(bodies, seed, target, BODY_SHARES)
    with ProcessPoolExecutor(jobs) as pool:
        reports = list(pool.map(run, *zip(*work, strict=True)))
    sys.exit(tell(reports))


def plan(
    frames: int, seed: int, target: str | None, of_all: Mapping[str, int] = SHARES
) -> list[tuple[str, int, int]]:
    """(target, frames, seed) of each piece of work; the frames add up to what was asked for."""
    shares = of_all if target is None else {target: 100}
    counts = {name: frames * share // 100 for name, share in shares.items()}
    counts[next(iter(counts))] += frames - sum(counts.values())
    pieces = []
    for name, count in counts.items():
        for piece in range(_SLICES):
            size = count // _SLICES + (count % _SLICES if piece == 0 else 0)
            if size:
                pieces.append((name, size, seed * 1000 + piece))
    return pieces


def tell(reports: list[Report]) -> int:
    """Print the reports; the exit code."""
    for name in TARGETS:
        mine = [report for report in reports if report.target == name]
        if not mine:
            continue
        frames, rate = sum(one.frames for one in mine), min(one.rate for one in mine)
        growth, traced = max(one.growth_kb for one in mine), max(one.traced_kb for one in mine)
        most = {key: max(one.held.get(key, 0) for one in mine) for one in mine for key in one.held}
        held = "".join(f", {key} {count}" for key, count in most.items())
        kept = f"{growth} KB growth, {traced} KB of the last tenth"
        click.echo(f"{name:8}{frames:>8,} frames, {rate:>7,.0f} a second and core, {kept}{held}")
    findings = [finding for report in reports for finding in report.findings]
    for finding in findings:
        click.echo(str(finding))
    frames = sum(report.frames for report in reports)
    growth = max(report.growth_kb for report in reports)
    bounded = all(report.bounded for report in reports)
    memory = "memory bounded" if bounded else "MEMORY NOT BOUNDED"
    click.echo(f"{frames} frames, {len(findings)} escapes, {memory} ({growth} KB growth)")
    return 1 if findings or not bounded else 0


if __name__ == "__main__":
    main()
