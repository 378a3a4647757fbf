"""Intents, answers and holdings as the journal writes them: JSON text, money as text, never a secret."""

from typing import Any

import msgspec

from xbtfx_tui.domain.api_key import redact
from xbtfx_tui.domain.intents import (
    CloseAllIntent,
    CloseByIntent,
    CloseIntent,
    CloseSymbolIntent,
    CloseUnreadIntent,
    Intent,
    Keep,
    ModifyIntent,
    MoveTo,
    OpenIntent,
    Remove,
    ReverseIntent,
    StopChange,
)
from xbtfx_tui.domain.order_outcomes import (
    Answer,
    BulkClosed,
    Done,
    Filled,
    FilledInPart,
    HalfReversed,
    Placed,
    Rejected,
    Result,
    Reversed,
)
from xbtfx_tui.orders.reconcile.holdings_snapshot import HeldBefore

# The journal's words: they never change, for old rows must be read for ever.
_KINDS: dict[str, type[Intent]] = {
    "open": OpenIntent,
    "close": CloseIntent,
    "close-unread": CloseUnreadIntent,
    "modify": ModifyIntent,
    "close-by": CloseByIntent,
    "reverse": ReverseIntent,
    "close-symbol": CloseSymbolIntent,
    "close-all": CloseAllIntent,
}
_WORDS = {kind: word for word, kind in _KINDS.items()}
_ANSWERS: dict[str, type[Answer]] = {
    kind.__name__: kind
    for kind in (Filled, Placed, FilledInPart, Rejected, HalfReversed, Reversed, BulkClosed, Done)
}
_TEXT_KEPT = 2_000


def kind_of(intent: Intent) -> str:
    """The intent's kind, in the journal's word."""
    return _WORDS[type(intent)]


def intent_to_json(intent: Intent) -> str:
    """The intent, so that a later run can take it up again."""
    fields = msgspec.to_builtins(intent)
    if isinstance(intent, ModifyIntent):
        del fields["only_nearer"]  # it matters before the send alone, and no later run sends it
        fields |= {"sl": _change_word(intent.sl), "tp": _change_word(intent.tp)}
    return msgspec.json.encode({"kind": kind_of(intent), **fields}).decode()


def intent_from_json(text: str) -> Intent:
    """What `intent_to_json` wrote. Raises ValueError where it can't be read."""
    try:
        return _intent(text)
    except (msgspec.MsgspecError, KeyError) as error:
        raise ValueError(f"an intent that can't be read: {error}") from error


def _intent(text: str) -> Intent:
    fields: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
    kind = _KINDS.get(fields.pop("kind", ""))
    if kind is None:
        raise ValueError("an intent of unknown kind")
    if kind is ModifyIntent:
        changes = {name: _change(fields.pop(name)) for name in ("sl", "tp")}
        base = msgspec.convert(fields, _ModifyFields)
        return ModifyIntent(base.intent_id, base.ticket, base.symbol, changes["sl"], changes["tp"])
    return msgspec.convert(fields, kind)


def result_to_json(result: Result) -> str:
    """What the server (or the line) answered: its type's name and its fields, texts bounded."""
    fields = {
        name: redact(value[:_TEXT_KEPT]) if isinstance(value, str) else value
        for name, value in msgspec.to_builtins(result).items()
    }
    return msgspec.json.encode({"result": type(result).__name__, **fields}).decode()


def answer_from_json(text: str | None) -> Result | None:
    """The answer that `result_to_json` wrote; None where it was a failure, or none. Raises ValueError where
    it can't be read."""
    if text is None:
        return None
    try:
        fields: dict[str, Any] = msgspec.json.decode(text, type=dict[str, Any])
        kind = _ANSWERS.get(fields.pop("result", ""))
        return None if kind is None else msgspec.convert(fields, kind)
    except msgspec.MsgspecError as error:
        raise ValueError(f"an answer that can't be read: {error}") from error


def held_to_json(held: tuple[HeldBefore, ...]) -> str:
    """The positions before a send."""
    return msgspec.json.encode(held).decode()


def held_from_json(text: str) -> tuple[HeldBefore, ...]:
    """What `held_to_json` wrote. Raises ValueError where it can't be read."""
    try:
        return msgspec.json.decode(text, type=tuple[HeldBefore, ...])
    except msgspec.MsgspecError as error:
        raise ValueError(f"positions that can't be read: {error}") from error


class _ModifyFields(msgspec.Struct):
    intent_id: str
    ticket: int
    symbol: str


def _change_word(change: StopChange) -> str:
    match change:
        case Keep():
            return "keep"
        case Remove():
            return "remove"
        case MoveTo(price=price):
            return str(price)


def _change(word: str) -> StopChange:
    match word:
        case "keep":
            return Keep()
        case "remove":
            return Remove()
        case _:
            return MoveTo(msgspec.convert({"price": word}, MoveTo).price)
