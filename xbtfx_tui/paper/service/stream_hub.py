"""Who gets which frame, and when: latest prices, the clients, their subscriptions and what waits.

Pure: time is passed in and nothing is sent here; `Client.take` hands out what is due. Of quotes and of a
position's moving profit the latest wins, so that what waits for a slow reader is bounded by what it asked
for. Opened, closed, added, removed and done are never dropped: they wait in order, up to a bound that
ends the client.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from xbtfx_tui.domain.store_events import AccountEvent, Dialect, PositionClosed, PositionUpdated
from xbtfx_tui.paper.market.paper_market import Tick
from xbtfx_tui.paper.ports import Levels
from xbtfx_tui.paper.service.rate_limits import StreamLimits
from xbtfx_tui.paper.service.stream_messages import QuoteStyle, account_frame, quote_frame


class LatestFrames:
    """A symbol's latest price and its frames, each made once, when the first client needs it."""

    __slots__ = ("_depth_of", "_frames", "_style", "_tick", "subscriptions")

    def __init__(self, tick: Tick, depth_of: Callable[[str], Levels], style: QuoteStyle) -> None:
        self._tick = tick
        self._depth_of = depth_of
        self._style = style
        self._frames: dict[tuple[Dialect, bool], str] = {}
        self.subscriptions: set[Subscription] = set()

    def moves(self, tick: Tick) -> None:
        self._tick = tick
        self._frames.clear()
        for subscription in self.subscriptions:
            subscription.client.due[subscription] = None

    def frame(self, dialect: Dialect, depth: bool) -> str:
        made = self._frames.get((dialect, depth))
        if made is None:
            tick = self._tick
            levels = self._depth_of(tick.symbol) if depth else None
            shown = levels if levels is not None and any(levels) else None
            made = quote_frame(self._style, dialect, tick, shown)
            self._frames[dialect, depth] = made
        return made


@dataclass(slots=True, eq=False)
class Subscription:
    """One client's interest in one symbol; `next_at` is when the throttle lets the next update through."""

    client: "Client"
    book: LatestFrames
    depth: bool
    next_at: float = 0.0


@dataclass(slots=True, eq=False)
class Client:
    """An authenticated connection and what waits to be sent to it.

    `wake` lets its writer look at what is due; `cut` ends it without a word, for a reader that does not read.
    """

    dialect: Dialect
    limits: StreamLimits
    wake: Callable[[], None]
    cut: Callable[[], None]
    subscriptions: dict[str, Subscription] = field(default_factory=dict)
    due: dict[Subscription, None] = field(default_factory=dict)
    wants_account: bool = False
    events: deque[str] = field(default_factory=deque)
    moves: dict[int, str] = field(default_factory=dict)

    @property
    def overrun(self) -> bool:
        """More account events wait than may: the client does not read."""
        return len(self.events) > self.limits.event_queue

    def take(self, now: float) -> list[str]:
        """Every frame that may go out at `now` (monotonic seconds), account events first."""
        frames = [*self.events, *self.moves.values()]
        self.events.clear()
        self.moves.clear()
        if self.due:
            ready = [subscription for subscription in self.due if subscription.next_at <= now]
            for subscription in ready:
                del self.due[subscription]
                subscription.next_at = now + self.limits.update_gap
                frames.append(subscription.book.frame(self.dialect, subscription.depth))
        return frames


class Hub:
    """All clients of the stream, and the books they look at."""

    def __init__(self, ticks: Iterable[Tick], depth_of: Callable[[str], Levels], style: QuoteStyle) -> None:
        self._books = {tick.symbol: LatestFrames(tick, depth_of, style) for tick in ticks}
        self.clients: set[Client] = set()

    @property
    def account_is_watched(self) -> bool:
        return any(client.wants_account for client in self.clients)

    def joins(self, client: Client) -> bool:
        """Take a client in; False where the key has all its connections already."""
        if len(self.clients) >= client.limits.connections:
            return False
        self.clients.add(client)
        return True

    def cut(self) -> None:
        """End every client's connection without a word."""
        for client in list(self.clients):
            client.cut()

    def leaves(self, client: Client) -> None:
        self.clients.discard(client)
        self.unsubscribes(client, list(client.subscriptions))

    def subscribes(self, client: Client, symbols: Sequence[str], depth: bool) -> bool:
        """Quotes on; each symbol's current quote is due at once. Unknown symbols are passed over.

        False, with nothing changed, where the client would have more subscriptions than it may.
        """
        wanted = dict.fromkeys(symbol for symbol in symbols if symbol in self._books)
        if len(client.subscriptions.keys() | wanted.keys()) > client.limits.subscriptions:
            return False
        for symbol in wanted:
            subscription = client.subscriptions.get(symbol)
            if subscription is None:
                book = self._books[symbol]
                subscription = Subscription(client, book, depth)
                client.subscriptions[symbol] = subscription
                book.subscriptions.add(subscription)
            subscription.depth = depth
            client.due[subscription] = None
        client.wake()
        return True

    def unsubscribes(self, client: Client, symbols: Iterable[str]) -> None:
        for symbol in symbols:
            subscription = client.subscriptions.pop(symbol, None)
            if subscription is not None:
                subscription.book.subscriptions.discard(subscription)
                client.due.pop(subscription, None)

    def forgets(self, symbol: str | None) -> None:
        """Drop every client's subscription of this symbol (None = all), without a word."""
        for client in self.clients:
            self.unsubscribes(client, list(client.subscriptions) if symbol is None else [symbol])

    def publish(
        self, ticks: Iterable[Tick], events: Sequence[AccountEvent], moves: Sequence[PositionUpdated]
    ) -> None:
        """Let every client know what happened; each takes what it wants at its own pace."""
        for tick in ticks:
            self._books[tick.symbol].moves(tick)
        watchers = [client for client in self.clients if client.wants_account]
        if watchers:
            for event in events:
                _tell(watchers, event)
            for move in moves:
                _tell(watchers, move)
        for client in self.clients:
            if client.overrun:
                client.cut()
            elif client.due or client.events or client.moves:
                client.wake()


def _tell(watchers: Iterable[Client], event: AccountEvent) -> None:
    frame = account_frame(event)
    for client in watchers:
        match event:
            case PositionUpdated(ticket):
                client.moves[ticket] = frame
            case PositionClosed(ticket):
                client.moves.pop(ticket, None)
                client.events.append(frame)
            case _:
                client.events.append(frame)
