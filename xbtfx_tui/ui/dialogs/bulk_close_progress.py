"""What a bulk close has come to, ticket by ticket, as lines. Pure: it sends and asks nothing."""

from collections.abc import Mapping, Sequence

import msgspec

from xbtfx_tui.domain.order_outcomes import BulkClosed, BulkLine, IntentRecord, IntentState, OrderStatus
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.retcodes import retcode_meaning
from xbtfx_tui.ui.figure_format import clean, left, lots, right, signed_money, signed_money_named


class BulkCloseProgress(msgspec.Struct, frozen=True):
    """`headline`, then a line per ticket, then `outcome`: what it came to, or what is still awaited.

    `is_over`: what it came to is known, or nobody waits for it any more.
    """

    headline: str
    lines: tuple[str, ...]
    outcome: str
    is_over: bool


def progress_of(
    record: IntentRecord | None,
    asked: Sequence[Position],
    held: Mapping[int, Position],
    currency: str | None,
) -> BulkCloseProgress:
    """How far a bulk close is. `asked` are the positions it was for as they stood at the send, `held` those
    whose end is not proven, `currency` the account's. What the answer says of a ticket is told once that is
    gone, and why one was refused while it is held."""
    answer = record.result if record is not None and isinstance(record.result, BulkClosed) else None
    told = {line.ticket: line for line in answer.lines} if answer is not None else {}
    lines = [_line(one, told.get(one.ticket), one.ticket in held, currency, answer) for one in asked]
    known = {one.ticket for one in asked}
    lines += [_stranger(line, currency) for line in told.values() if line.ticket not in known]
    gone = sum(one.ticket not in held for one in asked)
    counted = f"{gone} of {len(asked)} are gone from the positions:"
    if not asked:
        counted = "What was held is not known; what the server says that it closed is told here."
    if record is None or record.status is OrderStatus.UNDER_WAY:
        return BulkCloseProgress(counted, tuple(lines), _outcome(record), is_over=False)
    if record.status is not OrderStatus.DONE or not asked:
        return BulkCloseProgress(counted, tuple(lines), _outcome(record), is_over=True)
    headline = f"Closed all {gone}." if gone == len(asked) else f"Closed {gone} of {len(asked)}."
    outcome = _total(answer, asked, gone, currency) or _outcome(record)
    return BulkCloseProgress(headline, tuple(lines), outcome, is_over=True)


def _outcome(record: IntentRecord | None) -> str:
    if record is None or (record.status is OrderStatus.UNDER_WAY and record.state is not IntentState.PLACED):
        return "Sent once; waiting for the answer ..."
    said = clean(record.story[-1].text) if record.story else record.state.value
    if record.status is OrderStatus.NOT_KNOWN and record.state.is_open:
        return f"! {said}\nEscape, then u: what was looked at, and what can be done."
    return said


def _total(answer: BulkClosed | None, asked: Sequence[Position], gone: int, currency: str | None) -> str:
    """What it realised, by the server's count where that counts just these; and what is left."""
    lines: list[str] = []
    counts = answer is not None and answer.closed == gone == sum(line.is_closed for line in answer.lines)
    if answer is not None and counts and answer.tells_profit:
        lines.append(
            f"Realised {signed_money_named(answer.total_profit, currency)} in all, the server counts."
        )
    if left_over := len(asked) - gone:
        named = "1 position is" if left_over == 1 else f"{left_over} positions are"
        lines.append(f"! {named} NOT closed. Escape, then u: close what is left one by one.")
    return "\n".join(lines)


def _line(
    position: Position, told: BulkLine | None, is_held: bool, currency: str | None, answer: BulkClosed | None
) -> str:
    volume = f"{position.side.value} {lots(position.volume)}"
    start = f"{position.ticket:>10} {left(clean(position.symbol, 32), 9)} {left(volume, 11)}"
    if not is_held:
        return f"{start}{_gone_words(told, currency)}"
    if told is None:
        return f"{start}{'still open, the answer does not name it' if answer is not None else 'open ...'}"
    return f"{start}{_held_words(told)}"


def _stranger(line: BulkLine, currency: str | None) -> str:
    """A ticket that the server tells of, too, and that the preview did not know: by the server's word."""
    words = _held_words(line)
    if line.is_closed:
        words = "told closed" if line.price is None else f"told closed {_gone_words(line, currency)}"
    return f"{line.ticket:>10} {left('not seen before', 21)}{words}"


def _gone_words(line: BulkLine | None, currency: str | None) -> str:
    if line is None or not line.is_closed:
        return "gone"
    made = signed_money(line.profit, currency) if line.profit is not None and line.tells_profit else ""
    at = "gone" if line.price is None else f"at {line.price}"
    return f"{left(at, 13)}{right(made, 10)}".rstrip()


def _held_words(line: BulkLine) -> str:
    if line.is_closed:
        return "told closed, open ..."
    if line.is_accepted:
        return "accepted, open ..."
    if line.was_closed_already:
        return "told as closed already, open ..."
    why = retcode_meaning(line.retcode) if line.retcode is not None else clean(line.status, 60)
    return f"NOT closed, {why or 'no reason given'}"
