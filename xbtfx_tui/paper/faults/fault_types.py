"""What is to go wrong, as values: the faults by name, scripts of them, and the mood of the server.

Nothing here does anything: fault_injector.py and stream_faults.py carry it out; fault_files.py reads scripts.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import Enum

import msgspec

from xbtfx_tui.paper.service.idempotency_cache import Mood

TRADING = "POST"
"""The path that stands for every request that trades."""

FOR_EVER = 0
POSITIONS = "/v1/positions"
LISTS = (POSITIONS, "/v1/orders", "/v1/history", "/v1/account")
_A_DAY = 86_400.0


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
    # executed otherwise than asked for
    PART = "part"  # `share` of the volume, told as `answer` says; the rest `seconds` later, or never
    WITHOUT_STOPS = "without_stops"  # told as `answer` says
    STOPS_OFF = "stops_off"  # by `by` points; told as `answer` says
    # told as done
    NOTHING_DONE = "nothing_done"  # `filled`, `ok` or all closed, and nothing was
    ANOTHER_VOLUME = "another_volume"  # executed whole, told with `share` of the volume
    NO_SUCH_ORDER = "no_such_order"  # executed, told with an order's number that there is not
    BULK_TOLD = "bulk_told"  # `share` of the tickets are closed (`seconds` later), told as `answer` says
    # late
    LATE_DELIVERY = "late_delivery"  # the request reaches the exchange `seconds` later
    DELAY = "delay"  # the answer is made at once and sent `seconds` later
    STALE = "stale"  # a read answers as it did the last time
    # what is read; each begins with the next request of its path, and lasts `seconds`; `read` is the list
    LIST_EMPTY = "list_empty"
    LIST_STALE = "list_stale"  # as it stood `by` seconds ago
    LIST_FAILS = "list_fails"  # 500
    DEALS_OFF = "deals_off"  # the history's times are `by` seconds ahead of the truth
    FOREIGN_DEALS = "foreign_deals"  # once: another hand opened and closed the same `by` seconds before
    STOPS_ULP = "stops_ulp"  # positions tell each stop as the next float: 0.9900000000000001 for 0.99
    ODD_PRICE = "odd_price"  # the newest position's row has price_open -40.00
    ODD_VOLUME = "odd_volume"  # and volume 0
    ODD_NAME = "odd_name"  # and a symbol with an escape in it
    ODD_LEVERAGE = "odd_leverage"  # `value`, like null, 0, 1:2000 or 2000000000
    ODD_ASK = "odd_ask"  # an ask of 0, of `symbol` or of all
    # the stream's; each begins with the next request of its path, and lasts `seconds`
    STREAM_HOLD = "stream_hold"  # account events wait until it is over
    STREAM_LOSE = "stream_lose"  # account events are lost
    STREAM_SILENCE = "stream_silence"  # nothing at all is sent
    STREAM_CUT = "stream_cut"  # every connection is cut, and none accepted
    STREAM_DOUBLE = "stream_double"  # each account event is told twice
    STREAM_REORDER = "stream_reorder"  # account events are told a second late, the last first
    # the stream's, each once
    STREAM_REPLAY = "stream_replay"  # all account events since the start are told again
    STREAM_CLOSE = "stream_close"  # a `close` for the newest position, which stays open
    STREAM_OLD_QUOTES = "stream_old_quotes"  # cut; then each symbol's first quote is `by` seconds old
    STREAM_JUMP = "stream_jump"  # one tick of `symbol` (or of the next to tick) at `share` of its price
    STREAM_FORGET = "stream_forget"  # the subscription of `symbol`, or all, are dropped in silence


ON_STREAM = frozenset(
    {
        Fault.STREAM_HOLD,
        Fault.STREAM_LOSE,
        Fault.STREAM_SILENCE,
        Fault.STREAM_CUT,
        Fault.STREAM_DOUBLE,
        Fault.STREAM_REORDER,
        Fault.STREAM_REPLAY,
        Fault.STREAM_CLOSE,
        Fault.STREAM_OLD_QUOTES,
        Fault.STREAM_JUMP,
        Fault.STREAM_FORGET,
    }
)
ON_READS = frozenset(
    {
        Fault.LIST_EMPTY,
        Fault.LIST_STALE,
        Fault.LIST_FAILS,
        Fault.DEALS_OFF,
        Fault.FOREIGN_DEALS,
        Fault.STOPS_ULP,
        Fault.ODD_PRICE,
        Fault.ODD_VOLUME,
        Fault.ODD_NAME,
        Fault.ODD_LEVERAGE,
        Fault.ODD_ASK,
    }
)
BESIDE = ON_STREAM | ON_READS
"""What a request sets off beside what befalls itself."""


class Telling(Enum):
    """How an order that was executed otherwise than asked for is answered; the value is its script's word."""

    FILLED = "filled"
    PLACED = "placed"
    TIMED_OUT = "timed_out"  # 504
    IN_PART = "in_part"  # retcode 10010
    CUT = "cut"  # half of the JSON
    ZERO = "zero"  # of a bulk close: 0 of 0
    MISCOUNT = "miscount"  # of a bulk close: all counted as closed, whatever its lines say


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
    Fault.STREAM_DOUBLE: 20.0,
    Fault.STREAM_REORDER: 20.0,
    Fault.LIST_EMPTY: 5.0,
    Fault.LIST_STALE: 60.0,
    **dict.fromkeys(
        (
            Fault.LIST_FAILS,
            Fault.DEALS_OFF,
            Fault.STOPS_ULP,
            Fault.ODD_PRICE,
            Fault.ODD_VOLUME,
            Fault.ODD_NAME,
            Fault.ODD_LEVERAGE,
            Fault.ODD_ASK,
        ),
        _A_DAY,
    ),
}
_SHARES: Mapping[Fault, Decimal] = {
    Fault.PART: Decimal("0.4"),
    Fault.ANOTHER_VOLUME: Decimal("0.4"),
    Fault.BULK_TOLD: Decimal(0),
    Fault.STREAM_JUMP: Decimal("0.0001"),
}
_BY: Mapping[Fault, float] = {
    Fault.STOPS_OFF: 1.0,
    Fault.LIST_STALE: 24.0,
    Fault.DEALS_OFF: 3_600.0,
    Fault.FOREIGN_DEALS: 20.0,
    Fault.STREAM_OLD_QUOTES: 1_800.0,
}


class Scripted(msgspec.Struct, frozen=True):
    """A fault for the next requests of a path, `times` of them (0 = all). What it sets off beside the request
    (see BESIDE) begins with the first.

    `path` is as the API names it ("/v1/close"); POST means every path that trades. What the others mean is
    said at the fault that takes them; None = usual. `share` is from 0 to 1, `by` seconds or points, `read`
    the path of the list, by default `path` where that is one, else the positions.
    """

    fault: Fault
    path: str = TRADING
    times: int = 1
    seconds: float | None = None
    share: Decimal | None = None
    by: float | None = None
    answer: Telling = Telling.FILLED
    read: str | None = None
    symbol: str | None = None
    value: str | None = None

    @property
    def lasts(self) -> float:
        return self.seconds if self.seconds is not None else _SECONDS.get(self.fault, 0.0)

    @property
    def part(self) -> Decimal:
        return self.share if self.share is not None else _SHARES.get(self.fault, Decimal(1))

    @property
    def far(self) -> float:
        return self.by if self.by is not None else _BY.get(self.fault, 0.0)

    @property
    def list_read(self) -> str:
        return self.read or (self.path if self.path in LISTS else POSITIONS)

    def is_for(self, method: str, path: str) -> bool:
        return method == TRADING if self.path == TRADING else self.path == path


class FaultScript(msgspec.Struct, frozen=True):
    """Faults in the order they are to happen, and the mood; None leaves the mood as it is."""

    next: tuple[Scripted, ...] = ()
    mood: Mood | None = None
