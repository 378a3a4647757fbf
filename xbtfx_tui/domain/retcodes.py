"""What MetaTrader's return codes mean, in a trader's words. The list is the API's own, section 4."""

_MEANINGS = {
    10004: "requote: the price moved before the order arrived",
    10006: "the broker rejected the request",
    10007: "the request was cancelled",
    10008: "the order was placed and waits for its execution",
    10009: "done",
    10010: "done in part: only some of the volume was executed",
    10011: "processing error at the broker: the outcome is not known yet",
    10012: "timed out at the broker: the outcome is not known yet",
    10013: "the request is not valid",
    10014: "the volume is not valid for this symbol",
    10015: "the price is not valid",
    10016: "the stops are not valid: wrong side, or too close to the price",
    10017: "trading is disabled for this account or symbol",
    10018: "the market is closed",
    10019: "not enough money for the margin",
    10020: "the price changed",
    10021: "there are no quotes to execute at",
    10024: "too many requests",
    10025: "nothing to change: the order already stands so",
    10027: "automated trading is switched off at the broker's terminal",
    10029: "the position or order is frozen: too close to its execution",
    10030: "this kind of filling is not supported",
    10031: "the broker has no connection to its trade server: the outcome is not known yet",
    10034: "the volume limit of this symbol is reached",
    10035: "the order type is not allowed",
    10036: "the position is already closed",
    10038: "the volume to close is more than the position holds",
    10040: "the limit of open positions is reached",
    10042: "only long positions are allowed on this symbol",
    10043: "only short positions are allowed on this symbol",
    10044: "only closing is allowed on this symbol",
    10045: "positions must be closed first in, first out",
}

CLOSED_ALREADY = 10036
"""There is nothing to close any more: it says nothing of what is held but that."""

LISTED_RETCODES = frozenset(_MEANINGS)
"""Every code that the API explains."""


OPEN_OUTCOMES = frozenset({10008, 10009, 10010, 10011, 10012, 10031})
"""Codes after which it may have been done, or will be."""

REFUSING_RETCODES = LISTED_RETCODES - OPEN_OUTCOMES
"""What the API lists as a refusal: nothing was done. A code that it does not list proves nothing."""


def retcode_meaning(retcode: int) -> str:
    """The meaning of a return code; a code not on the API's list is said to be so."""
    return _MEANINGS.get(retcode, f"code {retcode}, which the API does not explain")
