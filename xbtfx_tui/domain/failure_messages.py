"""What a failed request means to a trader, and what is still possible: one or two sentences each.

An order that got no answer may have been carried out; a read changes nothing, whatever became of it. Hence
words of their own for reads, and for those that are asked again by themselves.
"""

from datetime import UTC

from xbtfx_tui.domain.failures import (
    AnswerTooLarge,
    BridgeDown,
    BridgeTimedOut,
    Failure,
    GarbledAnswer,
    LineBroke,
    LinePart,
    RateLimited,
    Refused,
    ServerFault,
)
from xbtfx_tui.domain.retcodes import retcode_meaning
from xbtfx_tui.domain.text_sanitizer import plain

_BROKE_BEFORE = {
    LinePart.NAME_LOOKUP: "The server's name could not be looked up: check the network and the address.",
    LinePart.CONNECT: "The server can't be reached: check the network and the address.",
    LinePart.TLS: "No secure connection to the server could be made: check the address and the clock here.",
    LinePart.WRITE: "The connection broke before anything was sent.",
    LinePart.READ: "The connection broke before anything was sent.",
    LinePart.TIME_OUT: "The server could not be reached in time, and nothing was sent.",
}
_BROKE_AFTER = {
    LinePart.TIME_OUT: "The server did not answer in time: what was asked may have been done or not.",
}
_MAY_HAVE_BEEN_DONE = "The connection broke before the answer came: what was asked may have been done or not."

_REFUSALS = {
    "invalid_request": "The server did not understand the request.",
    "invalid_symbol": "The server does not know this symbol: names are case-sensitive.",
    "invalid_volume": "The server does not take this volume.",
    "position_not_found": "The server has no position or order of this ticket: it may be closed already.",
    "unauthorized": "The server does not know this key. Check it, or make a new one, and start again.",
    "forbidden": "This key may not do that: it lacks the permission. Reading may still work.",
}


def failure_words(failure: Failure) -> str:
    """What the failure of an order's request means. Server text in it is plain and bounded."""
    match failure:
        case LineBroke(part=part, begun=False):
            return _BROKE_BEFORE[part]
        case LineBroke(part=part):
            return _BROKE_AFTER.get(part, _MAY_HAVE_BEEN_DONE)
        case Refused():
            return _refused_words(failure)
        case RateLimited(retry_after=seconds):
            return (
                f"The requests of this minute are spent: the next can go in {max(1, round(seconds))} s. "
                "Nothing was done."
            )
        case BridgeDown():
            return "The server has no connection to MetaTrader: nothing was sent. It can be tried again."
        case BridgeTimedOut():
            return "MetaTrader did not answer the server in 7 s: what was asked may have been done or not."
        case GarbledAnswer(http_status=status, detail=detail):
            return f"The server's answer (HTTP {status}) can't be read: {_end(plain(detail, 120))}"
        case AnswerTooLarge(http_status=status, most_bytes=most):
            return (
                f"The server's answer (HTTP {status}) is longer than {_megabytes(most)} MB: it was not read."
            )
        case ServerFault(http_status=status, detail=detail):
            said = plain(detail, 120)
            return f"The server failed (HTTP {status})" + (f": {_end(said)}" if said else ".")


def read_failure_words(failure: Failure) -> str:
    """What the failure of a read means, which leaves nothing in doubt. Nobody asks again by itself."""
    clause = _unread_clause(failure)
    return failure_words(failure) if clause is None else f"{clause}: nothing was read."


def asked_again_words(failure: Failure) -> str:
    """The same for a read that is asked again by itself."""
    clause = _unread_clause(failure)
    return failure_words(failure) if clause is None else f"{clause}; it is asked again."


def _unread_clause(failure: Failure) -> str | None:
    """Why a read got no answer that could be read, where the words for orders say more than is so of it."""
    match failure:
        case LineBroke(part=LinePart.TIME_OUT, begun=True):
            return "The server did not answer in time"
        case LineBroke(begun=True):
            return "The connection broke before the answer came"
        case LineBroke(part=LinePart.TIME_OUT):
            return "The server could not be reached in time"
        case RateLimited(retry_after=seconds):
            return f"The requests of this minute are spent, the next can go in {max(1, round(seconds))} s"
        case BridgeTimedOut():
            return "MetaTrader did not answer the server in 7 s"
        case BridgeDown():
            return "The server has no connection to MetaTrader"
        case _:
            return None


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.3g}"


def _refused_words(refused: Refused) -> str:
    said = plain(refused.message, 120)
    if refused.code == "market_closed":
        if refused.next_open is None:
            return "The market is closed."
        opens = refused.next_open.astimezone(UTC)
        return f"The market is closed; it opens on {opens:%A, %d %B at %H:%M} UTC."
    if refused.retcode is not None:
        words = f"MetaTrader refused ({refused.retcode}): {retcode_meaning(refused.retcode)}."
    else:
        code = plain(refused.code, 40) or f"HTTP {refused.http_status}"
        words = _REFUSALS.get(refused.code, f"The server refused the request ({code}).")
    return f"{words} It says: {_end(said)}" if said else words


def _end(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?", "…")) else sentence + "."
