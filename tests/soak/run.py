"""One soak: the program, the exchange, the bad line between them, the trader and the judges, put together."""

import json
import signal
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.benchmarks.findings import Finding
from tests.benchmarks.machine import resident_mb
from tests.benchmarks.market import KEY, LiveMarket, a_home, a_market, environment, the_program
from tests.soak.judges import (
    DONE,
    LIVE_WITHIN,
    NOT_DONE,
    FreshPrices,
    Held,
    Leaks,
    LiveAgain,
    SameCount,
    closed_by_others,
    log_faults,
    order_faults,
    position_faults,
)
from tests.soak.plan import Calm, Phase, plan
from tests.soak.proxy import ProxyThread, a_line_to
from tests.soak.reading import positions_counted, positions_on, read_screen
from tests.soak.terminal import SoakTerminal, a_terminal, descriptors, threads
from tests.soak.trader import Trader
from xbtfx_tui.config.file_paths import StateDir

WATCHED = (
    *("EURUSD", "GBPUSD", "USDJPY", "USDCHF", "USDCAD", "AUDUSD", "NZDUSD", "EURGBP"),
    *("EURJPY", "GBPJPY", "XAUUSD", "XAGUSD"),
)
TICKS_A_SECOND = 2.0
WARM_UP = 300.0
"""Seconds in which every pane and dialog was looked at, and what they need is in memory."""
_LATEST = 5.0
"""Seconds: a price that was made longer ago is no fresh one, however it came."""
_LOOK_EVERY = 0.1
_SAMPLE_EVERY = 2.0
_COUNT_EVERY = 5.0
_AFTER_DISTURBANCE = 3.0
_LAG_SEEN_FOR = 10.0
_TERM_WITHIN = 20.0
_TERMINATED = 128 + signal.SIGTERM
_REST_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Options:
    """`seconds` of the plan; `squeeze` shortens its durations; `pace` the trader's pauses.

    `settling` is how many seconds orders and positions may take, at the end, to be told as they are.
    """

    seconds: float
    seed: int
    squeeze: float = 1.0
    pace: float = 1.0
    settling: float = 400.0


@dataclass(slots=True)
class Report:
    """What came of it: the verdicts, and in words what was wrong."""

    findings: list[Finding] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    confirmed: int = 0
    troubles: int = 0
    looks: int = 0

    @property
    def is_met(self) -> bool:
        return all(finding.is_met for finding in self.findings)

    def add(self, what: str, faults: Sequence[str], figure: str, goal: str) -> None:
        self.findings.append(Finding(what, f"{figure}; {len(faults)} faults", "", goal, not faults))
        self.faults += faults


def soak(options: Options, say: Callable[[str], None]) -> Report:
    """Run it to its end. What breaks the soak itself is raised; what the program does wrong is told."""
    with (
        a_market(None, TICKS_A_SECOND) as market,
        a_line_to(market.port) as line,
        a_home(WATCHED) as home,
    ):
        ends = environment(home, market, line.proxy.base_url)
        ends["XBTFX_WS_URL"] = market.ws_url.replace(f":{market.port}/", f":{line.proxy.port}/")
        with a_terminal(the_program(), ends) as run:
            return _Soak(options, say, market, line, home, ends, run).run()


class _Soak:
    def __init__(
        self,
        options: Options,
        say: Callable[[str], None],
        market: LiveMarket,
        line: ProxyThread,
        home: Path,
        ends: Mapping[str, str],
        run: SoakTerminal,
    ) -> None:
        self._options = options
        self._say = say
        self._market = market
        self._line = line
        self._home = home
        self._ends = ends
        self._run = run
        self._trader = Trader(run, options.seed, pace=options.pace)
        self._began = time.monotonic()
        self._calm_since: float | None = self._began
        self._has_had_trouble = False
        self._fresh, self._live, self._count = FreshPrices(), LiveAgain(), SameCount()
        self._leaks = Leaks(self._began + min(WARM_UP, options.seconds / 2))
        self._late: deque[tuple[float, float]] = deque()
        self._looked = self._sampled = self._counted = float("-inf")
        self._told_minutes = 0
        self._older_seconds = self._latest_shown = 0.0
        self._older_before = self._quotes_before = 0
        self._report = Report()

    def run(self) -> Report:
        run = self._run
        run.until(lambda grid: read_screen(grid).is_live and read_screen(grid).rows)
        self._began = time.monotonic()
        self._calm_since = self._began
        self._trader.begin(self._trader.unlocks_at_first())
        for phase in plan(self._options.seed, self._options.seconds, self._options.squeeze):
            self._turn_to(phase)
            if not self._goes_on(phase.seconds):
                break
        self._turn_to(Calm(0.0))
        self._settles()
        self._ends_it()
        return self._report

    # --- time goes on ---

    def _turn_to(self, phase: Phase) -> None:
        self._line.turn_to(phase)
        if isinstance(phase, Calm):
            self._calm_since = self._calm_since or time.monotonic()
        else:
            self._calm_since = None
            self._has_had_trouble = True
            self._report.troubles += 1
        self._note(f"{phase}")

    def _goes_on(self, seconds: float, until: Callable[[], bool] = lambda: False) -> bool:
        """Trade, look and judge for so long, or until it holds; False where the program has ended."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end and not until():
            if self._run.process.poll() is not None:
                return False
            pause = min(0.05, end - now)
            self._run.pump(pause)
            after = time.monotonic()
            self._late.append((after, after - now - pause))
            self._trader.step(after)
            self._look(after)
        return True

    def _look(self, now: float) -> None:
        while self._late and now - self._late[0][0] > _LAG_SEEN_FOR:
            self._late.popleft()
        if now - self._sampled >= _SAMPLE_EVERY:
            self._sample(now)
        if now - self._looked < _LOOK_EVERY or now - self._run.disturbed < _AFTER_DISTURBANCE:
            return
        self._looked = now
        shown = read_screen(self._run.grid)
        lag = max(late for _, late in self._late)
        delivered = self._line.proxy.delivered
        self._fresh.look(now, shown, delivered.ages(now), lag)
        self._live.look(now, shown, self._calm_since)
        if shown.is_live and any(row.dimmed is False for row in shown.rows) and now - delivered.last < 0.5:
            self._latest_shown = max(self._latest_shown, delivered.lateness)
        self._compare_counts(now)
        for fault in self._fresh.faults.said + self._live.faults.said + self._count.faults.said:
            if fault not in self._report.faults:
                self._report.faults.append(fault)
                self._note(f"FAULT {fault}")
                self._note(self._run.grid.text())

    def _compare_counts(self, now: float) -> None:
        if self._calm_since is None or now - self._calm_since < LIVE_WITHIN:
            self._count.pass_over()
        elif now - self._counted >= _COUNT_EVERY:
            self._counted = now
            if (shown := positions_counted(self._run.grid)) is not None:
                self._count.look(now, shown, len(self._ledger()["positions"]))

    def _sample(self, now: float) -> None:
        self._sampled = now
        pid = self._run.pid
        held = Held(now, resident_mb(pid), descriptors(pid), threads(pid))
        self._leaks.sample(held, is_base=not self._has_had_trouble)
        delivered = self._line.proxy.delivered
        if delivered.older > self._older_before:
            self._older_seconds += _SAMPLE_EVERY
        self._older_before = delivered.older
        self._note(f"{held.mb:.1f} MB, {held.descriptors} files, {held.threads} threads; {self._trader.does}")
        minute = int((now - self._began) // 60)
        if minute > self._told_minutes:
            self._told_minutes = minute
            self._tell(minute, held)

    def _tell(self, minute: int, held: Held) -> None:
        done, shown = self._trader.done, read_screen(self._run.grid)
        self._say(
            f"minute {minute}: {self._report.troubles} troubles, "
            f"{self._line.proxy.cut_connections} connections cut, "
            f"{self._line.proxy.delivered.quotes} quotes, "
            f"{done.confirmed} orders confirmed, {done.refused} not; "
            f"{held.mb:.1f} MB, {held.descriptors} files, {held.threads} threads; "
            f"oldest price that looked fresh {self._fresh.oldest:.1f} s; "
            f"{shown.feed or 'no feed in sight'}; "
            f"{sum(judge.faults.count for judge in (self._fresh, self._live, self._count))} faults"
        )

    def _note(self, words: str) -> None:
        """For whoever looks into a fault afterwards."""
        at = time.monotonic() - self._began
        sys.stderr.write(f"[{at:7.1f} {time.strftime('%H:%M:%S', time.gmtime())}] {words}\n")

    # --- the end ---

    def _settles(self) -> None:
        """In the calm: live again, positions in sight, every order with an outcome; or the time is over."""
        self._trader.may_order = False
        self._goes_on(30.0 * self._options.pace, lambda: self._trader.is_idle)
        self._run.is_stopped = False
        self._trader.begin(self._trader.shows_positions())
        self._goes_on(10.0, lambda: self._trader.is_idle)
        began = time.monotonic()
        seen: list[str] = ["nothing was looked at"]
        while seen and time.monotonic() - began < self._options.settling:
            if not self._goes_on_without_trader(3.0):
                break
            ledger, journal = self._ledger(), self._journal()
            open_orders = [row["words"] for row in journal if row["state"] not in DONE | NOT_DONE]
            seen = position_faults(positions_on(self._run.grid), ledger["positions"]) + open_orders
            seen += [] if read_screen(self._run.grid).is_live else ["not live"]
        took = time.monotonic() - began
        ledger = self._ledger()
        faults = position_faults(positions_on(self._run.grid), ledger["positions"])
        if faults:
            self._note(self._run.grid.text())
        self._report.add(
            "positions on screen are the exchange's",
            faults,
            f"{len(ledger['positions'])} positions, {took:.0f} s into the last calm",
            f"equal within {self._options.settling:.0f} s",
        )

    def _goes_on_without_trader(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            if self._run.process.poll() is not None:
                return False
            self._run.pump(0.05)
            after = time.monotonic()
            self._late.append((after, after - now - 0.05))
            self._look(after)
        return True

    def _ends_it(self) -> None:
        report, run, done = self._report, self._run, self._trader.done
        alive = run.process.poll() is None
        report.add(
            "the program is alive",
            [] if alive else [f"it ended by itself with {run.process.returncode}:\n{run.grid.text()}"],
            f"after {time.monotonic() - self._began:.0f} s",
            "to the end",
        )
        run.process.send_signal(signal.SIGTERM)
        code = run.ends(_TERM_WITHIN)
        wrong = run.left_as_it_was()
        if code != _TERMINATED:
            wrong.append(f"SIGTERM ended it with {code}, not {_TERMINATED}")
        report.add(
            "SIGTERM restores the terminal", wrong, f"exit code {code}", f"{_TERMINATED}, all modes off"
        )
        journal, ledger = self._journal(), self._ledger()
        states: dict[str, int] = {}
        for row in journal:
            states[row["state"]] = states.get(row["state"], 0) + 1
        report.add(
            "no order lost, none twice",
            order_faults(done.confirmed, journal, ledger, is_over=True),
            f"{done.confirmed} confirmed: "
            + ", ".join(f"{n} {state}" for state, n in states.items())
            + f", {len(closed_by_others(journal, ledger))} of them closed by another order",
            "each executed once, or said to be not sent",
        )
        for row in journal:
            steps = "; ".join(
                f"{step['time'][11:23]} {step['state']}: {step['text']}" for step in row["transitions"]
            )
            self._note(f"{row['words']} [{row['state']}] {steps}")
        said = log_faults(self._log_lines())
        if run.said_traceback:
            said.append("a traceback was written to the terminal")
        report.add("no failure of its own in log or on screen", said, "log read", "no ERROR, no traceback")
        report.findings += [
            self._fresh.finding(),
            self._live.finding(),
            self._count.finding(),
            *self._leaks.findings(),
        ]
        report.findings += self._told()
        report.confirmed, report.looks = done.confirmed, self._fresh.looks
        self._note(f"the trader: {dict(done.did)}")

    def _told(self) -> Iterator[Finding]:
        """What only the exchange's own times tell, and a figure that is no verdict."""
        late, older = f"{self._latest_shown:.1f} s", f"{self._older_seconds:.0f} s"
        yield Finding(
            "lateness of a price under ● live, by the exchange's own stamp",
            late,
            "",
            f"at most {_LATEST:g} s",
            self._latest_shown <= _LATEST,
        )
        yield Finding("time in the stream's older dialect", older, "", "told", True)

    # --- what the exchange and the program's own commands say ---

    def _ledger(self) -> Mapping[str, Any]:
        """The exchange's own, past the proxy."""
        headers = {"Authorization": f"Bearer {KEY.reveal()}"}
        address = f"{self._market.base_url}/paper/ledger"
        answer = httpx.get(address, headers=headers, trust_env=False, timeout=_REST_SECONDS)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
        return found

    def _journal(self) -> Sequence[Mapping[str, Any]]:
        done = subprocess.run(
            the_program("journal", "--json"), env=self._ends, capture_output=True, text=True, check=False
        )
        if done.returncode != 0 and "no order journal yet" not in done.stderr:
            raise RuntimeError(f"the journal can't be read: {done.stderr}")
        found: Sequence[Mapping[str, Any]] = json.loads(done.stdout) if done.returncode == 0 else ()
        return found

    def _log_lines(self) -> list[str]:
        log = StateDir(self._home / ".local" / "state" / "xbtfx-tui").log
        files = sorted(log.parent.glob(f"{log.name}*"))
        return [line for file in files for line in file.read_text(encoding="utf-8").splitlines()]
