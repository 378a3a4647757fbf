"""What a bulk close has come to, ticket by ticket, as lines. Pure: it sends and asks nothing."""

from collections.abc import Mapping, Sequence

import msgspec

from xbtfx_tui.domain.outcomes import BulkClosed, BulkLine, IntentRecord, IntentState
from xbtfx_tui.domain.positions import Position
from xbtfx_tui.domain.retcodes import retcode_meaning
from xbtfx_tui.ui.format import clean, left, lots, right, signed_money, signed_money_named

_IN_DOUBT = frozenset({IntentState.UNKNOWN, IntentState.AMBIGUOUS})


class Progress(msgspec.Struct, frozen=True):
    """`headline`, then a line per ticket, then `outcome`: what it came to, or what is still awaited.

    `is_over`: the answer is there, or nobody waits for one any more.
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
) -> Progress:
    """How far a bulk close is. `asked` are the positions it was for as they stood at the send, `held` what
    is open now, `currency` the account's."""
    answer = record.result if record is not None and isinstance(record.result, BulkClosed) else None
    told = {line.ticket: line for line in answer.lines} if answer is not None else {}
    lines = [_line(one, told.get(one.ticket), one.ticket in held, currency, answer) for one in asked]
    known = {one.ticket for one in asked}
    lines += [_stranger(line, currency) for line in told.values() if line.ticket not in known]
    if answer is not None:
        forgot = sum(one.ticket in held and one.ticket not in told for one in asked)
        if not told:
            # It names none at all: then its counts are all there is to go by.
            forgot = max(0, len(asked) - answer.closed - answer.failed)
        return Progress(
            _counted(answer, forgot), tuple(lines), _total(answer, currency, forgot), is_over=True
        )
    gone = sum(one.ticket not in held for one in asked)
    headline = (
        f"{gone} of {len(asked)} are gone from the positions:"
        if asked
        else "What was held is not known; what the server says that it closed is told here."
    )
    is_over = record is not None and record.state not in (
        IntentState.DRAFTED,
        IntentState.JOURNALED,
        IntentState.SENDING,
        IntentState.PLACED,
    )
    return Progress(headline, tuple(lines), _outcome(record), is_over)


def _outcome(record: IntentRecord | None) -> str:
    if record is None or record.state in (
        IntentState.DRAFTED,
        IntentState.JOURNALED,
        IntentState.SENDING,
    ):
        return "Sent once; waiting for the answer ..."
    said = clean(record.story[-1].text) if record.story else record.state.value
    if record.state in _IN_DOUBT:
        return f"! {said}\nEscape, then u: what was looked at, and what can be done."
    return said


def _counted(answer: BulkClosed, forgot: int) -> str:
    total = answer.closed + answer.failed + forgot
    return (
        f"Closed {answer.closed} of {total}." if answer.failed or forgot else f"Closed all {answer.closed}."
    )


def _total(answer: BulkClosed, currency: str | None, forgot: int) -> str:
    total = f"Realised {signed_money_named(answer.total_profit, currency)} in all."
    if not (answer.failed or forgot):
        return total
    left = answer.failed + forgot
    left_over = "1 position is" if left == 1 else f"{left} positions are"
    if not answer.failed:
        return f"{total}\n! {left_over} still open; the answer says nothing of it. Look at Positions."
    return f"{total}\n! {left_over} NOT closed. Escape, then u: close what is left one by one."


def _line(
    position: Position, told: BulkLine | None, is_held: bool, currency: str | None, answer: BulkClosed | None
) -> str:
    volume = f"{position.side.value} {lots(position.volume)}"
    start = f"{position.ticket:>10} {left(clean(position.symbol, 32), 9)} {left(volume, 11)}"
    if told is not None:
        return f"{start}{_told_words(told, currency)}"
    if not is_held:
        return f"{start}gone"
    return f"{start}{'still open, the answer does not name it' if answer is not None else 'open ...'}"


def _stranger(line: BulkLine, currency: str | None) -> str:
    """A ticket that the server tells of, too, and that the preview did not know."""
    return f"{line.ticket:>10} {left('not seen before', 21)}{_told_words(line, currency)}"


def _told_words(line: BulkLine, currency: str | None) -> str:
    if line.is_closed:
        at = f"at {line.price}" if line.price is not None else "closed"
        made = signed_money(line.profit, currency) if line.profit is not None else ""
        return f"{left(at, 13)}{right(made, 10)}"
    why = retcode_meaning(line.retcode) if line.retcode is not None else clean(line.status, 60)
    return f"NOT closed, {why or 'no reason given'}"
