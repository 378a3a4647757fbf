"""What one answer makes of an intent, by order-safety's table. Pure; it never guesses an outcome."""

from enum import Enum

import msgspec
from msgspec.structs import replace

from xbtfx_tui.domain.failures import (
    AnswerTooLarge,
    BridgeDown,
    BridgeTimedOut,
    Failure,
    GarbledAnswer,
    LineBroke,
    RateLimited,
    Refused,
    ServerFault,
)
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    ModifyIntent,
    OpenIntent,
    ReverseIntent,
    is_bulk,
    opens,
)
from xbtfx_tui.domain.order_outcomes import (
    Answer,
    BulkClosed,
    Done,
    Filled,
    FilledInPart,
    HalfReversed,
    IntentState,
    Placed,
    Rejected,
    Result,
    Reversed,
)
from xbtfx_tui.domain.order_text import answer_words, failure_words
from xbtfx_tui.domain.retcodes import CLOSED_ALREADY, REFUSING_RETCODES
from xbtfx_tui.domain.shell_wording import ALL_LOOKED_AT, LOOKED_AT
from xbtfx_tui.domain.store_events import Severity
from xbtfx_tui.orders.sending.retry_policy import may_be_half_done

_REFUSED_CODES = frozenset({"invalid_request", "invalid_symbol", "invalid_volume", "market_closed"})
_METATRADER_CODES = frozenset({"rejected", "mt5_rejected"})
_REFUSED_STATUSES = frozenset({401, 403, 404})
_UNAUTHORIZED = 401
_LOOKING = LOOKED_AT.on_screen
_LOOKING_AT_ALL = ALL_LOOKED_AT.on_screen
_ACCEPTED = "the broker has accepted it"
_ON_RETRY = "After an earlier try that proves nothing."


class Earlier(Enum):
    """What is known of the tries before this one."""

    NONE = "none had begun to be written"
    UNDONE = "some had, and the server's word is that nothing was done"
    DOUBTFUL = "one of them may have been executed"


class Verdict(msgspec.Struct, frozen=True):
    """Where an intent stands after its answer. `ticket` is the position it led to, where the answer says so;
    `locks` is the reason to lock trading for, as a clause; `never_again` why its key may not be used once
    more, as a clause. `is_checked_first`: it is said once it is borne out, or was not for a moment."""

    state: IntentState
    text: str
    severity: Severity
    ticket: int | None = None
    locks: str | None = None
    never_again: str | None = None
    is_checked_first: bool = False


def verdict(
    intent: Intent,
    result: Result,
    *,
    earlier: Earlier,
    currency: str | None,
) -> Verdict:
    """The state that the result of a try leads to, and the sentence for the trader."""
    found = _of_result(intent, result, currency)
    if _proves_too_little(found.state, earlier):
        # A refusal (or a failure) of this try does not speak for an earlier one that may have been executed.
        text = f"Unknown: {found.text} {_ON_RETRY}"
        found = replace(found, state=IntentState.UNKNOWN, text=text, severity=Severity.ERROR)
    if found.state is IntentState.UNKNOWN:
        # Nobody who wants out is told to wait: closing all of it once more can't open anything.
        found = replace(found, text=f"{found.text} {_LOOKING_AT_ALL if is_bulk(intent) else _LOOKING}")
    return _loud(intent, result, found)


def _proves_too_little(state: IntentState, earlier: Earlier) -> bool:
    match earlier:
        case Earlier.NONE:
            return False
        case Earlier.UNDONE:
            return state is IntentState.REJECTED
        case Earlier.DOUBTFUL:
            return state in (IntentState.REJECTED, IntentState.NOT_SENT)


def _loud(intent: Intent, result: Result, found: Verdict) -> Verdict:
    """A close that did not happen is the louder one: the trader believes to be out of the market. Where the
    server says that there is nothing to close any more, nothing is said of what is held."""
    if found.state not in (IntentState.REJECTED, IntentState.NOT_SENT) or _says_gone(result):
        return found
    missing = not_done_words(intent)
    return replace(found, text=f"{found.text} {missing}", severity=Severity.ERROR) if missing else found


def _says_gone(result: Result) -> bool:
    match result:
        case Refused(code=code, retcode=retcode):
            return code == "position_not_found" or retcode == CLOSED_ALREADY
        case Rejected(retcode=retcode):
            return retcode == CLOSED_ALREADY
        case _:
            return False


def not_done_words(intent: Intent) -> str:
    """That what is held still stands as it stood, as a sentence; empty for an opening order."""
    match intent:
        case OpenIntent():
            return ""
        case ModifyIntent():
            return "The stops were NOT changed."
        case ReverseIntent():
            return "The position was NOT reversed."
        case CloseIntent() | CloseUnreadIntent() | CloseByIntent() | CloseSymbolIntent() | CloseAllIntent():
            return "It was NOT closed."


def _of_result(intent: Intent, result: Result, currency: str | None) -> Verdict:
    match result:
        case (
            LineBroke()
            | Refused()
            | RateLimited()
            | BridgeDown()
            | BridgeTimedOut()
            | GarbledAnswer()
            | AnswerTooLarge()
            | ServerFault()
        ):
            return _of_failure(intent, result)
        case _:
            return _of_answer(intent, result, currency)


def _of_answer(intent: Intent, answer: Answer, currency: str | None) -> Verdict:
    match answer:
        case Placed():
            text = "Sent, the broker has accepted it (placed); waiting to see it done."
            return Verdict(IntentState.PLACED, text, Severity.INFO, never_again=_ACCEPTED)
        case Rejected(retcode=retcode):
            return _by_retcode(retcode, answer_words(intent, answer))
        case BulkClosed(closed=0, failed=failed, lines=lines) if failed and all(
            line.is_refused and not line.was_closed_already for line in lines
        ):
            return Verdict(
                IntentState.REJECTED, answer_words(intent, answer, currency=currency), Severity.ERROR
            )
        case BulkClosed(closed=closed, failed=failed):
            text = f"The server counts {closed} closed and {failed} not; each ticket is being checked."
            severity = Severity.WARNING if failed else Severity.INFO
            return Verdict(IntentState.PLACED, text, severity, never_again=_ACCEPTED)
        case FilledInPart():
            # How much is learnt like any outcome.
            text = answer_words(intent, answer)
            return Verdict(IntentState.PLACED, text, Severity.WARNING, never_again=_ACCEPTED)
        case HalfReversed():
            text = "The server says: half reversed, closed and its opposite NOT opened. It is being checked."
            return Verdict(IntentState.PLACED, text, Severity.ERROR, never_again=_ACCEPTED)
        case Filled() | Reversed() | Done():
            text = "Accepted, the server says that it is done; that is being checked."
            return Verdict(
                IntentState.PLACED, text, Severity.INFO, never_again=_ACCEPTED, is_checked_first=True
            )


def _of_failure(intent: Intent, failure: Failure) -> Verdict:
    words = failure_words(failure)
    match failure:
        case Refused(code=code, retcode=retcode) if code in _METATRADER_CODES:
            return _by_retcode(retcode, words)
        case Refused(http_status=status, code=code) if code in _REFUSED_CODES or status in _REFUSED_STATUSES:
            locks = "the server no longer takes this key" if status == _UNAUTHORIZED else None
            return Verdict(IntentState.REJECTED, f"Rejected: {words}", Severity.ERROR, locks=locks)
        case LineBroke(begun=False):
            return _not_sent(f"{words} Nothing was sent.")
        case RateLimited() if opens(intent):
            return _not_sent(f"{words} Its price is too old by then: it has to be confirmed anew.")
        case RateLimited():
            return _not_sent(words)
        case BridgeDown() if not may_be_half_done(intent):
            return _not_sent(words)
        case BridgeTimedOut():
            return _unknown(words, "the server answered 504")
        case _:
            return _unknown(words)


def _by_retcode(retcode: int | None, text: str) -> Verdict:
    """A refusal that MetaTrader gave a code for: only the codes that prove that nothing was done reject."""
    if retcode in REFUSING_RETCODES:
        rejected = text if text.startswith("Rejected") else f"Rejected: {text}"
        return Verdict(IntentState.REJECTED, rejected, Severity.ERROR)
    # Like a 504: MetaTrader has it and does not know yet, and whether such answers are cached is unknown.
    return _unknown(text, f"MetaTrader answered {retcode if retcode is not None else 'without a code'}")


def _not_sent(text: str) -> Verdict:
    return Verdict(IntentState.NOT_SENT, f"Not sent: {text}", Severity.WARNING)


def _unknown(text: str, never_again: str | None = None) -> Verdict:
    return Verdict(IntentState.UNKNOWN, f"Unknown: {text}", Severity.ERROR, never_again=never_again)
