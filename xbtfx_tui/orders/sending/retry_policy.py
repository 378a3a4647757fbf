"""Whether a try that came to nothing is made once more with the same key, by order-safety's table. Pure.

It only ever lets a request go again that is known not to have been executed: nothing of it had left, or the
server's own word says so.
"""

import msgspec

from xbtfx_tui.domain.failures import BridgeDown, LineBroke, RateLimited
from xbtfx_tui.domain.intents import Intent, ReverseIntent, is_bulk, opens
from xbtfx_tui.domain.order_outcomes import Result

CONNECT_TRIES = 3
BRIDGE_TRIES = 2
MOST_TRIES = 20
OPENING_AGES_AFTER = 5.0
CLOSING_AGES_AFTER = 60.0
_PAUSES_OPENING = (0.3, 1.0)
_PAUSES_CLOSING = (1.0, 5.0)
_BRIDGE_PAUSE = 1.0


class Tried(msgspec.Struct, frozen=True):
    """The tries of one order so far, the one just made among them; `age` is in seconds since the trader's
    word."""

    number: int
    unreached: int
    bridge_down: int
    age: float


def good_for(intent: Intent) -> float:
    """Seconds from the trader's word in which it may be sent: an opening order's price ages."""
    return OPENING_AGES_AFTER if opens(intent) else CLOSING_AGES_AFTER


def pause_before_next(intent: Intent, result: Result, tried: Tried) -> float | None:
    """Seconds to wait before the same request goes once more; None where this was the last try."""
    pause = _pause(intent, result, tried)
    if pause is None or tried.number >= MOST_TRIES:
        return None
    return pause if tried.age + pause <= good_for(intent) else None


def _pause(intent: Intent, result: Result, tried: Tried) -> float | None:
    match result:
        case LineBroke(begun=False) if tried.unreached < CONNECT_TRIES:
            pauses = _PAUSES_OPENING if opens(intent) else _PAUSES_CLOSING
            return pauses[min(tried.unreached, len(pauses)) - 1]
        case RateLimited(retry_after=seconds):
            return seconds
        case BridgeDown() if tried.bridge_down < BRIDGE_TRIES and not may_be_half_done(intent):
            return _BRIDGE_PAUSE
        case _:
            return None


def may_be_half_done(intent: Intent) -> bool:
    """Whether the server does it in more than one step, so that a 503 proves nothing of the earlier ones."""
    return is_bulk(intent) or isinstance(intent, ReverseIntent)
