"""What happened, as sentences for a trader. Server text is made plain first; nothing secret comes by here."""

from collections.abc import Callable, Collection, Sequence
from decimal import Decimal

from xbtfx_tui.domain.accounts import Account, KeyStatus, Permission
from xbtfx_tui.domain.failure_messages import asked_again_words
from xbtfx_tui.domain.lasting_states import PositionStands, StreamStands, TicketsMissing
from xbtfx_tui.domain.money_text import signed_money_text
from xbtfx_tui.domain.order_text import lots_words
from xbtfx_tui.domain.positions import PendingOrder, Position
from xbtfx_tui.domain.proof_sources import Witness, is_proven
from xbtfx_tui.domain.store_events import (
    BudgetSeen,
    MalformedFrame,
    Message,
    OrderAdded,
    PositionOpened,
    ReadFailed,
    Reading,
    ReadingFails,
    RowsUnread,
    ServerNotice,
    Severity,
    StreamDown,
    StreamRefused,
)
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.domain.unreadable_rows import UnreadRow, unread_words
from xbtfx_tui.store.latest_quotes import LeftOut
from xbtfx_tui.store.position_ends import AtStop, Ender, PositionEnd
from xbtfx_tui.store.snapshot_merge import EndedItem

_READ_WORDS = {
    Reading.KEY: "The key's status",
    Reading.ACCOUNT: "The account's figures",
    Reading.POSITIONS: "The positions",
    Reading.ORDERS: "The pending orders",
    Reading.SYMBOLS: "The list of symbols",
    Reading.SPEC: "The symbol's spec",
    Reading.HISTORY: "The history",
}
_LOW_SHARE, _ROOMY_SHARE = 0.2, 0.4
"""Of the weight budget: below the first the client's polls slow down (api.budget)."""

_LONG_WAIT = 5.0
"""Seconds to the next try from which on it is said how to try at once."""

_LEFT_OUT_EVERY = 10.0
"""Seconds between two words on prices that were none."""

_ARE = frozenset({Reading.ACCOUNT, Reading.POSITIONS, Reading.ORDERS})


class Sayings:
    """Turns events into sentences, and keeps count of what is only worth saying once.

    `malformed` counts the frames that made no sense.
    """

    def __init__(self) -> None:
        self.malformed = 0
        self._failing: dict[Reading, str] = {}
        self._unread: dict[Reading, tuple[UnreadRow, ...]] = {}
        self._stream_was_lost = False
        self._budget_was_low = False
        self._left_out_said: float | None = None
        self._left_out_unsaid = 0

    # --- the stream ---

    def stream_up(self, wall: float) -> Message | None:
        """The stream is back; the first time it comes up needs no words."""
        if not self._stream_was_lost:
            return None
        self._stream_was_lost = False
        words = "Stream back: prices can come in again, and positions are asked for anew."
        return Message(wall, Severity.GOOD, words, StreamStands(is_live=True))

    def stream_down(self, event: StreamDown, wall: float) -> Message:
        self._stream_was_lost = True
        reason = plain(event.reason).rstrip(".") or "no reason given"
        hint = " (ctrl+r: now)" if event.retry_in >= _LONG_WAIT else ""
        return Message(
            wall,
            Severity.WARNING,
            f"Stream lost: {reason}. Trying again {_when(event.retry_in)}{hint}. "
            "Positions can still be closed; prices shown are old.",
            StreamStands(is_live=False),
        )

    def stream_refused(self, event: StreamRefused, wall: float) -> Message:
        self._stream_was_lost = True
        message = plain(event.message).rstrip(".") or "no reason given"
        return Message(
            wall,
            Severity.ERROR,
            f"The stream refused the key: {message}. There are no live prices in this run. "
            "Check the key, then start the terminal again.",
            StreamStands(is_live=False),
        )

    def notice(self, event: ServerNotice, wall: float) -> Message:
        code, message = plain(event.code, 40), plain(event.message)
        return Message(wall, Severity.WARNING, f"Notice from the server ({code or 'no code'}): {message}")

    def malformed_frame(self, event: MalformedFrame, wall: float) -> Message | None:
        """Said at the first and then at every power of ten."""
        self.malformed += 1
        if self.malformed == 1:
            detail = plain(event.detail)
            return Message(
                wall, Severity.WARNING, f"A message of the stream made no sense and was skipped: {detail}"
            )
        if str(self.malformed).strip("0") == "1":
            return Message(
                wall,
                Severity.WARNING,
                f"{self.malformed} messages of the stream made no sense so far, all skipped.",
            )
        return None

    def left_out(
        self, left_out: Sequence[LeftOut], digits_of: Callable[[str], int | None], wall: float
    ) -> Message | None:
        """Said of the last one, every 10 s at most, with how many there were besides."""
        last, self._left_out_unsaid = left_out[-1], self._left_out_unsaid + len(left_out)
        if self._left_out_said is not None and 0 <= wall - self._left_out_said < _LEFT_OUT_EVERY:
            return None
        others = self._left_out_unsaid - 1
        more = f" So were {others} more since this was last said." if others else ""
        self._left_out_said, self._left_out_unsaid = wall, 0
        digits = digits_of(last.symbol)
        bid, back = (f"{one:g}" if digits is None else f"{one:.{digits}f}" for one in (last.bid, last.back))
        return Message(
            wall,
            Severity.WARNING,
            f"A single price of {plain(last.symbol, 40)}, {bid}, was left out: the next was {back} again. "
            f"Nothing fired by it, and the chart does not show it.{more}",
        )

    # --- reads ---

    def read_failed(self, event: ReadFailed, wall: float) -> Message | None:
        """Said once per streak, and again when the reason changes."""
        words = asked_again_words(event.failure)
        kind = type(event.failure).__name__
        if self._failing.get(event.reading) == kind:
            return None
        self._failing[event.reading] = kind
        words = f"{_READ_WORDS[event.reading]} could not be read. {words}"
        return Message(wall, Severity.WARNING, words, ReadingFails(event.reading))

    def read_worked(self, reading: Reading, listed: int | None, wall: float) -> Message | None:
        """That it can be read again: never that positions are back, which may be none. `listed` is how many
        rows the list has, None for what is no list."""
        if self._failing.pop(reading, None) is None:
            return None
        verb = "are" if reading in _ARE else "is"
        rows = "" if listed is None else f": the list shows {listed or 'none'}"
        return Message(wall, Severity.GOOD, f"{_READ_WORDS[reading]} {verb} read again{rows}.")

    def rows_unread(self, reading: Reading, unread: Sequence[UnreadRow], wall: float) -> Message | None:
        """Said once, and again when they are others."""
        rows = tuple(unread)
        before, self._unread[reading] = self._unread.get(reading, ()), rows
        if not unread or rows == before:
            return None
        words = f"{_READ_WORDS[reading]}: {unread_words(unread)}."
        return Message(wall, Severity.WARNING, words, RowsUnread(reading, rows))

    def key_read(self, before: KeyStatus | None, status: KeyStatus, wall: float) -> Message | None:
        """What the key may do, where it is less than all or other than before."""
        if before is not None and before.permissions == status.permissions and before.status == status.status:
            return None
        if status.status.lower() != "active":
            return Message(
                wall, Severity.WARNING, f"The server calls this key {plain(status.status, 40)!r}, not active."
            )
        if Permission.TRADE not in status.permissions:
            return Message(wall, Severity.WARNING, "This key may only read: orders can't be sent with it.")
        return None if before is None else Message(wall, Severity.GOOD, "This key may trade.")

    def budget_seen(self, event: BudgetSeen, wall: float) -> Message | None:
        """Said when the polls begin to slow down, and not again before there was room once more."""
        if event.remaining >= event.limit * _ROOMY_SHARE:
            self._budget_was_low = False
        if self._budget_was_low or event.remaining >= event.limit * _LOW_SHARE:
            return None
        self._budget_was_low = True
        return Message(
            wall,
            Severity.WARNING,
            f"The key's requests run low ({event.remaining} of {event.limit} left): reading less often. "
            "Orders go first, live prices go on.",
        )

    # --- positions and orders ---

    def position_opened(self, event: PositionOpened, wall: float) -> Message:
        return Message(
            wall,
            Severity.INFO,
            f"{plain(event.symbol, 40)} {event.ticket} opened: "
            f"{event.side.value} {event.volume} at {event.price_open}",
        )

    def open_after_kill(self, position: Position, wall: float, *, is_new: bool) -> Message:
        """The loudest there is: the trader believes to be out of the market. `is_new` False: it may have been
        open all the time."""
        what = "OPENED AFTER THE KILL SWITCH" if is_new else "STILL OPEN (or opened since)"
        return Message(
            wall,
            Severity.ERROR,
            f"{what}: {plain(position.symbol, 40)} {position.ticket}, "
            f"{position.side.value} {position.volume} at {position.price_open}. X closes it.",
            PositionStands(position.ticket),
        )

    def position_ended(
        self, ended: EndedItem[Position], end: PositionEnd, account: Account | None, wall: float
    ) -> Message:
        """Its end is proven; `end` is what is known of it."""
        position, by = ended.item, ended.by
        name = f"{plain(position.symbol, 40)} {position.ticket}"
        is_lost = not by - {Witness.LIST}
        if ended.is_replaced and not is_proven(by) and end.profit is None:
            return Message(wall, Severity.INFO, f"{name} has another ticket by now")
        if is_lost and end.profit is None:
            return Message(
                wall,
                Severity.WARNING,
                f"{name} is no longer in the list of positions, and no deal of its end was found in the "
                "history.",
            )
        severity = Severity.GOOD if end.profit is not None and end.profit > 0 else Severity.INFO
        return Message(wall, severity, f"{name} closed{_end_words(end, account, dealt=Witness.DEAL in by)}")

    def position_is_back(self, position: Position, wall: float) -> Message:
        """What was said of its end was wrong."""
        return Message(
            wall,
            Severity.ERROR,
            f"CORRECTION: {plain(position.symbol, 40)} {position.ticket}, {position.side.value} "
            f"{position.volume}, was told as closed and is in the list again: it may be open. It is shown "
            "until that is certain.",
        )

    def positions_missing(self, tickets: Sequence[int], wall: float) -> Message:
        """A list lacks them, and nothing else says that they are gone."""
        named = ", ".join(str(ticket) for ticket in tickets[:10])
        more = f" and {len(tickets) - 10} more" if len(tickets) > 10 else ""
        one = len(tickets) == 1
        missing, stay = (
            ("1 position is", "it stays") if one else (f"{len(tickets)} positions are", "they stay")
        )
        return Message(
            wall,
            Severity.WARNING,
            f"{missing} missing in the last list, and nothing else tells of a close; {stay} on screen "
            f"with ?: {named}{more}.",
            TicketsMissing(tuple(tickets)),
        )

    def doubt(self, by: Collection[Witness]) -> str:
        """Why a position or an order may be gone, as a clause."""
        match sorted(by, key=lambda witness: witness.value):
            case [] | [Witness.LIST]:
                return "missing in the last list"
            case [Witness.EVENT]:
                return "told closed by the stream; the list is being read"
            case [Witness.ANSWER]:
                return "answered as closed; the list is being read"
            case _:
                return "not certain whether it is still there"

    def order_added(self, event: OrderAdded, wall: float) -> Message:
        return Message(wall, Severity.INFO, f"Pending order {_order_words(event.order)} placed")

    def order_ended(self, order: PendingOrder, by: Collection[Witness], wall: float) -> Message:
        """It is gone; whether it was triggered only a deal of it tells."""
        how = "triggered" if Witness.DEAL in by else "triggered or cancelled"
        return Message(wall, Severity.INFO, f"Pending order {_order_words(order)} is gone: {how}")


def _account_money(amount: Decimal, account: Account | None) -> str:
    """Signed, at the currency's decimals: `-12.30 USD`."""
    currency = account.currency if account is not None else None
    return signed_money_text(amount, plain(currency, 10) if currency else None)


def _end_words(end: PositionEnd, account: Account | None, *, dealt: bool) -> str:
    """` at its sl 1.07910: buy 0.10 at 1.07912, -20.00 USD`, with what is known of it."""
    held, figures = end.position, "; the history has its deal." if dealt and end.profit is None else ""
    match end.by:
        case AtStop(kind=kind, price=price, by_trail=by_trail):
            how = f" at its {kind.value} {price}{', set by its trail' if by_trail else ''}"
        case Ender.ELSEWHERE:
            how = " elsewhere or by the server"
        case _:
            how = ""
    made = "" if end.profit is None else f", {_account_money(end.profit, account)}"
    if end.price is not None:
        figures = f": {held.side.value} {lots_words(held.volume)} at {end.price}"
    return f"{how}{figures}{made}"


def _when(seconds: float) -> str:
    if seconds < 0.1:
        return "now"
    return f"in {seconds:.0f} s" if seconds >= 1 else f"in {seconds:.1f} s"


def _order_words(order: PendingOrder) -> str:
    kind = order.kind.value.replace("_", " ")
    return f"{order.ticket}, {kind} {order.volume} {plain(order.symbol, 40)} at {order.price},"
