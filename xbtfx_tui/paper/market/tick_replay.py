"""Recorded ticks, read from a file, to stand in for a symbol's price model. Never changes a price."""

import math
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import NamedTuple

_COLUMNS = ("time_ms", "bid", "ask")
_SLOWEST, _FASTEST = 0.01, 1000.0
_SHORTEST_LOOP_MS, _LONGEST_LOOP_MS = 100.0, 10_000.0


class ReplayError(ValueError):
    """Recorded ticks that can't be replayed: one sentence, naming file, line and column."""


class RecordedTick(NamedTuple):
    """One row: unix milliseconds and the prices exactly as the file writes them."""

    time_ms: int
    bid: Decimal
    ask: Decimal


class Replay:
    """Ticks and how fast they run: `speed` 10 makes ten recorded seconds pass in one.

    `loop_gap_ms` is the recorded time from the last tick round to the first: the usual gap, within reason.
    Raises ReplayError for no ticks and for a speed outside 0.01 to 1000.
    """

    def __init__(self, ticks: tuple[RecordedTick, ...], speed: float = 1.0) -> None:
        if not ticks:
            raise ReplayError("There are no ticks to replay.")
        if not (math.isfinite(speed) and _SLOWEST <= speed <= _FASTEST):
            raise ReplayError(f"The replay's speed is {_SLOWEST} to {_FASTEST:.0f} times, not {speed}.")
        self.ticks = ticks
        self.speed = speed
        gaps = [later.time_ms - earlier.time_ms for earlier, later in pairwise(ticks)]
        usual = median(gaps) if gaps else _LONGEST_LOOP_MS
        self.loop_gap_ms = min(max(float(usual), _SHORTEST_LOOP_MS), _LONGEST_LOOP_MS)


def load_ticks(path: Path, digits: int | None = None) -> tuple[RecordedTick, ...]:
    """The rows of a file with the columns time_ms, bid, ask, in that order, under a header.

    Raises ReplayError for a file that can't be read or holds something else; with `digits`, also for a price
    with more decimals than that.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except OSError as error:
        raise ReplayError(f"{path} can't be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise ReplayError(f"{path} is not text: recorded ticks are a CSV file in UTF-8.") from None
    header = ",".join(_COLUMNS)
    names = [name.strip() for name in lines[0].split(",")] if lines else []
    if tuple(names) != _COLUMNS:
        seen = f"not {lines[0][:60]!r}" if lines else "but the file is empty"
        raise ReplayError(f"{path}, line 1: the header must be {header}, {seen}.")
    ticks: list[RecordedTick] = []
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        tick = _read_row(f"{path}, line {number}", line, digits)
        if ticks and tick.time_ms < ticks[-1].time_ms:
            raise ReplayError(
                f"{path}, line {number}, column time_ms: {tick.time_ms} is before the line above it"
                f" ({ticks[-1].time_ms}); rows must be in the order of time."
            )
        ticks.append(tick)
    if not ticks:
        raise ReplayError(f"{path} has a header but no ticks.")
    return tuple(ticks)


def load_replay(path: Path, digits: int | None = None, speed: float = 1.0) -> Replay:
    """`load_ticks` and `Replay` in one."""
    return Replay(load_ticks(path, digits), speed)


def _read_row(place: str, line: str, digits: int | None) -> RecordedTick:
    cells = [cell.strip() for cell in line.split(",")]
    if len(cells) != len(_COLUMNS):
        raise ReplayError(f"{place}: a row has {len(_COLUMNS)} columns, this one has {len(cells)}.")
    stamp = cells[0]
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 15):
        raise ReplayError(f"{place}, column time_ms: {stamp[:40]!r} is not a time in unix milliseconds.")
    bid = _read_price(place, "bid", cells[1], digits)
    ask = _read_price(place, "ask", cells[2], digits)
    if ask < bid:
        raise ReplayError(f"{place}, column ask: {ask} is below the bid, {bid}.")
    return RecordedTick(int(stamp), bid, ask)


def _read_price(place: str, column: str, text: str, digits: int | None) -> Decimal:
    plain = bool(text) and len(text) <= 24 and all(character in "0123456789." for character in text)
    try:
        price = Decimal(text) if plain else None
    except InvalidOperation:
        price = None
    if price is None:
        raise ReplayError(f"{place}, column {column}: {text[:40]!r} is not a number like 1.12120.")
    if price <= 0:
        raise ReplayError(f"{place}, column {column}: a price must be more than 0, not {text}.")
    decimals = -int(price.as_tuple().exponent)
    if digits is not None and decimals > digits:
        raise ReplayError(f"{place}, column {column}: {text} has {decimals} decimals, the symbol {digits}.")
    return price
