"""What must hold while the line misbehaves, each as a judge that is shown what was seen. Does no I/O.

Times are monotonic seconds. A judge keeps what it found wrong in `faults`, as sentences, the first ones of
them in full; it is never stopped by one.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from tests.benchmarks.findings import Finding, slope
from tests.soak.reading import Shown
from xbtfx_tui.store.latest_quotes import STALE_AFTER

BEAT = 1.0
"""Seconds between two looks of the screen at its own ages."""
GRACE = 1.0
LASTS = 0.5
"""Seconds that a claim must be on screen to count: half a frame may be drawn when it is looked at."""
LIVE_WITHIN = 40.0
"""Seconds of calm after which it must be live: the stream's longest wait before a new try is 30 s, and a
connect, an answer to the key and a first quote come after it."""
COUNT_WITHIN = 20.0
"""Seconds: positions are read every 15 s whatever the stream tells."""
MOST_MB_A_MINUTE = 0.5
MOST_MB = 130.0
STEPS_MB = 12.0
"""What panes that are drawn larger, or with more in them, than before may still take in all."""
RATE_NEEDS = 240.0
"""Seconds after the warm-up that a rate is judged from: panes and parts first looked at cost their memory
once, and make any shorter window steep."""
MORE_DESCRIPTORS, MORE_THREADS = 3, 8
MOST_DESCRIPTORS, MOST_THREADS = 40, 20
_TOLD = 5


@dataclass(slots=True)
class Faults:
    """What one judge found wrong. `said` holds the first few in words."""

    count: int = 0
    said: list[str] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        self.count += 1
        if len(self.said) < _TOLD:
            self.said.append(sentence)

    def finding(self, what: str, figure: str, goal: str) -> Finding:
        return Finding(what, f"{figure}; {self.count} faults", "", goal, self.count == 0)


@dataclass(slots=True)
class _Claim:
    since: float
    is_told: bool = False


class FreshPrices:
    """No price that came too long ago is shown as if it were new, in the top line or in a row.

    `oldest` is the oldest price that looked fresh (0.0: none did).
    """

    def __init__(self) -> None:
        self.faults = Faults()
        self.oldest = 0.0
        self.looks = 0
        self._claims: dict[str, _Claim] = {}

    def look(self, now: float, shown: Shown, ages: Mapping[str, float], lag: float = 0.0) -> None:
        """`ages` are the seconds since the line delivered each symbol's last price; `lag` is by how much this
        machine holds programs up just now."""
        self.looks += 1
        most = STALE_AFTER + BEAT + GRACE + lag
        claims: dict[str, _Claim] = {}
        youngest = min(ages.values(), default=None)
        if shown.is_live and youngest is not None:
            self._judge(now, "● live", "any symbol", youngest, most, claims)
        for row in shown.rows:
            looks_fresh = row.dimmed is False or row.age is None
            if looks_fresh and (age := ages.get(row.symbol)) is not None:
                way = "undimmed" if row.dimmed is False else "without an age"
                self._judge(now, f"{row.symbol} {row.bid} {way}", row.symbol, age, most, claims)
        self._claims = claims

    def _judge(
        self, now: float, says: str, of: str, age: float, most: float, claims: dict[str, "_Claim"]
    ) -> None:
        if age <= most:
            self.oldest = max(self.oldest, age)
            return
        claim = claims[of] = self._claims.get(of) or _Claim(now)
        if now - claim.since < LASTS:
            return
        self.oldest = max(self.oldest, age)
        if not claim.is_told:  # once for as long as it lasts
            claim.is_told = True
            self.faults.add(
                f"at {now:.1f} s the screen says {says}, but the last price of {of} came {age:.1f} s ago "
                f"(at most {most:.1f} s)"
            )

    def finding(self) -> Finding:
        return self.faults.finding(
            "no old price shown fresh",
            f"oldest that looked fresh {self.oldest:.1f} s, {self.looks} looks",
            f"at most {STALE_AFTER:.0f} s + {BEAT:.0f} s beat + {GRACE:.0f} s (+ the machine's lag)",
        )


class LiveAgain:
    """LIVE_WITHIN seconds into a calm the screen is live. `slowest` is how long it took."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.slowest = 0.0
        self._was_live = False
        self._told = False

    def look(self, now: float, shown: Shown, calm_since: float | None) -> None:
        """`calm_since` is when the trouble before ended; None while there is trouble."""
        if calm_since is None:
            self._was_live = self._told = False
        elif shown.is_live:
            if not self._was_live:
                self.slowest = max(self.slowest, now - calm_since)
            self._was_live = True
        elif now - calm_since > LIVE_WITHIN and not self._told:
            self._told = True
            self.faults.add(
                f"at {now:.1f} s, after {now - calm_since:.0f} s of calm, the screen says {shown.feed!r}"
            )

    def finding(self) -> Finding:
        figure = f"after {self.slowest:.1f} s at most"
        return self.faults.finding("live again after trouble", figure, f"within {LIVE_WITHIN:.0f} s of calm")


class SameCount:
    """Once it has been calm for LIVE_WITHIN seconds, the count of positions on screen is the exchange's,
    but for COUNT_WITHIN seconds after an order."""

    def __init__(self) -> None:
        self.faults = Faults()
        self.looks = 0
        self._differs_since: float | None = None

    def look(self, now: float, shown: int, held: int) -> None:
        """To be asked in a long calm alone; another kind of time is `pass_over`ed."""
        self.looks += 1
        if shown == held:
            self._differs_since = None
        elif self._differs_since is None:
            self._differs_since = now
        elif now - self._differs_since > COUNT_WITHIN:
            self.faults.add(
                f"at {now:.1f} s the screen counts {shown} positions and the exchange has {held}, for "
                f"{now - self._differs_since:.0f} s"
            )
            self._differs_since = None

    def pass_over(self) -> None:
        self._differs_since = None

    def finding(self) -> Finding:
        return self.faults.finding(
            "positions counted as the exchange's in a long calm",
            f"{self.looks} looks",
            f"the same within {COUNT_WITHIN:.0f} s",
        )


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds: resident memory in MB, open files, threads."""

    at: float
    mb: float
    descriptors: int
    threads: int


class Leaks:
    """Memory grows slowly, files and threads are bounded and come back to their base."""

    def __init__(self, warm_at: float) -> None:
        self._warm_at = warm_at
        self._warm: list[Held] = []
        self._base: list[Held] = []
        self._late: deque[Held] = deque(maxlen=10)
        self._most = Held(0.0, 0.0, 0, 0)

    def sample(self, held: Held, *, is_base: bool) -> None:
        """`is_base` while no trouble was made yet."""
        if is_base:
            self._base.append(held)
        if held.at >= self._warm_at:
            self._warm.append(held)
        self._late.append(held)
        self._most = Held(
            held.at,
            max(self._most.mb, held.mb),
            max(self._most.descriptors, held.descriptors),
            max(self._most.threads, held.threads),
        )

    def findings(self) -> Iterable[Finding]:
        rate = slope([(held.at / 60, held.mb) for held in self._warm])
        seconds = self._warm[-1].at - self._warm[0].at if self._warm else 0.0
        is_long = seconds >= RATE_NEEDS
        most = max(MOST_MB_A_MINUTE, STEPS_MB / (seconds / 60)) if is_long else 0.0
        few = rate < most if is_long else bool(self._warm)
        yield Finding(
            "resident memory after warm-up",
            f"{rate:+.2f} MB a minute over {seconds:.0f} s, {self._most.mb:.0f} MB at most",
            "",
            f"at most {MOST_MB:.0f} MB" + (f", under {most:.2f} MB a minute" if is_long else ""),
            few and self._most.mb <= MOST_MB,
        )
        yield self._back_to_base("descriptors", MORE_DESCRIPTORS, MOST_DESCRIPTORS)
        yield self._back_to_base("threads", MORE_THREADS, MOST_THREADS)

    def _back_to_base(self, what: str, more: int, bound: int) -> Finding:
        base = max((getattr(held, what) for held in self._base), default=0)
        end = min((getattr(held, what) for held in self._late), default=0)
        most = getattr(self._most, what)
        return Finding(
            f"open {what}",
            f"{base} at first, {most} at most, {end} at the end",
            "",
            f"at most {bound}, and {more} over the first at the end",
            0 < end <= base + more and most <= bound,
        )


def position_faults(shown: Mapping[int, str], held: Sequence[Mapping[str, Any]]) -> list[str]:
    """What of the positions on screen (lots by ticket) differs from the exchange's own."""
    truth = {int(row["ticket"]): Decimal(str(row["volume"])) for row in held}
    faults = [
        f"position {ticket} is open and not on screen" for ticket in sorted(truth.keys() - shown.keys())
    ]
    faults += [
        f"position {ticket} is on screen and not open" for ticket in sorted(shown.keys() - truth.keys())
    ]
    faults += [
        f"position {ticket} is shown with {shown[ticket]} lots, it has {truth[ticket]}"
        for ticket in sorted(shown.keys() & truth.keys())
        if Decimal(shown[ticket]) != truth[ticket]
    ]
    return faults


DONE = frozenset({"filled", "reconciled: filled"})
NOT_DONE = frozenset({"not sent", "rejected", "reconciled: not filled", "abandoned"})
_OF_ORDERS = frozenset({"/v1/trade", "/v1/close"})


def order_faults(
    confirmed: int, journal: Sequence[Mapping[str, Any]], ledger: Mapping[str, Any], *, is_over: bool
) -> list[str]:
    """What is wrong between the orders that were confirmed by key, the journal, and the exchange's ledger.

    `is_over` False: orders may still be on their way, so a missing outcome is no fault yet.
    """
    done: dict[str, int] = {}
    for execution in ledger["executions"]:
        if execution["request"] is not None:
            done[execution["request"]] = done.get(execution["request"], 0) + 1
    by_others = closed_by_others(journal, ledger)
    faults = [f"request {key} was executed {count} times" for key, count in done.items() if count > 1]
    known = {row["id"] for row in journal}
    faults += [f"request {key} was executed and is not in the journal" for key in done.keys() - known]
    if len(journal) != confirmed:
        faults.append(f"{confirmed} orders were confirmed, {len(journal)} are in the journal")
    for row in journal:
        times, state = done.get(row["id"], 0), row["state"]
        if state in DONE and not times and row["id"] not in by_others:
            faults.append(f"{row['words']} ({row['id']}) is said to be {state} and was never executed")
        elif state in NOT_DONE and times and is_over:
            faults.append(f"{row['words']} ({row['id']}) is said to be {state} and was executed")
        elif state not in DONE | NOT_DONE and is_over:
            faults.append(f"{row['words']} ({row['id']}) has no outcome: {state}")
    for path in _OF_ORDERS & ledger["requests"].keys():
        strange = set(ledger["requests"][path]["keys"]) - known
        faults += [
            f"a request to {path} came with key {key}, not in the journal"
            for key in sorted(map(str, strange))
        ]
    return faults


def closed_by_others(journal: Sequence[Mapping[str, Any]], ledger: Mapping[str, Any]) -> frozenset[str]:
    """The ids of closes that are said to be done and were not, for another order closed their ticket.

    It is what they wanted, and order-safety lets them be told so: "a close matches its ticket gone".
    """
    known = {row["id"] for row in journal}
    closed: dict[int, str] = {}
    for execution in ledger["executions"]:
        if execution["request"] in known and execution.get("cause") == "close":
            closed |= dict.fromkeys(execution["tickets"], execution["request"])
    done = {execution["request"] for execution in ledger["executions"]}
    return frozenset(
        row["id"]
        for row in journal
        if row["state"] in DONE
        and row["id"] not in done
        and row.get("kind") == "close"
        and row["intent"]["ticket"] in closed
    )


def log_faults(lines: Iterable[str]) -> list[str]:
    """The log's lines that speak of a failure of the program itself."""
    words = (" ERROR ", " CRITICAL ", "Traceback (most recent")
    return [line.rstrip()[:300] for line in lines if any(word in line for word in words)]
