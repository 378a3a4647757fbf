"""What happened, as sentences for a trader. Server text is made plain first; nothing secret comes by here."""

from decimal import Decimal

from xbtfx_tui.domain.accounts import Account, KeyStatus, Permission, currency_decimals
from xbtfx_tui.domain.events import (
    BudgetSeen,
    Loudness,
    MalformedFrame,
    OrderAdded,
    PositionClosed,
    PositionOpened,
    ReadFailed,
    Reading,
    Said,
    ServerNotice,
    StreamDown,
    StreamRefused,
)
from xbtfx_tui.domain.failure_words import asked_again_words
from xbtfx_tui.domain.plain_text import plain
from xbtfx_tui.domain.positions import PendingOrder, Position

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

_ARE = frozenset({Reading.ACCOUNT, Reading.POSITIONS, Reading.ORDERS})


class Sayings:
    """Turns events into sentences, and keeps count of what is only worth saying once.

    `malformed` counts the frames that made no sense.
    """

    def __init__(self) -> None:
        self.malformed = 0
        self._failing: dict[Reading, str] = {}
        self._stream_was_lost = False
        self._budget_was_low = False

    # --- the stream ---

    def stream_up(self, wall: float) -> Said | None:
        """The stream is back; the first time it comes up needs no words."""
        if not self._stream_was_lost:
            return None
        self._stream_was_lost = False
        return Said(wall, Loudness.GOOD, "Stream back: prices are live again; positions are being read anew.")

    def stream_down(self, event: StreamDown, wall: float) -> Said:
        self._stream_was_lost = True
        reason = plain(event.reason).rstrip(".") or "no reason given"
        return Said(
            wall,
            Loudness.WARNING,
            f"Stream lost: {reason}. Trying again {_when(event.retry_in)}. "
            "Positions can still be closed; prices shown are old.",
        )

    def stream_refused(self, event: StreamRefused, wall: float) -> Said:
        self._stream_was_lost = True
        message = plain(event.message).rstrip(".") or "no reason given"
        return Said(
            wall,
            Loudness.ERROR,
            f"The stream refused the key: {message}. There are no live prices in this run. "
            "Check the key, then start the terminal again.",
        )

    def notice(self, event: ServerNotice, wall: float) -> Said:
        code, message = plain(event.code, 40), plain(event.message)
        return Said(wall, Loudness.WARNING, f"Notice from the server ({code or 'no code'}): {message}")

    def malformed_frame(self, event: MalformedFrame, wall: float) -> Said | None:
        """Said at the first and then at every power of ten."""
        self.malformed += 1
        if self.malformed == 1:
            detail = plain(event.detail)
            return Said(
                wall, Loudness.WARNING, f"A message of the stream made no sense and was skipped: {detail}"
            )
        if str(self.malformed).strip("0") == "1":
            return Said(
                wall,
                Loudness.WARNING,
                f"{self.malformed} messages of the stream made no sense so far, all skipped.",
            )
        return None

    # --- reads ---

    def read_failed(self, event: ReadFailed, wall: float) -> Said | None:
        """Said once per streak, and again when the reason changes."""
        words = asked_again_words(event.failure)
        kind = type(event.failure).__name__
        if self._failing.get(event.reading) == kind:
            return None
        self._failing[event.reading] = kind
        return Said(wall, Loudness.WARNING, f"{_READ_WORDS[event.reading]} could not be read. {words}")

    def read_worked(self, reading: Reading, wall: float) -> Said | None:
        if self._failing.pop(reading, None) is None:
            return None
        verb = "are" if reading in _ARE else "is"
        return Said(wall, Loudness.GOOD, f"{_READ_WORDS[reading]} {verb} back.")

    def key_read(self, before: KeyStatus | None, status: KeyStatus, wall: float) -> Said | None:
        """What the key may do, where it is less than all or other than before."""
        if before is not None and before.permissions == status.permissions and before.status == status.status:
            return None
        if status.status.lower() != "active":
            return Said(
                wall, Loudness.WARNING, f"The server calls this key {plain(status.status, 40)!r}, not active."
            )
        if Permission.TRADE not in status.permissions:
            return Said(wall, Loudness.WARNING, "This key may only read: orders can't be sent with it.")
        return None if before is None else Said(wall, Loudness.GOOD, "This key may trade.")

    def budget_seen(self, event: BudgetSeen, wall: float) -> Said | None:
        """Said when the polls begin to slow down, and not again before there was room once more."""
        if event.remaining >= event.limit * _ROOMY_SHARE:
            self._budget_was_low = False
        if self._budget_was_low or event.remaining >= event.limit * _LOW_SHARE:
            return None
        self._budget_was_low = True
        return Said(
            wall,
            Loudness.WARNING,
            f"The key's requests run low ({event.remaining} of {event.limit} left): reading less often. "
            "Orders go first, live prices go on.",
        )

    # --- positions and orders ---

    def position_opened(self, event: PositionOpened, wall: float) -> Said:
        return Said(
            wall,
            Loudness.INFO,
            f"{plain(event.symbol, 40)} {event.ticket} opened: "
            f"{event.side.value} {event.volume} at {event.price_open}",
        )

    def position_closed(
        self, event: PositionClosed, symbol: str | None, account: Account | None, wall: float
    ) -> Said:
        name = plain(event.symbol or symbol or "Position", 40)
        if event.profit is None:
            return Said(wall, Loudness.INFO, f"{name} {event.ticket} closed")
        loudness = Loudness.GOOD if event.profit > 0 else Loudness.INFO
        return Said(wall, loudness, f"{name} {event.ticket} closed, {money_words(event.profit, account)}")

    def position_gone(self, position: Position, wall: float) -> Said:
        """A snapshot no longer lists it, and no event told why."""
        return Said(
            wall,
            Loudness.INFO,
            f"{plain(position.symbol, 40)} {position.ticket} is no longer open; the history has its deal.",
        )

    def order_added(self, event: OrderAdded, wall: float) -> Said:
        return Said(wall, Loudness.INFO, f"Pending order {_order_words(event.order)} placed")

    def order_removed(self, order: PendingOrder, wall: float) -> Said:
        return Said(
            wall, Loudness.INFO, f"Pending order {_order_words(order)} is gone: triggered or cancelled"
        )


def money_words(amount: Decimal, account: Account | None) -> str:
    """Signed, at the currency's decimals: `-12.30 USD`."""
    currency = account.currency if account is not None else None
    return f"{amount:+,.{currency_decimals(currency)}f} {plain(currency or '', 10)}".rstrip()


def _when(seconds: float) -> str:
    if seconds < 0.1:
        return "now"
    return f"in {seconds:.0f} s" if seconds >= 1 else f"in {seconds:.1f} s"


def _order_words(order: PendingOrder) -> str:
    kind = order.kind.value.replace("_", " ")
    return f"{order.ticket}, {kind} {order.volume} {plain(order.symbol, 40)} at {order.price},"
