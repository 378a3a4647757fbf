"""Holds back opening orders when a lost stream is back, until what is on screen is true again.

While the stream is down no price can be traded on anyway; when it comes back it brings old positions and old
prices with it for a moment. Closing is never held back. It opens trading again only if it was what stopped
it: a lock or the kill switch stays.
"""

from typing import TypeAlias

import msgspec

from xbtfx_tui.domain.clock import Clock, Instant
from xbtfx_tui.domain.order_text import intent_words
from xbtfx_tui.domain.store_events import (
    Event,
    Message,
    QuotesSeen,
    Severity,
    StreamDown,
    StreamUp,
    TradingChanged,
    TradingCloseOnly,
    TradingOpen,
    TradingStands,
)
from xbtfx_tui.domain.text_sanitizer import plain
from xbtfx_tui.store.latest_quotes import Fresh
from xbtfx_tui.store.store import Store

A_BLIP = 30.0
"""Seconds that the stream of a live account may be away for trading to open again by itself.

Positions are read every 15 s even without a stream, and a reconnect takes a few seconds; after more than
twice that the market the trader last saw is another one, and they should look before they open.
"""


class _Good(msgspec.Struct, frozen=True):
    """Nothing is held back here."""


class _Away(msgspec.Struct, frozen=True):
    """The stream is lost since `since`."""

    since: Instant


class _Back(msgspec.Struct, frozen=True):
    """Back since `back`, trading `held`; a snapshot asked for since, and a quote of now, are awaited."""

    since: Instant
    back: Instant
    held: TradingCloseOnly


_Line: TypeAlias = _Good | _Away | _Back


class ReconnectHold:
    """Told of every event of the stream, after the store.

    `opens_by_itself` True (paper) opens trading again however long the stream was away; False (live) only
    after a blip.
    """

    def __init__(self, store: Store, clock: Clock, *, opens_by_itself: bool) -> None:
        self._store = store
        self._clock = clock
        self._opens_by_itself = opens_by_itself
        self._line: _Line = _Good()

    def on_event(self, event: Event) -> None:
        """Cheap: a quote costs one comparison while nothing is held back."""
        if type(event) is QuotesSeen:
            if type(self._line) is _Back:
                self._let_go_if_true(self._line, event)
        elif isinstance(event, StreamDown):
            self._lost()
        elif isinstance(event, StreamUp) and isinstance(self._line, _Away):
            self._is_back(self._line.since)

    def _lost(self) -> None:
        """A loss while the last one is being mended is the same one going on."""
        match self._line:
            case _Good():
                self._line = _Away(self._clock.now())
            case _Back(since=since, held=held):
                if self._is_ours(held):
                    self._set(TradingOpen())
                self._line = _Away(since)
            case _Away():
                pass

    def _is_back(self, since: Instant) -> None:
        if not isinstance(self._store.trading, TradingOpen):
            self._line = _Good()
            return
        held = TradingCloseOnly("the stream is just back, positions and prices are being read")
        self._set(held)
        self._line = _Back(since, self._clock.now(), held)

    def _let_go_if_true(self, line: _Back, event: QuotesSeen) -> None:
        """Open again once a snapshot that was asked for since the stream is back has come, and a fresh quote.

        The server's last quote from before, which it sends first, may be half an hour old.
        """
        now = self._clock.now()
        if not any(type(self._store.freshness(quote.symbol, now)) is Fresh for quote in event.quotes):
            return
        asked = self._store.positions_asked
        if not self._is_ours(line.held):
            self._line = _Good()
        elif asked is not None and asked.monotonic >= line.back.monotonic:
            self._line = _Good()
            away = line.since.age_at(line.back)
            if self._opens_by_itself or away <= A_BLIP:
                self._set(TradingOpen())
                self._say(Severity.INFO, self._open_again_words())
            else:
                reason = f"the stream was away for {away:.0f} s, so look at the market first"
                self._set(TradingCloseOnly(reason))
                words = (
                    f"The stream was away for {away:.0f} s. Look at positions and prices; then ctrl+l lets "
                    "new orders through. Closing is possible."
                )
                self._say(Severity.WARNING, words)

    def _open_again_words(self) -> str:
        """What is known as it opens: one fresh price is enough for that, and an order may be in doubt."""
        doubted = [one.intent for one in self._store.intents.values() if one.state.is_in_doubt]
        if not doubted:
            return "Trading is open again: positions are read anew, and the first fresh price is here."
        more = f", and of {len(doubted) - 1} more" if len(doubted) > 1 else ""
        which = f"{plain(intent_words(doubted[0]))}{more}"
        return (
            f"Trading is open again. Not known yet is what became of: {which}. "
            "Positions are read anew, and the first fresh price is here."
        )

    def _is_ours(self, held: TradingCloseOnly) -> bool:
        """Whether trading still stands as it was put here, and nobody locked or opened it meanwhile."""
        return self._store.trading is held

    def _set(self, trading: TradingOpen | TradingCloseOnly) -> None:
        self._store.apply(TradingChanged(trading))

    def _say(self, severity: Severity, text: str) -> None:
        self._store.apply(Message(self._clock.now().wall, severity, text, TradingStands(self._store.trading)))
