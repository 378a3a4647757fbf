"""Rows as they are run: one row and one seed make one judgement; nothing is random but by the seed."""

import contextlib
import gc
import importlib.util
import logging
import random
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from tests.matrix import (
    rows_deals,
    rows_disk,
    rows_events,
    rows_kill,
    rows_kill_switch,
    rows_lies,
    rows_line,
    rows_lists,
    rows_parts,
    rows_server,
    rows_signal,
    rows_stream,
    rows_time,
    rows_trader,
    rows_two_terminals,
)
from tests.matrix.begin import a_run
from tests.matrix.leaps import run_by_leaps
from tests.matrix.oracle import Judgement
from tests.matrix.world import Run
from xbtfx_tui.paper.exchange_options import ApiForm, Fills
from xbtfx_tui.paper.faults.fault_injector import ScriptedFaults
from xbtfx_tui.sync import account_sync

Scenario: TypeAlias = Callable[[Run], Awaitable[None]]

_FILES = (
    rows_deals,
    rows_disk,
    rows_events,
    rows_kill,
    rows_kill_switch,
    rows_lies,
    rows_line,
    rows_lists,
    rows_parts,
    rows_server,
    rows_signal,
    rows_stream,
    rows_time,
    rows_trader,
    rows_two_terminals,
)
ROWS: dict[int, tuple[str, Scenario]] = dict(sorted(row for file in _FILES for row in file.ROWS.items()))

# What these rows are about happens between `placed` and the fill.
_PLACED = frozenset({15, 17, 18, 46})

# A field that only the rich form has could change these verdicts: one run of four speaks it.
_RICH_TOO = frozenset({41, 42, 43, 44, 45, 49})
_IN_RICH = 4

# Balance and margin decide no order's fate: three runs of four read them less often than the program does.
_AS_USUAL = frozenset({5, 7})
_USUAL, _SELDOM = account_sync.ACCOUNT_SECONDS, 30.0

# httpcore looks for these at every lock; where they are not there, that is a search of the disk each time.
for absent in ("sniffio", "trio"):
    if importlib.util.find_spec(absent) is None:
        sys.modules[absent] = None  # type: ignore[assignment]  # "not there", as the import system has it


@dataclass(slots=True)
class Tally:
    """What many runs of a row came to. `failures` are run seeds with what was wrong; `cpu` is in seconds."""

    runs: int = 0
    duplicates: int = 0
    lost: int = 0
    phantom: int = 0
    stuck: int = 0
    false_words: int = 0
    broken: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    failures: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        wrong = self.duplicates, self.lost, self.phantom, self.stuck, self.false_words, self.broken
        return not any(wrong)

    def add(self, other: "Tally") -> None:
        self.runs += other.runs
        self.duplicates += other.duplicates
        self.lost += other.lost
        self.phantom += other.phantom
        self.stuck += other.stuck
        self.false_words += other.false_words
        self.broken += other.broken
        self.seconds += other.seconds
        self.cpu += other.cpu
        self.failures += other.failures

    def sentence(self) -> str:
        broken = f", {self.broken} broken" if self.broken else ""
        return (
            f"{self.runs} runs, {self.duplicates} duplicates, {self.lost} lost, {self.phantom} phantom, "
            f"{self.stuck} stuck, {self.false_words} false words{broken}"
        )


def run_seed_of(seed: int, row: int, number: int) -> int:
    """The seed of one run among many."""
    return random.Random(f"{seed} {row} {number}").getrandbits(32)


def judge_run(row: int, run_seed: int, *, with_screen: bool = False) -> Judgement:
    """One run of a row. Raises what a scenario finds wrong with itself or with what it asserts."""

    async def lives() -> Judgement:
        fills = Fills.PLACED if row in _PLACED else None
        faults = rows_kill.KillingFaults() if row in rows_kill.ROWS else ScriptedFaults()
        is_rich = row in _RICH_TOO and run_seed % _IN_RICH == 0
        form = ApiForm.RICH if is_rich else ApiForm.MINIMAL
        async with a_run(run_seed, fills, faults, form, with_screen=with_screen) as run:
            await ROWS[row][1](run)
            return await run.judged()

    account_sync.ACCOUNT_SECONDS = _USUAL if run_seed % 8 in _AS_USUAL else _SELDOM
    try:
        return run_by_leaps(lives)
    finally:
        account_sync.ACCOUNT_SECONDS = _USUAL


def tally(row: int, run_seeds: list[int], with_screen: bool = False) -> Tally:
    """Run them all, one after another."""
    with _quiet():
        return _tally(row, run_seeds, with_screen)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """What a run breaks on purpose is not told on the screen; the loggers are as before afterwards."""
    loggers = [logging.getLogger(noisy) for noisy in ("xbtfx_tui", "uvicorn.error", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def _tally(row: int, run_seeds: list[int], with_screen: bool) -> Tally:
    gc.collect()
    gc.disable()
    try:
        return _tallied(row, run_seeds, with_screen)
    finally:
        gc.enable()


def _tallied(row: int, run_seeds: list[int], with_screen: bool) -> Tally:
    total = Tally()
    for run_seed in run_seeds:
        began, worked = time.perf_counter(), time.process_time()
        total.runs += 1
        try:
            judgement = judge_run(row, run_seed, with_screen=with_screen)
        except Exception:
            total.broken += 1
            total.failures.append((row, run_seed, traceback.format_exc(limit=-4)))
        else:
            total.duplicates += bool(judgement.duplicates)
            total.lost += bool(judgement.lost)
            total.phantom += bool(judgement.phantom)
            total.stuck += bool(judgement.stuck)
            total.false_words += bool(judgement.false_words)
            if not judgement.is_good:
                total.failures.append((row, run_seed, "\n".join(judgement.sentences())))
        total.seconds += time.perf_counter() - began
        total.cpu += time.process_time() - worked
    return total
