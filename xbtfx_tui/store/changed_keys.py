"""What changed in the store since it was last asked: the keys a screen has to look at again, never values."""

import msgspec

from xbtfx_tui.domain.positions import HistoryPeriod


class Changes(msgspec.Struct, frozen=True):
    """The dirty keys between two drains.

    `quotes` are symbols whose slot changed: positions, the account and charts that live off them move too,
    though `positions` and `account` are only set when the server said something new about those.
    `feed` covers the feed, trading, the budget and the key. `deals` is the stream's recent deals.
    `messages` counts the sentences that were added.
    """

    quotes: frozenset[str] = frozenset()
    specs: frozenset[str] = frozenset()
    history: frozenset[HistoryPeriod] = frozenset()
    intents: frozenset[str] = frozenset()
    positions: bool = False
    orders: bool = False
    account: bool = False
    symbols: bool = False
    feed: bool = False
    deals: bool = False
    messages: int = 0

    def __bool__(self) -> bool:
        return self != NO_CHANGES


NO_CHANGES = Changes()


class DirtyKeys:
    """Collects the dirty keys; one per store."""

    __slots__ = (
        "account",
        "deals",
        "feed",
        "history",
        "intents",
        "messages",
        "orders",
        "positions",
        "quotes",
        "specs",
        "symbols",
    )

    def __init__(self) -> None:
        self.quotes: set[str] = set()
        self.reset()

    def reset(self) -> None:
        self.quotes.clear()
        self.specs: set[str] = set()
        self.history: set[HistoryPeriod] = set()
        self.intents: set[str] = set()
        self.positions = self.orders = self.account = self.symbols = self.feed = self.deals = False
        self.messages = 0

    def drain(self) -> Changes:
        """Everything since the last drain; the shared NO_CHANGES where there was nothing."""
        changes = Changes(
            frozenset(self.quotes),
            frozenset(self.specs),
            frozenset(self.history),
            frozenset(self.intents),
            self.positions,
            self.orders,
            self.account,
            self.symbols,
            self.feed,
            self.deals,
            self.messages,
        )
        if changes == NO_CHANGES:
            return NO_CHANGES
        self.reset()
        return changes
