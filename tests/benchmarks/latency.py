"""How long a key takes to the screen, a quote to the screen, and an order to the wire, at 5,000 quotes/s."""

import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import msgspec
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.benchmarks.findings import Finding, percentiles, share_of
from tests.benchmarks.load import UPDATES, the_terminal
from tests.benchmarks.market import KEY, LiveMarket, a_home, a_market, environment, the_program
from tests.benchmarks.pty_run import PtyRun, a_run
from tests.benchmarks.screen import Grid, Look
from xbtfx_tui.ui.confirm_rule import HOLD_BEGINS_WITHIN, QUIET_AFTER

MANY = 1_000
_KEY_GOAL, _QUOTE_GOAL, _ORDER_GOAL, _GREEN_GOAL = 0.050, 0.150, 0.020, 0.500
_BETWEEN_KEYS = (0.05, 0.25)
_REVIEW_LISTENS_AFTER = HOLD_BEGINS_WITHIN + 0.1
"""An enter after so long a silence is accepted once QUIET_AFTER has passed without a key behind it; from then
on the time to the wire counts. Before that it would have to wait for longer."""
_BETWEEN_ORDERS = 1.2
_BID = re.compile(r"^EURUSD\W+(\d\.\d{5})")
_PRICED = re.compile(_BID.pattern, re.MULTILINE)
_TICK_MS = 500
"""Slower than the exchange's own throttle, so that both lines get each quote at once."""
_PING_EVERY = 20.0
_STARTING_TICKS = 600
"""Quotes that come before anything is measured, at the most."""


def _rows_of(grid: Grid, *names: str) -> list[int]:
    """The rows whose line begins with each of the names."""
    lines = [grid.line(row) for row in range(grid.rows)]
    return [next(row for row, line in enumerate(lines) if line.startswith(name)) for name in names]


def key_to_paint(keys: int) -> Finding:
    """From a key that moves the cursor until the row it goes to has the cursor's look."""
    with a_market(MANY, UPDATES) as market, the_terminal(market, market.symbols) as run:
        samples = keys_to_paint(run, market, keys)
    return Finding(
        "key to paint under 5,000 quotes/s",
        percentiles(samples),
        "",
        f"p99 at most {_KEY_GOAL * 1000:.0f} ms",
        share_of(samples, 0.99) <= _KEY_GOAL,
    )


def keys_to_paint(run: PtyRun, market: LiveMarket, keys: int) -> list[float]:
    """The seconds that each of so many keys takes to the screen."""
    rng = random.Random(7)
    samples = []
    here, there = _rows_of(run.grid, *market.symbols[:2])
    cursor = run.grid.looks[here][0]
    for _ in range(keys):
        run.draws_for(rng.uniform(*_BETWEEN_KEYS))
        pressed = run.types("j" if there > here else "k")
        samples.append(run.until(_is_at(there, cursor), within=5.0) - pressed)
        here, there = there, here
    return samples


def _is_at(row: int, cursor: Look) -> "_Looks":
    return _Looks(row, cursor)


class _Looks:
    """Whether a row's first cell has this background."""

    def __init__(self, row: int, look: Look) -> None:
        self._row, self._paper = row, look.paper

    def __call__(self, grid: Grid) -> bool:
        return grid.looks[self._row][0].paper == self._paper


def quote_to_paint(seconds: float) -> Finding:
    """From a quote's arrival on this machine until its bid is on screen, for every bid that is shown.

    Were there a backlog, the last tenth of the window would be later than the whole.
    """
    with tempfile.TemporaryDirectory() as scratch:
        ticks = Path(scratch) / "EURUSD.csv"
        count = range(_STARTING_TICKS + int(seconds * 1000 / _TICK_MS))
        rows = (f"{n * _TICK_MS},{1.1 + n / 100_000:.5f},{1.10002 + n / 100_000:.5f}" for n in count)
        ticks.write_text("time_ms,bid,ask\n" + "\n".join(rows) + "\n", encoding="utf-8")
        with a_market(MANY, UPDATES, ticks) as market, the_terminal(market, market.symbols) as run:
            (row,) = _rows_of(run.grid, "EURUSD")
            with _arrivals(market) as arrived:
                samples, behind = _painted(run, row, arrived, seconds)
    last = samples[-max(1, len(samples) // 10) :]
    return Finding(
        f"quote received to painted, 10 frames/s, same load, {_words(seconds)}",
        percentiles(samples),
        f"in the last tenth {percentiles(last)}; at the end {behind} quotes behind",
        f"p99 at most {_QUOTE_GOAL * 1000:.0f} ms, no backlog",
        max(share_of(samples, 0.99), share_of(last, 0.99)) <= _QUOTE_GOAL and behind <= 1,
    )


def _words(seconds: float) -> str:
    return f"{seconds / 60:g} min" if seconds >= 60 else f"{seconds:g} s"


def _painted(run: PtyRun, row: int, arrived: dict[str, float], seconds: float) -> tuple[list[float], int]:
    samples, shown = [], ""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        if not (data := run.read(left)):
            continue
        at = time.monotonic()
        run.grid.feed(data)
        found = _BID.match(run.grid.line(row))
        if found and found[1] != shown:
            shown = found[1]
            if shown in arrived:
                samples.append(max(0.0, at - arrived[shown]))
    bids = list(arrived)
    return samples, len(bids) - 1 - bids.index(shown) if shown in arrived else len(bids)


@contextmanager
def _arrivals(market: LiveMarket) -> Iterator[dict[str, float]]:
    """When each bid of EURUSD came over a line of our own."""
    arrived: dict[str, float] = {}
    line = connect(market.ws_url, compression=None, proxy=None)
    line.send(msgspec.json.encode({"action": "auth", "token": KEY.reveal()}).decode())
    line.recv()
    wanted = {"action": "subscribe", "channel": "quotes", "symbols": ["EURUSD"]}
    line.send(msgspec.json.encode(wanted).decode())

    def receive() -> None:
        pinged = time.monotonic()
        try:
            while True:
                frame = msgspec.json.decode(line.recv())
                at = time.monotonic()
                if "bid" in frame:
                    arrived.setdefault(f"{frame['bid']:.5f}", at)
                if at - pinged > _PING_EVERY:  # or the server leaves
                    pinged = at
                    line.send('{"action":"ping"}')
        except ConnectionClosed:
            return

    listener = threading.Thread(target=receive, name="arrivals", daemon=True)
    listener.start()
    try:
        yield arrived
    finally:
        line.close()
        listener.join()


@dataclass(frozen=True, slots=True)
class OrderTimes:
    """When an order was confirmed, when its first byte went, when the first of its answer came, and when the
    screen told that it was done; seconds of one clock."""

    confirmed: float
    sent: float
    answered: float
    told: float


def orders(count: int) -> list[Finding]:
    """From the enter that is accepted until the order's first byte, the journal's commit in between; and from
    the answer until the screen says that it was done, which a second witness has to bear out.

    So many positions are bought, given an sl, and closed."""
    times = _orders(count)
    sent = [one.sent - one.confirmed for one in times["a buy"]]
    green = {kind: [one.told - one.answered for one in of_kind] for kind, of_kind in times.items()}
    return [
        Finding(
            "accepted enter to the order's first byte on the wire, journal committed, 5,000 quotes/s",
            percentiles(sent),
            "",
            f"p99 at most {_ORDER_GOAL * 1000:.0f} ms",
            share_of(sent, 0.99) <= _ORDER_GOAL,
        ),
        *(
            Finding(
                f"the answer to {kind} to its green word on screen, 5,000 quotes/s",
                percentiles(of_kind),
                "two witnesses agree in between",
                f"p99 at most {_GREEN_GOAL * 1000:.0f} ms",
                share_of(of_kind, 0.99) <= _GREEN_GOAL,
            )
            for kind, of_kind in green.items()
        ),
    ]


def _orders(count: int) -> dict[str, list[OrderTimes]]:
    """The orders by kind: so many buys, then a modify and a close of each position."""
    with a_market(MANY, UPDATES) as market, _wiretap(market) as (tap, port):
        base_url = f"http://127.0.0.1:{port}"
        with (
            a_home(market.symbols) as home,
            a_run(the_program(), environment(home, market, base_url)) as run,
        ):
            run.until(lambda grid: "● live" in grid.text() and _PRICED.search(grid.text()))
            run.draws_for(5.0)
            run.types("\x0c")
            run.until(lambda grid: "LOCKED" not in grid.text())
            lots = [f"{number / 100:.2f}" for number in range(1, count + 1)]
            buys = [_order(run, tap, "b", "BUY EURUSD", one, f"Bought {one} EURUSD") for one in lots]
            run.types("4")
            pairs = [_modified_and_closed(run, tap) for _ in range(count)]
    return {"a buy": buys, "a modify": [one for one, _ in pairs], "a close": [one for _, one in pairs]}


def _modified_and_closed(run: PtyRun, tap: "subprocess.Popen[str]") -> tuple[OrderTimes, OrderTimes]:
    """The position that is selected: it is given an sl, then it is closed."""
    return (
        _order(run, tap, "m", "MODIFY EURUSD, ticket ", "200p", "Modified EURUSD, ticket "),
        _order(run, tap, "c", "CLOSE EURUSD, ticket ", "", "Closed "),
    )


def _order(
    run: PtyRun, tap: "subprocess.Popen[str]", key: str, title: str, typed: str, done: str
) -> OrderTimes:
    """One order by keys: up to its dialog, what is typed there, and the words that tell that it is done.

    Where the title names a ticket, the words have to be of that one.
    """
    run.draws_for(_BETWEEN_ORDERS)
    run.types(key)
    run.until(lambda grid: title in grid.text())
    run.draws_for(0.2)
    ticket = re.search(rf"{title}(\d+)", run.grid.text()) if title.endswith("ticket ") else None
    run.types(f"{typed}\r")
    run.until(lambda grid: "Enter sends, escape goes back." in grid.text())
    run.draws_for(_REVIEW_LISTENS_AFTER)
    confirmed = run.types("\r") + QUIET_AFTER
    told = run.until(lambda grid: _is_told(grid.text(), done, None if ticket is None else ticket[1]))
    assert tap.stdout is not None
    sent, answered = (float(tap.stdout.readline().split()[1]) for _ in range(2))
    return OrderTimes(confirmed, sent, answered, told)


def _is_told(text: str, done: str, ticket: str | None) -> bool:
    """Whether a line of the screen says that it was done, of this ticket where one is given."""
    return any(done in line and (ticket is None or ticket in line) for line in text.splitlines())


@contextmanager
def _wiretap(market: LiveMarket) -> Iterator[tuple["subprocess.Popen[str]", int]]:
    tap = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.wiretap", str(market.port)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert tap.stdout is not None
        yield tap, int(tap.stdout.readline())
    finally:
        tap.kill()
        tap.communicate()
