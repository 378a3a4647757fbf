"""Runs cases against targets, counts, watches the memory, and makes what it finds small."""

import contextlib
import ctypes
import gc
import resource
import time
import traceback
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from tests.fuzz.line import LineTarget
from tests.fuzz.living import SessionTarget, StoreTarget
from tests.fuzz.targets import AnswersTarget, Case, RestTarget, StreamTarget, Target

_MOSTLY_READS = 0.95

TARGETS: dict[str, Callable[[Random], Target]] = {
    "rest": RestTarget,
    "answers": AnswersTarget,
    "stream": StreamTarget,
    "session": SessionTarget,
    "store": StoreTarget,
    "reads": lambda luck: StoreTarget(luck, of_reads=_MOSTLY_READS),
    "line": LineTarget,
}
MOST_GROWTH_KB = 16_384
"""What the process may hold more at its end than after the first tenth: bounded lists filling up, and how
the allocator rounds."""

MOST_TRACED_KB = 1_024
"""What Python may keep of the last tenth alone, by tracemalloc, once everything bounded is full."""

MOST_HELD = 6_000
"""More of one thing than this, kept from frame to frame, is a server's way to fill the memory."""

_MOST_FINDINGS = 5
_STEPS_OF_SHRINKING = 400


@dataclass(frozen=True, slots=True)
class Finding:
    """An exception that got out, with what makes it come again."""

    target: str
    seed: int
    number: int
    case: Case
    error: str
    where: str

    def __str__(self) -> str:
        how = f"{self.case.how} status {self.case.status} headers {self.case.headers}"
        return (
            f"FINDING target {self.target}, seed {self.seed}, frame {self.number} ({how}):\n"
            f"  {self.error}\n  {self.where}\n  {self.case.body!r}"
        )


@dataclass(slots=True)
class Report:
    """What one run over one target came to."""

    target: str
    frames: int = 0
    rate: float = 0.0
    growth_kb: int = 0
    traced_kb: int = 0
    held: dict[str, int] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def bounded(self) -> bool:
        grown = self.growth_kb > MOST_GROWTH_KB or self.traced_kb > MOST_TRACED_KB
        return not grown and all(count <= MOST_HELD for count in self.held.values())


def run(target: str, frames: int, seed: int) -> Report:
    """Feed `frames` cases of this seed to the target; stops early after a few findings.

    The last tenth runs under tracemalloc, which is slow; the frames before it are counted for the rate.
    """
    report = Report(target)
    one = TARGETS[target](Random(f"{seed} {target}"))
    warm, last = max(1, frames // 10), frames - max(1, frames // 10)
    resident = traced = 0
    began = time.perf_counter()
    for number in range(frames):
        if number == warm:
            gc.collect()
            resident = _resident_kb()
        if number == last:
            report.rate = number / max(time.perf_counter() - began, 1e-9)
            gc.collect()
            tracemalloc.start(1)
            traced = tracemalloc.get_traced_memory()[0]
        case = one.draw()
        try:
            one.take(case)
        except Exception as error:
            report.findings.append(_finding(target, seed, number, case, error))
            if len(report.findings) >= _MOST_FINDINGS:
                break
        report.frames += 1
    if tracemalloc.is_tracing():
        gc.collect()
        report.traced_kb = max(0, tracemalloc.get_traced_memory()[0] - traced) // 1024
        tracemalloc.stop()
        gc.collect()
        report.growth_kb = max(0, _resident_kb() - resident)
    report.held = one.held()
    return report


def _resident_kb() -> int:
    """What the process holds now where the system tells, else the most it ever held. What the C library keeps
    of what was freed (after answers of megabytes) is given back first."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return pages * resource.getpagesize() // 1024


def _finding(target: str, seed: int, number: int, case: Case, error: Exception) -> Finding:
    last = traceback.extract_tb(error.__traceback__)[-1]
    small = shrunk(target, case, type(error))
    return Finding(
        target,
        seed,
        number,
        small,
        f"{type(error).__name__}: {error}"[:500],
        f"{last.filename}:{last.lineno}",
    )


def shrunk(target: str, case: Case, error: type[Exception]) -> Case:
    """The shortest body found that raises the same in a target of its own; else the case itself."""
    if not _raises(target, case, error):
        return case
    body, steps, size = case.body, 0, max(1, len(case.body) // 2)
    while size and steps < _STEPS_OF_SHRINKING:
        at = 0
        while at < len(body) and steps < _STEPS_OF_SHRINKING:
            steps += 1
            shorter = Case(body[:at] + body[at + size :], case.how, case.status, case.headers)
            if _raises(target, shorter, error):
                body = shorter.body
            else:
                at += size
        size //= 2
    return Case(body, case.how, case.status, case.headers)


def _raises(target: str, case: Case, error: type[Exception]) -> bool:
    try:
        TARGETS[target](Random(0)).take(case)
    except error:
        return True
    except Exception:
        return False
    return False
