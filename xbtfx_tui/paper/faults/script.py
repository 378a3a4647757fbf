"""What is to go wrong, as values: the faults by name, scripts of them, and the mood of the server.

Nothing here does anything: scripted.py and stream.py carry it out; files.py reads scripts.
"""

from collections.abc import Mapping
from enum import Enum

import msgspec

from xbtfx_tui.paper.service.idempotency import Mood

TRADING = "POST"
"""The path that stands for every request that trades."""

FOR_EVER = 0


class Fault(Enum):
    """One thing that goes wrong with a request. The value is its name in scripts.

    `seconds` of a script means what is said here, or nothing.
    """

    # before the request is whole
    RESET_IN_HEADERS = "reset_in_headers"
    RESET_IN_BODY = "reset_in_body"
    # read whole, never executed
    RATE_LIMITED = "rate_limited"  # 429; seconds = retry_after_sec
    BRIDGE_DOWN = "bridge_down"  # 503
    DROP_BEFORE_EXECUTING = "drop_before_executing"
    NO_ANSWER = "no_answer"
    HTML_502 = "html_502"
    TIMED_OUT = "timed_out"  # 504, and nothing was done
    NOT_FOUND = "not_found"  # 404
    REVOKED = "revoked"  # this request and all that follow get a 401, the stream is cut
    HOSTILE_MARKUP = "hostile_markup"  # refused (10006) with a text like [/x]
    HOSTILE_ESCAPE = "hostile_escape"
    HOSTILE_LONG = "hostile_long"  # 1 MB of it
    # executed, but told otherwise or not at all
    DROP_AFTER_EXECUTING = "drop_after_executing"
    NO_ANSWER_EXECUTED = "no_answer_executed"
    HTML_502_EXECUTED = "html_502_executed"
    CUT_SHORT = "cut_short"  # half of the JSON, on a 200
    DRIP = "drip"  # one byte each `seconds`, 1 unless given
    TIMED_OUT_LATE = "timed_out_late"  # 504, executed `seconds` later
    PLACED_LATE = "placed_late"  # placed, executed `seconds` later
    PLACED_NEVER = "placed_never"
    RETCODE_10012 = "retcode_10012"  # "timed out", and executed all the same
    HALF_REVERSE = "half_reverse"  # 207
    BULK_PART = "bulk_part"  # some tickets of a bulk close are closed, then no answer
    REVOKED_AFTER = "revoked_after"  # executed, dropped; everything after it gets a 401
    # late
    LATE_DELIVERY = "late_delivery"  # the request reaches the exchange `seconds` later
    DELAY = "delay"  # the answer is made at once and sent `seconds` later
    STALE = "stale"  # a read answers as it did the last time
    # the stream's; each begins with the next request of its path, and lasts `seconds`
    STREAM_HOLD = "stream_hold"  # account events wait until it is over
    STREAM_LOSE = "stream_lose"  # account events are lost
    STREAM_SILENCE = "stream_silence"  # nothing at all is sent
    STREAM_CUT = "stream_cut"  # every connection is cut, and none accepted


ON_STREAM = frozenset({Fault.STREAM_HOLD, Fault.STREAM_LOSE, Fault.STREAM_SILENCE, Fault.STREAM_CUT})

_SECONDS: Mapping[Fault, float] = {
    Fault.RATE_LIMITED: 1.0,
    Fault.DRIP: 1.0,
    Fault.TIMED_OUT_LATE: 5.0,
    Fault.PLACED_LATE: 20.0,
    Fault.LATE_DELIVERY: 15.0,
    Fault.DELAY: 3.0,
    Fault.STREAM_HOLD: 20.0,
    Fault.STREAM_LOSE: 20.0,
    Fault.STREAM_SILENCE: 40.0,
    Fault.STREAM_CUT: 0.0,
}


class Scripted(msgspec.Struct, frozen=True):
    """A fault for the next requests of a path, `times` of them (0 = all). A stream's begins with the first.

    `path` is as the API names it ("/v1/close"); POST means every path that trades. `seconds` None = usual.
    """

    fault: Fault
    path: str = TRADING
    times: int = 1
    seconds: float | None = None

    @property
    def lasts(self) -> float:
        return self.seconds if self.seconds is not None else _SECONDS.get(self.fault, 0.0)

    def is_for(self, method: str, path: str) -> bool:
        return method == TRADING if self.path == TRADING else self.path == path


class FaultScript(msgspec.Struct, frozen=True):
    """Faults in the order they are to happen, and the mood; None leaves the mood as it is."""

    next: tuple[Scripted, ...] = ()
    mood: Mood | None = None
